import Models
import Synchronization

/// All that a command may use: what was asked, the surroundings, and where to say things.
struct CommandContext: Sendable {
    let arguments: Arguments
    let format: OutputFormat
    let environment: Environment
    let terminal: Terminal
    let prompt: Prompt
    let progress: Progress
    let clock: Clock
    let files: Files
    let services: Services
    let table: CommandTable
    let report: Report
    private let stream: @Sendable (JSONValue) -> Void
    private let streamText: @Sendable ([UInt8]) -> Void
    private let flushStream: @Sendable () -> Void
    private let write: @Sendable (String) -> Void
    private let message: @Sendable (Problem) -> Void

    init(
        arguments: Arguments, format: OutputFormat = .text, environment: Environment, terminal: Terminal, prompt: Prompt,
        progress: Progress, clock: Clock, files: Files = Files(), services: Services, table: CommandTable,
        report: Report = Report(), stream: @escaping @Sendable (JSONValue) -> Void = { _ in },
        streamText: @escaping @Sendable ([UInt8]) -> Void = { _ in }, flushStream: @escaping @Sendable () -> Void = {},
        write: @escaping @Sendable (String) -> Void = { _ in }, message: @escaping @Sendable (Problem) -> Void = { _ in }
    ) {
        self.arguments = arguments
        self.format = format
        self.environment = environment
        self.terminal = terminal
        self.prompt = prompt
        self.progress = progress
        self.clock = clock
        self.files = files
        self.services = services
        self.table = table
        self.report = report
        self.stream = stream
        self.streamText = streamText
        self.flushStream = flushStream
        self.write = write
        self.message = message
    }

    func places() throws(Problem) -> Places {
        try Places(environment)
    }

    func settingsFile() throws(Problem) -> SettingsFile {
        SettingsFile(places: try places(), files: files)
    }

    /// The settings; what is odd about them becomes notices of this run.
    func settings() throws(Problem) -> Settings {
        let settings = try settingsFile().settings()
        report.add(settings.warnings)
        return settings
    }

    /// The instance that the command line, the environment or the settings choose; the envelope names it from now on.
    func instance() throws(Problem) -> Instance {
        let instance = try InstanceChoice(
            settings: try settings(), environment: environment, contextFlag: arguments.value("context"),
            projectFlag: arguments.value("project")
        ).instance()
        report.setContext(instance.name)
        return instance
    }

    /// The token of an instance, from wherever it is kept.
    ///
    /// - Throws: `Problem` of kind `.permission` when there is none.
    func token(for instance: Instance) throws(Problem) -> Token {
        if case .environment(let name, let token) = instance.tokenSource {
            report.setTokenVariable(name)
            return token
        }
        if let command = instance.context.tokenCommand { return try TokenCommand.token(from: command) }
        let (store, notice) = try settingsFile().tokens()
        if let notice { report.add([notice]) }
        if let token = try store.token(of: instance.name, for: instance.origin) { return token }
        throw Problem(
            .permission, code: "no-token", subject: instance.name, message: "there is no token for \(instance.origin)",
            next: "phsync login --context \(instance.name) --host \(instance.origin)")
    }

    /// Prints an item of the result at once when the output is NDJSON; in the other formats the result has them all.
    func emit(_ item: @autoclosure () -> JSONValue) {
        guard format == .ndjson else { return }
        report.markStreamed()
        stream(item())
    }

    /// The same for an item that is the UTF-8 of JSON already; it may wait for others, until `flush`.
    func emit(text: [UInt8]) {
        guard format == .ndjson else { return }
        report.markStreamed()
        streamText(text)
    }

    /// Prints what waits.
    func flush() { flushStream() }

    /// Prints a line of text at once, for commands that go on; in the other formats nothing.
    func say(_ line: @autoclosure () -> Line) {
        guard format == .text else { return }
        progress.clear()
        write(line().rendered(colors: terminal.outputColors, width: terminal.isOutputTerminal ? terminal.width : nil) + "\n")
    }

    /// Says on stderr at once what went wrong, for commands that go on.
    func complain(_ problem: Problem) {
        progress.clear()
        message(problem)
    }

    /// A command line to type next, about the same instance and project as this one.
    func line(_ words: [String]) -> String {
        let same = ["context", "project"].compactMap { name in arguments.value(name).map { "--\(name) \($0.shellQuoted)" } }
        return (["phsync", words[0]] + same + words.dropFirst()).joined(separator: " ")
    }

    /// Asks for a yes, which `--yes` gives beforehand; without a terminal the answer has to be on the command line.
    ///
    /// - Parameter next: The command line that needs no question.
    func confirm(_ question: String, next: String) throws(Problem) -> Bool {
        if arguments.knows("yes"), arguments.has("yes") { return true }
        guard prompt.isPossible else {
            throw Problem(
                .usage, code: "needs-yes", subject: "--yes", message: "\(question) Nobody can be asked here; say --yes", next: next)
        }
        progress.clear()
        return try prompt.confirm(question)
    }
}

/// What a run has to say beside its result, collected while it goes.
final class Report: Sendable {
    private struct State {
        var notices: [Problem] = []
        var context: String?
        var tokenVariable: String?
        var isStreamed = false
    }

    private let state = Mutex(State())

    var notices: [Problem] { state.withLock { $0.notices } }
    var context: String? { state.withLock { $0.context } }
    var isStreamed: Bool { state.withLock { $0.isStreamed } }
    /// The environment variable that the key came from, if it came from one.
    var tokenVariable: String? { state.withLock { $0.tokenVariable } }

    /// Adds problems that are not said yet.
    func add(_ problems: [Problem]) {
        state.withLock { state in
            for problem in problems where !state.notices.contains(problem) { state.notices.append(problem) }
        }
    }

    func setContext(_ name: String) { state.withLock { $0.context = name } }
    func setTokenVariable(_ name: String) { state.withLock { $0.tokenVariable = name } }
    func markStreamed() { state.withLock { $0.isStreamed = true } }
}
