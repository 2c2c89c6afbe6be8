import Glibc

@main
struct PHSync {
    /// Whether every argument is UTF-8; `CommandLine.arguments` puts other characters in the place of what is not.
    private static func areArgumentsText() -> Bool {
        (0..<Int(CommandLine.argc)).allSatisfy { index in
            CommandLine.unsafeArgv[index].map { String(validatingCString: $0) != nil } ?? true
        }
    }

    static func main() {
        StandardStreams.fillClosed()
        StandardStreams.ignoreClosedPipes()
        let program = Program(
            tokens: Array(CommandLine.arguments.dropFirst()), areTokensText: areArgumentsText(), table: .phsync,
            environment: .process, services: .standard, clock: .system)
        switch program.start() {
        case .finished(let status): exit(status.rawValue)
        case .command(let command, let invocation):
            Signals.hold()
            // Detached, because `main` belongs to the main actor and this thread never returns to it.
            let task = Task.detached { exit(await program.run(command, invocation).rawValue) }
            Signals.take { task.cancel() }
        }
    }
}
