@preconcurrency import Glibc

/// A child process with three pipes and nothing else of ours: what it may inherit beside them it closes first of all.
struct ChildPipes {
    let pid: pid_t
    /// Write ends and read ends of ours; none blocks, none is inherited by other children.
    let input: Int32
    let output: Int32
    let errors: Int32

    /// What the pipe of its output holds, and what one read takes from it: as much as the process gathers (Sources/CLinux/output.c).
    static let outputBytes: Int32 = 1 << 18
    /// F_SETPIPE_SZ of <linux/fcntl.h>, which the C library only shows to programs that ask for all of its extensions.
    private static let setPipeSize: Int32 = 1024 + 7

    /// Starts the program with these variables and no others, signals as a shell would give them, in a group of its own.
    static func start(_ path: String, variables: [String]) throws(SandboxError) -> ChildPipes {
        var ends: [Int32] = []
        func closeAll(_ descriptors: some Sequence<Int32>) { for descriptor in descriptors { close(descriptor) } }
        for stream in 0..<3 {
            var pair: [Int32] = [-1, -1]
            // A socket for its stdin: writing to one that nobody reads is an error there, not a signal.
            let code = stream == 0 ? socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) : pipe(&pair)
            guard code == 0 else {
                closeAll(ends)
                throw failure(path, errno)
            }
            for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            ends += pair
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (end, descriptor) in [(ends[0], Int32(0)), (ends[3], 1), (ends[5], 2)] {
            posix_spawn_file_actions_adddup2(&actions, end, descriptor)
        }
        let child: pid_t
        do throws(SandboxError) {
            child = try spawn(path, variables, &actions)
        } catch {
            closeAll(ends)
            throw error
        }
        closeAll([ends[0], ends[3], ends[5]])
        // Room for all that the process gathers: on one core, each wait of the one for the other costs what both had in the caches. Where it
        // can't be had, they only wait more often.
        _ = fcntl(ends[2], setPipeSize, outputBytes)
        for end in [ends[1], ends[2], ends[4]] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        return ChildPipes(pid: child, input: ends[1], output: ends[2], errors: ends[4])
    }

    private static func spawn(
        _ path: String, _ variables: [String], _ actions: inout posix_spawn_file_actions_t
    ) throws(SandboxError) -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        // A group of its own: ^C reaches us, and we end it.
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var words: [UnsafeMutablePointer<CChar>?] = [strdup(path), nil]
        var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for text in words + environment { free(text) } }
        var child = pid_t()
        let code = posix_spawn(&child, path, &actions, &attributes, &words, &environment)
        guard code == 0 else { throw failure(path, code) }
        return child
    }

    private static func failure(_ path: String, _ code: Int32) -> SandboxError {
        SandboxError(.notStarted, subject: path, message: "\(path) can't be started: \(String(cString: strerror(code)))")
    }

    /// Bytes of memory that the process holds now; nil when it can't be told (it has ended).
    var residentBytes: Int? {
        guard let fields = fields(of: "statm"), fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * Int(getpagesize())
    }

    /// Processor time that all threads of the process have taken; nil when it can't be told.
    var processorMilliseconds: UInt64? {
        // The name in the second field may hold anything; counted from its end, user and system time are the 12th and 13th.
        guard let fields = fields(of: "stat", after: UInt8(ascii: ")")), fields.count > 12, let user = UInt64(fields[11]),
            let system = UInt64(fields[12])
        else { return nil }
        return (user + system) * 1000 / UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))
    }

    private func fields(of name: String, after mark: UInt8? = nil) -> [Substring]? {
        let descriptor = open("/proc/\(pid)/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return nil }
        let start = mark.flatMap { buffer[..<count].lastIndex(of: $0) }.map { $0 + 1 } ?? 0
        return String(decoding: buffer[start..<count], as: UTF8.self).split(separator: " ")
    }
}
