import DemoInstance
import Glibc
import Models
import Storage
import Testing

@testable import CLI

/// A demo instance and a home whose mirror was pulled from it, for commands under test.
final class PulledHome: Sendable {
    let home: TemporaryHome
    let server: DemoServer

    init(_ change: (inout DemoState) -> Void = { _ in }) async throws {
        home = try TemporaryHome()
        server = try DemoServer(state: .demo())
        server.withState(change)
        _ = try await run("pull")
    }

    deinit { server.stop() }

    var variables: [String: String] {
        home.environment.merging(["PHSYNC_HOST": server.url, "PHSYNC_TOKEN": DemoKeys.admin]) { $1 }
    }

    var directory: String { "\(home.path)/data/127.0.0.1-\(server.port)" }

    func mirror() throws -> Storage.Mirror {
        try Storage.Mirror.open(directory: directory, mode: .readOnly)
    }

    /// The built program with this home.
    func phsync(_ arguments: [String], input: String? = "", token: String = DemoKeys.admin) throws -> PhsyncProcess.Outcome {
        try PhsyncProcess.run(arguments, environment: variables.merging(["PHSYNC_TOKEN": token]) { $1 }, input: input)
    }

    /// Whether nothing is edited, conflicting or in flight; what fails on the instance itself has been looked at.
    func isClean() throws -> Bool {
        try phsync(["errors", "seen", "--all"]).status == 0 && phsync(["status", "--exit-code"]).status == 0
    }

    /// A command in this process.
    func run(_ line: String...) async throws -> CommandResult {
        let invocation = try ArgumentParser.parse(line, table: .phsync)
        guard case .run(let command) = invocation.request else { throw Problem(.failed, code: "test", message: "no command") }
        return try await command.run(
            .test(line, home: home, environment: [.phsyncHost: server.url, .phsyncToken: DemoKeys.admin]))
    }
}
