import Glibc
import Models

/// One run of phsync, from its command line to its exit status.
struct Program: Sendable {
    static let version = "0.1.0"

    let tokens: [String]
    /// False when an argument was no text, so that the tokens are not what was typed.
    var areTokensText = true
    let table: CommandTable
    let environment: Environment
    let services: Services
    let clock: Clock
    var output = Output(descriptor: STDOUT_FILENO)
    let messages = Output(descriptor: STDERR_FILENO)

    /// What is left to do after the command line was read.
    enum Start {
        case finished(ExitStatus)
        case command(Command, Invocation)
    }

    /// Reads the command line; mistakes, help and the version are settled here, without a thread or a file.
    func start() -> Start {
        let invocation: Invocation
        do throws(UsageError) {
            guard areTokensText else {
                throw UsageError(
                    problem: Problem(.usage, code: "not-text", message: "an argument is not UTF-8 text", next: "phsync help"), command: nil)
            }
            invocation = try ArgumentParser.parse(tokens, table: table)
        } catch {
            let format = ArgumentParser.requestedFormat(in: tokens)
            return .finished(finish(usageError(error), format: format, arguments: nil))
        }
        let envelope: Envelope
        switch invocation.request {
        case .version: envelope = version(invocation)
        case .help(let words): envelope = help(words, invocation)
        case .run(let command): return .command(command, invocation)
        }
        return .finished(finish(envelope, format: invocation.format, arguments: invocation.arguments))
    }

    /// Runs the command and prints what it has to say. Cancelling the task asks the command to stop.
    func run(_ command: Command, _ invocation: Invocation) async -> ExitStatus {
        let context = context(for: invocation)
        var result: CommandResult
        do throws(Problem) {
            result = try await command.run(context)
        } catch {
            result = CommandResult(problems: [error])
        }
        context.progress.clear()
        if let name = context.report.tokenVariable, result.problems.contains(where: { $0.code == "key-refused" }) {
            // A login alone would change nothing.
            context.report.add([
                Problem(.notice, code: "token-from-environment", subject: name, message: "the key comes from \(name), which goes before a stored one")
            ])
        }
        result.problems += context.report.notices.filter { !result.problems.contains($0) }
        let envelope = envelope(result, command: command.name, arguments: invocation.arguments, report: context.report)
        return finish(envelope, format: invocation.format, arguments: invocation.arguments)
    }

    private func context(for invocation: Invocation) -> CommandContext {
        let arguments = invocation.arguments
        let terminal = Terminal.detect(environment, noColor: arguments.has("no-color"))
        let messages = messages
        let output = output
        let renderer = TextRenderer(
            width: nil, messageWidth: terminal.isErrorTerminal ? terminal.width : nil, outputColors: terminal.outputColors,
            messageColors: terminal.messageColors, isQuiet: arguments.has("quiet"))
        return CommandContext(
            arguments: arguments, format: invocation.format, environment: environment, terminal: terminal,
            prompt: Prompt(terminal: terminal, messages: messages, isForbidden: arguments.has("no-input")),
            progress: Progress(
                terminal: terminal, isQuiet: arguments.has("quiet"), isVerbose: arguments.has("verbose"), clock: clock,
                write: { messages.write($0) }),
            clock: clock, services: services, table: table, stream: { output.write(JSONRenderer.line($0)) },
            streamText: { output.append(line: JSONRenderer.lineWithoutEnd($0)) }, flushStream: { output.flush() },
            write: { output.write($0) }, message: { messages.write(renderer.message($0)) })
    }
}

// MARK: - What is not a command

extension Program {
    private func usageError(_ error: UsageError) -> Envelope {
        let width = Terminal.detect(environment, noColor: true).width
        let usage = error.command.map { Usage(table: table, width: width - 2).usageLines($0).map { "  \($0)" } } ?? []
        let result = CommandResult(problems: [error.problem])
        return envelope(result, command: error.command?.name, arguments: nil, report: nil, usage: usage)
    }

    private func version(_ invocation: Invocation) -> Envelope {
        let result = CommandResult(
            result: ["version": .string(Self.version)], text: [.line("phsync \(Self.version)")])
        return envelope(result, command: "version", arguments: invocation.arguments, report: nil)
    }

    private func help(_ words: [String], _ invocation: Invocation) -> Envelope {
        let width = Terminal.detect(environment, noColor: true).width
        let result: CommandResult
        do throws(Problem) {
            result = .document(try HelpCommand.text(for: words, table: table, width: width))
        } catch {
            result = CommandResult(problems: [error])
        }
        return envelope(result, command: "help", arguments: invocation.arguments, report: nil)
    }
}

// MARK: - Output

extension Program {
    private func envelope(
        _ result: CommandResult, command: String?, arguments: Arguments?, report: Report?, usage: [String] = []
    ) -> Envelope {
        var statuses = result.problems.map { ExitStatus($0.kind) }
        let asksForDifferences = arguments.map { $0.knows("exit-code") && $0.has("exit-code") } ?? false
        if result.hasDifferences, asksForDifferences { statuses.append(.differences) }
        return Envelope(
            command: command, context: report?.context, status: .worst(statuses), result: result, usage: usage,
            isStreamed: report?.isStreamed ?? false, nowMilliseconds: clock.nowMilliseconds())
    }

    /// Prints the envelope and returns the status to exit with.
    private func finish(_ envelope: Envelope, format: OutputFormat, arguments: Arguments?) -> ExitStatus {
        let noColor = arguments?.has("no-color") ?? tokens.contains("--no-color")
        let terminal = Terminal.detect(environment, noColor: noColor)
        let renderer = TextRenderer(
            width: terminal.isOutputTerminal ? terminal.width : nil, messageWidth: terminal.isErrorTerminal ? terminal.width : nil,
            outputColors: terminal.outputColors, messageColors: terminal.messageColors, isQuiet: arguments?.has("quiet") ?? false)
        if let document = envelope.result.document {
            output.write(document)
            messages.write(renderer.render(envelope).messages)
        } else {
            switch format {
            case .text:
                let rendered = renderer.render(envelope)
                output.write(rendered.output)
                messages.write(rendered.messages)
            case .json: output.write(JSONRenderer.document(envelope, isPretty: terminal.isOutputTerminal))
            case .ndjson: output.write(JSONRenderer.lines(envelope))
            }
        }
        return status(of: envelope, renderer)
    }

    /// An answer that could not be written is no answer, whatever the command did.
    private func status(of envelope: Envelope, _ renderer: TextRenderer) -> ExitStatus {
        guard let code = output.failure else { return envelope.status }
        let problem = Problem(
            .failed, code: "output", subject: "stdout", message: "can't write the output: \(FileError.text(of: code))")
        let failure = Envelope(
            command: nil, context: nil, status: .failed, result: CommandResult(problems: [problem]), usage: [],
            isStreamed: false, nowMilliseconds: envelope.nowMilliseconds)
        messages.write(renderer.render(failure).messages)
        return .worst([envelope.status, .failed])
    }
}
