import DemoInstance
import Glibc
import Testing

@testable import CLI

/// A home and a demo instance on loopback that it reaches, both gone after the test.
final class ServedHome {
    let home: TemporaryHome
    let server: DemoServer

    init(_ state: DemoState = .demo()) throws {
        home = try TemporaryHome()
        server = try DemoServer(state: state)
    }

    deinit { server.stop() }

    var environment: [String: String] {
        home.environment.merging(["PHSYNC_HOST": server.url, "PHSYNC_TOKEN": DemoKeys.admin]) { $1 }
    }
}

/// A suite whose tests run the built program with a home and an instance of their own.
protocol ServedSuite {
    var served: ServedHome { get }
}

extension ServedSuite {
    var home: TemporaryHome { served.home }
    var server: DemoServer { served.server }
    var environment: [String: String] { served.environment }

    /// - Parameter editor: The command in EDITOR.
    func phsync(_ arguments: String..., input: String = "", editor: String? = nil) throws -> PhsyncProcess.Outcome {
        try phsync(arguments, input: input, editor: editor)
    }

    func phsync(_ arguments: [String], input: String = "", editor: String? = nil) throws -> PhsyncProcess.Outcome {
        let variables = environment.merging(editor.map { ["EDITOR": $0] } ?? [:]) { $1 }
        return try PhsyncProcess.run(arguments, environment: variables, input: input)
    }

    /// Whether nothing is edited, conflicting or in flight; what fails on the instance itself has been looked at.
    func isClean() throws -> Bool {
        try phsync("errors", "seen", "--all").status == 0 && phsync("status", "--exit-code").status == 0
    }

    /// Starts the program without waiting for it; what it prints is thrown away.
    func start(_ arguments: String...) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        defer { posix_spawn_file_actions_destroy(&actions) }
        return try PhsyncProcess.spawn(PhsyncProcess.path, arguments, environment, &actions)
    }
}
