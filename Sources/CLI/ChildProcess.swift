@preconcurrency import Glibc
import Models

/// A program that phsync starts for the person: a token command, an editor.
enum ChildProcess {
    /// How a child ended and what it wrote to stdout.
    struct Outcome: Sendable, Equatable {
        /// The exit status, or 128 and the signal that ended it.
        let status: Int32
        let output: [UInt8]
    }

    /// Runs a line in `/bin/sh` and collects what it prints; stdin and stderr are ours.
    ///
    /// ^C ends the wait and the child. Output beyond `limit` bytes is a failure.
    static func shell(_ line: String, limit: Int) throws(Problem) -> Outcome {
        try output(["/bin/sh", "-c", line], limit: limit)
    }

    /// Runs a program and collects what it prints; the rest is as for `shell`.
    static func output(_ arguments: [String], limit: Int) throws(Problem) -> Outcome {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw failure(arguments[0], errno) }
        for end in ends { setCloseOnExec(end) }
        defer { close(ends[0]) }
        let child: pid_t
        do throws(Problem) {
            child = try start(arguments, output: ends[1])
            close(ends[1])
        } catch {
            close(ends[1])
            throw error
        }
        do throws(Problem) {
            let output = try Input(descriptor: ends[0], name: "the command's output").all(limit: limit)
            return Outcome(status: wait(for: child), output: output)
        } catch {
            kill(child, SIGTERM)
            _ = wait(for: child)
            throw error
        }
    }

    /// Runs an editor on our own terminal until it ends: `line` as the shell reads it, so that it may have arguments, with
    /// the file as one more.
    ///
    /// Its stdout is our stderr, which is the terminal: ours may be a file. ^C belongs to it; the shell
    /// between us does not die of it.
    static func editor(_ line: String, file: String) throws(Problem) -> Int32 {
        try Signals.leavingToChild { () throws(Problem) in
            wait(for: try start(["/bin/sh", "-c", "trap : INT QUIT; \(line) \"$@\"", line, file], output: STDERR_FILENO))
        }
    }

    /// Runs a line in `/bin/sh` with that on its stdin and our stderr as its stdout; ended when it takes too long or we are asked to stop.
    ///
    /// - Returns: The exit status, or 128 and the signal that ended it.
    static func feed(_ line: String, input: [UInt8], timeoutSeconds: Double) throws(Problem) -> Int32 {
        // A file and no pipe: a command that reads nothing must not hold us up.
        var path = Array("/tmp/phsync-alerts-XXXXXX".utf8CString)
        let file = mkstemp(&path)
        guard file >= 0 else { throw failure("/bin/sh", errno) }
        defer { close(file) }
        unlink(path)
        setCloseOnExec(file)
        var rest = input[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { throw failure("/bin/sh", errno) }
            rest = rest.dropFirst(max(0, count))
        }
        lseek(file, 0, SEEK_SET)
        let child = try start(["/bin/sh", "-c", line], input: file, output: STDERR_FILENO, inGroup: true)
        return try wait(for: child, atMost: timeoutSeconds, line)
    }

    private static func wait(for child: pid_t, atMost seconds: Double, _ line: String) throws(Problem) -> Int32 {
        let stepMilliseconds: Int32 = 20
        var left = Int32(seconds * 1000)
        while true {
            var status: Int32 = 0
            let ended = waitpid(child, &status, WNOHANG)
            if ended == child { return exitStatus(status) }
            if ended < 0, errno != EINTR { return 0 }
            // Readable from the moment on that we are asked to stop.
            var wake = pollfd(fd: Signals.wakeDescriptor, events: Int16(POLLIN), revents: 0)
            let isAsked = poll(&wake, 1, stepMilliseconds) > 0
            left -= stepMilliseconds
            guard isAsked || left <= 0 else { continue }
            kill(-child, SIGKILL)
            _ = wait(for: child)
            throw Problem(
                isAsked ? .interrupted : .failed, code: "not-ended", subject: line,
                message: isAsked ? "it was ended with us" : "it was still running after \(Int(seconds)) seconds, and was ended")
        }
    }

    private static func start(_ arguments: [String], input: Int32? = nil, output: Int32?, inGroup: Bool = false) throws(Problem) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input { posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) }
        if let output { posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        restoreSignals(&attributes, inGroup: inGroup)

        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var child = pid_t()
        let code = posix_spawnp(&child, arguments[0], &actions, &attributes, words, environ)
        guard code == 0 else { throw failure(arguments[0], code) }
        return child
    }

    /// Children start with the signals as a shell would give them: nothing blocked, a closed pipe ends them.
    ///
    /// - Parameter inGroup: In a group of its own, so that it can be ended with its children.
    private static func restoreSignals(_ attributes: inout posix_spawnattr_t, inGroup: Bool) {
        var none = sigset_t()
        sigemptyset(&none)
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for number in [SIGPIPE, SIGQUIT] { sigaddset(&defaults, number) }
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        if inGroup { posix_spawnattr_setpgroup(&attributes, 0) }
        let group = inGroup ? POSIX_SPAWN_SETPGROUP : 0
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group))
    }

    private static func wait(for child: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return exitStatus(status)
    }

    private static func exitStatus(_ status: Int32) -> Int32 {
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    private static func failure(_ program: String, _ code: Int32) -> Problem {
        Problem(
            .failed, code: "not-started", subject: program,
            message: "\(program) can't be started: \(FileError.text(of: code))")
    }
}
