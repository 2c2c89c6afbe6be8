import Models
import Synchronization

@testable import CLI

/// phsync's own; Testing has an `ExitStatus` too.
typealias Status = CLI.ExitStatus

extension CommandContext {
    /// A context for a command under test, without terminals; what goes to stderr is dropped.
    static func test(
        _ line: [String], home: TemporaryHome, environment: [Environment.Name: String] = [:], services: Services = Services(),
        files: Files = Files()
    ) throws -> CommandContext {
        let invocation = try ArgumentParser.parse(line, table: .phsync)
        var variables = environment
        variables[.phsyncHome] = home.path
        let terminal = Terminal.none
        return CommandContext(
            arguments: invocation.arguments, format: invocation.format, environment: Environment(variables), terminal: terminal,
            prompt: Prompt(terminal: terminal, messages: Output(descriptor: 2), isForbidden: true),
            progress: Progress(terminal: terminal, isQuiet: true, isVerbose: false, clock: .system, write: { _ in }),
            clock: .system, files: files, services: services, table: .phsync)
    }
}

extension Terminal {
    /// No stream is a terminal.
    static let none = Terminal(
        isInputTerminal: false, isOutputTerminal: false, isErrorTerminal: false, width: 80, allowsColors: true)

    /// All streams are.
    static let all = Terminal(
        isInputTerminal: true, isOutputTerminal: true, isErrorTerminal: true, width: 80, allowsColors: true)
}

/// Runs `body` and returns the problem that it throws, or nil.
func problem<Value>(_ body: () throws(Problem) -> Value) -> Problem? {
    do throws(Problem) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}
