@preconcurrency import Glibc
import Testing

/// Runs the built `phsync` with an environment of its own.
struct PhsyncProcess {
    /// What the process wrote and how it ended.
    struct Outcome: Sendable {
        /// The exit status, or 128 and the signal that ended it.
        let status: Int32
        let output: String
        let messages: String
    }

    /// What stdout is connected to.
    enum Destination {
        case capture
        /// A file that is opened for writing: "/dev/full".
        case file(String)
        /// A pipe that nobody reads.
        case brokenPipe
        /// No descriptor at all.
        case closed
    }

    /// The program beside the test bundle.
    static let path: String = {
        let maps = (try? contents("/proc/self/maps")) ?? ""
        let bundle = maps.split(separator: "\n").compactMap { $0.hasSuffix(".xctest") ? $0.drop { $0 != "/" } : nil }.first
        let directory = bundle.flatMap { path in path.lastIndex(of: "/").map { path[..<$0] } } ?? ".build/debug"
        return String(directory) + "/phsync"
    }()

    /// Starts phsync, feeds it, drains its pipes and waits for its end.
    ///
    /// - Parameter environment: All that it gets, but PATH.
    static func run(
        _ arguments: [String], environment: [String: String], input: String? = "", output: Destination = .capture
    ) throws -> Outcome {
        let stdin = try Pipe()
        let stdout = try Pipe()
        let stderr = try Pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if input == nil {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        } else {
            posix_spawn_file_actions_adddup2(&actions, stdin.reader, 0)
        }
        switch output {
        case .capture: posix_spawn_file_actions_adddup2(&actions, stdout.writer, 1)
        case .file(let path): posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY, 0)
        case .brokenPipe:
            posix_spawn_file_actions_adddup2(&actions, stdout.writer, 1)
            close(stdout.reader)
        case .closed: posix_spawn_file_actions_addclose(&actions, 1)
        }
        posix_spawn_file_actions_adddup2(&actions, stderr.writer, 2)
        let child = try spawn(path, arguments, environment, &actions)
        for end in [stdin.reader, stdout.writer, stderr.writer] { close(end) }
        signal(SIGPIPE, SIG_IGN)
        feed(input ?? "", to: stdin.writer)
        var readers = [stderr.reader]
        if case .brokenPipe = output {} else { readers.append(stdout.reader) }
        let texts = drain(readers)
        return Outcome(status: wait(for: child), output: texts.count > 1 ? texts[1] : "", messages: texts[0])
    }

    static func spawn(
        _ path: String, _ arguments: [String], _ environment: [String: String], _ actions: inout posix_spawn_file_actions_t,
        flags: Int32 = 0
    ) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { sigaddset(&defaults, number) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(&attributes, Int16(Int32(POSIX_SPAWN_SETSIGDEF) | flags))
        let variables = ["PATH=/usr/bin:/bin"] + environment.map { "\($0.key)=\($0.value)" }
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        var settings = variables.map { strdup($0) } + [nil]
        defer { for text in words + settings { free(text) } }
        var child = pid_t()
        let code = posix_spawn(&child, path, &actions, &attributes, &words, &settings)
        try #require(code == 0, "\(path) can't be started: \(code)")
        return child
    }

    static func wait(for child: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    /// Inputs of the tests are smaller than a pipe's buffer, so that nothing waits here.
    private static func feed(_ text: String, to descriptor: Int32) {
        precondition(text.utf8.count < 65536)
        var text = text
        text.withUTF8 { _ = write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }

    private static func drain(_ descriptors: [Int32]) -> [String] {
        var texts = descriptors.map { _ in [UInt8]() }
        var waits = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var buffer = [UInt8](repeating: 0, count: 65536)
        while waits.contains(where: { $0.fd >= 0 }) {
            poll(&waits, nfds_t(waits.count), -1)
            for index in waits.indices where waits[index].fd >= 0 && waits[index].revents != 0 {
                let count = read(waits[index].fd, &buffer, buffer.count)
                if count > 0 {
                    texts[index] += buffer[..<count]
                } else {
                    close(waits[index].fd)
                    waits[index].fd = -1
                }
            }
        }
        return texts.map { String(decoding: $0, as: UTF8.self) }
    }

    private struct Pipe {
        let reader: Int32
        let writer: Int32

        init() throws {
            var ends: [Int32] = [-1, -1]
            try #require(pipe(&ends) == 0)
            (reader, writer) = (ends[0], ends[1])
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        }
    }
}

/// The text of a small file.
func contents(_ path: String) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    try #require(descriptor >= 0, "no file \(path)")
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
}

/// Writes a small file, with that mode whatever the umask is.
func write(_ text: String, to path: String, mode: mode_t = 0o600) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    try #require(descriptor >= 0, "can't write \(path)")
    defer { close(descriptor) }
    var text = text
    let count = text.withUTF8 { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    try #require(count == text.utf8.count)
    fchmod(descriptor, mode)
}
