@preconcurrency import Glibc
import Testing

/// A terminal with nobody in front of it: a process runs on it, a test types and reads.
final class Pseudoterminal {
    private let master: Int32
    private let slave: String
    private(set) var text = ""

    init() throws {
        // The C library has these, but the default headers keep them to X/Open programs.
        typealias Open = @convention(c) (Int32) -> Int32
        typealias Name = @convention(c) (Int32) -> UnsafePointer<CChar>?
        func function<Type>(_ name: String, _ type: Type.Type) throws -> Type {
            unsafeBitCast(try #require(dlsym(nil, name)), to: type)
        }
        master = try function("posix_openpt", Open.self)(O_RDWR | O_NOCTTY)
        try #require(master >= 0)
        _ = fcntl(master, F_SETFD, FD_CLOEXEC)
        try #require(try function("grantpt", Open.self)(master) == 0)
        try #require(try function("unlockpt", Open.self)(master) == 0)
        slave = String(cString: try #require(try function("ptsname", Name.self)(master)))
    }

    deinit { close(master) }

    /// Whether what is typed is shown.
    var isEchoing: Bool {
        var settings = termios()
        return tcgetattr(master, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    /// Starts phsync with this as its controlling terminal.
    func start(_ arguments: [String], environment: [String: String]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in Int32(0)...2 { posix_spawn_file_actions_addopen(&actions, descriptor, slave, O_RDWR, 0) }
        let newSession: Int32 = 0x80  // POSIX_SPAWN_SETSID, which the default headers leave out
        return try PhsyncProcess.spawn(PhsyncProcess.path, arguments, environment, &actions, flags: newSession)
    }

    func type(_ text: String) {
        var text = text
        text.withUTF8 { _ = write(master, $0.baseAddress, $0.count) }
    }

    /// Reads until the text has this in it; false when the process ended first.
    func waitFor(_ part: String) -> Bool {
        while !text.contains(part) {
            guard readSome() else { return false }
        }
        return true
    }

    func readToEnd() {
        while readSome() {}
    }

    private func readSome() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(master, &buffer, buffer.count)
        guard count > 0 else { return false }
        text += String(decoding: buffer[..<count], as: UTF8.self)
        return true
    }
}
