import Glibc

/// Starting a process and waiting for its end.
enum Spawn {
    enum Output {
        case discarded
        /// Into this descriptor.
        case descriptor(Int32)
    }

    /// - Parameter words: A path and its arguments; the environment is this process's.
    static func start(_ words: [String], output: Output) throws(Failure) -> pid_t {
        guard let path = words.first else { throw Failure("there is no command to start") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        switch output {
        case .discarded: posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        case .descriptor(let descriptor): posix_spawn_file_actions_adddup2(&actions, descriptor, STDOUT_FILENO)
        }
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, path, &actions, nil, &arguments, environ)
        guard code == 0 else { throw Failure("\(path) does not start: \(String(cString: strerror(code)))") }
        return pid
    }

    /// - Returns: The exit status, 128 and the signal after a signal, and the most memory that was resident.
    static func wait(for pid: pid_t) throws(Failure) -> (status: Int32, peakKilobytes: Int) {
        var status: Int32 = 0
        var usage = rusage()
        while wait4(pid, &status, 0, &usage) < 0 {
            guard errno == EINTR else { throw Failure("process \(pid) is lost: \(String(cString: strerror(errno)))") }
        }
        let signal = status & 0x7F
        return (signal == 0 ? (status >> 8) & 0xFF : 128 + signal, Int(usage.ru_maxrss))
    }
}
