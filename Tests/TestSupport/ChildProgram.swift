@preconcurrency package import Glibc

/// A program that a test starts beside itself.
///
/// Not Foundation's `Process`: on Linux its `run` copies 256 bytes of every directory entry of /proc/self/fd, however short the
/// entry is, so that now and then it reads past the end of the buffer and ends the whole run with a segmentation fault.
package struct ChildProgram: Sendable {
    /// Why a program can't be started: the code of `posix_spawnp`.
    package struct NotStarted: Error {
        package let program: String
        package let code: Int32
    }

    package let id: pid_t

    /// Starts a program with our environment, no signal blocked, and these descriptors; nil leaves ours.
    package init(_ arguments: [String], input: Int32? = nil, output: Int32? = nil, messages: Int32? = nil) throws(NotStarted) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in [input, output, messages].enumerated() {
            if let descriptor { posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number)) }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        // A child inherits the mask of the thread that starts it, and a test's threads block SIGTERM.
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child = pid_t()
        let code = posix_spawnp(&child, arguments[0], &actions, &attributes, &words, environ)
        guard code == 0 else { throw NotStarted(program: arguments[0], code: code) }
        id = child
    }

    /// Waits for its end, once.
    ///
    /// - Returns: The exit status, or 128 and the signal that ended it.
    @discardableResult package func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    /// Ends it at once and waits for that.
    package func stop() {
        kill(id, SIGKILL)
        wait()
    }
}
