import Glibc
import Models

/// `phsync test`: a plugin's own tests, for its author.
enum TestCommand {
    static let command = Command(
        "test", summary: "runs a plugin's own tests",
        details: [
            "Each file of DIR/tests is a case: {\"config\": {…}, \"events\": […], \"expected\": {…}}. Events go through the plugin in the sandbox, and what"
                + " comes of them is held against \"expected\". --update writes what came as what is expected.",
            "A case may also have era, method, fetch (deny, stub, replay), cassette, clock and seed, as the flags of dry-run.",
            "--watch runs again whenever a file of the plugin or a case is saved, until ^C. Exit status 7 when a case fails.",
        ],
        positionals: [
            Positional("DIR", "the plugin's folder; the current one without it", isRequired: false),
            Positional("NAME", "only these cases, by their file's name without .json", isRequired: false, isRepeated: true),
        ],
        flags: [Flag("update", "write what came of the events into the cases"), Flag("watch", "run again on every save")],
        exclusive: [["update", "watch"]],
        examples: [Example("phsync test", "the plugin of this folder"), Example("phsync test geo --update", "take what came as expected")], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let folder = context.arguments.positional("DIR") ?? "."
        let run = PluginTestRun(
            folder: folder, names: context.arguments.values(of: "NAME"), isUpdating: context.arguments.has("update"), context: context)
        if context.arguments.has("watch") { return try await watch(run, context) }
        return result(try await run.run(), folder)
    }

    private static func result(_ outcomes: [PluginTestRun.Outcome], _ folder: String) -> CommandResult {
        let bad = outcomes.filter { $0.state == .failed || $0.state == .new }
        let update = "phsync test \(folder.shellQuoted) --update"
        let problems = bad.first.map { first in
            if let error = first.loadError {
                return [
                    Problem(
                        .invalid, code: "not-loaded", subject: folder, message: "the plugin can't be loaded: \(error.prefix { $0 != "\n" })",
                        next: "phsync validate --plugin \(folder.shellQuoted)")
                ]
            }
            let what = first.state == .new ? "\(first.test.name) says nothing of what is expected" : "\(first.test.name) differs in \(first.differences[0].path)"
            return [Problem(.invalid, code: "test-failed", subject: first.test.path, message: "\(bad.count) of \(outcomes.count.counted("test")) failed: \(what)", next: update)]
        }
        return CommandResult(
            outcome: bad.isEmpty ? outcomes.contains { $0.state == .updated } ? "updated" : "passed" : "failed", result: .array(outcomes.map(\.json)),
            text: outcomes.flatMap(\.blocks) + [summary(outcomes)], problems: problems ?? [])
    }

    private static func summary(_ outcomes: [PluginTestRun.Outcome]) -> Block {
        let counts = [PluginTestRun.State.passed, .failed, .new, .updated].compactMap { state -> String? in
            let count = outcomes.count { $0.state == state }
            return count > 0 ? "\(count) \(state.rawValue)" : nil
        }
        let isBad = outcomes.contains { $0.state == .failed || $0.state == .new }
        return .line(Line(counts.joined(separator: ", "), isBad ? .bad : .good))
    }

    // MARK: Watching

    /// Looks at the files twice a second, and runs when one has changed; ends with ^C, which is no failure here.
    private static func watch(_ run: PluginTestRun, _ context: CommandContext) async throws(Problem) -> CommandResult {
        guard context.format != .json else {
            throw Problem(.usage, code: "watch-json", subject: "--watch", message: "--watch has no end, so it can't be one JSON document", next: "phsync test --watch -o ndjson")
        }
        let output = Output(descriptor: STDOUT_FILENO)
        var known: [String: FileStamp] = [:]
        while true {
            let stamps = FileStamp.all(of: run.folder, context.files)
            if stamps != known {
                known = stamps
                show(await attempt(run), context, output)
            }
            do {
                try await Task.sleep(for: .milliseconds(500))
            } catch {
                // A sleep fails only when it is cancelled: ^C.
                return CommandResult(outcome: "stopped", result: [])
            }
        }
    }

    /// What is wrong with a file is shown too: the next save may put it right.
    private static func attempt(_ run: PluginTestRun) async -> CommandResult {
        do throws(Problem) {
            return result(try await run.run(), run.folder)
        } catch {
            return CommandResult(problems: [error])
        }
    }

    private static func show(_ result: CommandResult, _ context: CommandContext, _ output: Output) {
        if result.problems.contains(where: { $0.kind == .interrupted }) { return }
        guard context.format == .text else {
            for item in result.result?.array ?? [] { context.emit(item) }
            for problem in result.problems { context.emit(["problem": .string(problem.message), "code": .string(problem.code)]) }
            return
        }
        let terminal = context.terminal
        let renderer = TextRenderer(
            width: terminal.isOutputTerminal ? terminal.width : nil, outputColors: terminal.outputColors, messageColors: terminal.outputColors, isQuiet: false)
        let envelope = Envelope(
            command: "test", context: nil, status: .done, result: result, usage: [], isStreamed: false, nowMilliseconds: context.clock.nowMilliseconds())
        let rendered = renderer.render(envelope)
        let time = TimeText.timestamp(context.clock.nowMilliseconds())
        output.write(Line("— \(time)", .dim).rendered(colors: terminal.outputColors) + "\n" + rendered.output + rendered.messages)
    }
}

/// What tells that a file was saved.
struct FileStamp: Equatable {
    private let size: Int
    private let seconds: Int
    private let nanoseconds: Int

    private init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        (size, seconds, nanoseconds) = (Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }

    /// The files of a plugin's folder and of its tests, by path; folders below are none of the plugin's.
    static func all(of folder: String, _ files: Files) -> [String: FileStamp] {
        var stamps: [String: FileStamp] = [:]
        for directory in [folder, "\(folder)/tests"] {
            let names: [String]
            do throws(FileError) {
                names = try files.names(in: directory)
            } catch {
                // A folder that can't be read has nothing to watch; the run itself says why.
                continue
            }
            for name in names where !name.hasSuffix(".phsync-new") { stamps["\(directory)/\(name)"] = FileStamp("\(directory)/\(name)") }
        }
        return stamps
    }
}

extension PluginTestRun.Outcome {
    /// The name, and of one that failed what is expected and what came.
    var blocks: [Block] {
        let style: Line.Style = switch state {
        case .passed: .good
        case .failed: .bad
        case .new, .updated: .warning
        }
        var blocks: [Block] = [.line(Line(state.rawValue, style) + Line("  \(test.name)"))]
        if let loadError { return blocks + loadError.split(separator: "\n").map { .line(Line("    \($0)")) } }
        for difference in differences.prefix(10) {
            let (expected, actual) = Excerpt.pair(difference.base?.text ?? "(none)", difference.local?.text ?? "(none)")
            blocks.append(.line(Line("    \(difference.path): ") + Line(expected, .bad) + Line(" → ") + Line(actual, .good)))
        }
        if differences.count > 10 { blocks.append(.line(Line("    … and \(differences.count - 10) more", .dim))) }
        if state == .new { blocks.append(.line(Line("    what came: ", .dim) + Line(Excerpt.of([actual.text])[0]))) }
        return blocks
    }
}
