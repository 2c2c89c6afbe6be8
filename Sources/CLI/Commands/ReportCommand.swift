import Glibc
import Models
import ReportPage
import Storage

/// `phsync report`: what happened, as one page or in the terminal.
enum ReportCommand {
    /// Days that are shown unless `--since` says otherwise.
    private static let days = 14

    static let command = Command(
        "report", summary: "writes one page that says what fails, since when, and what changed",
        details: [
            "The page needs nothing else: no network, no script. Without --html and --text it goes to stdout, or, on a terminal, to a file"
                + " in the current folder. Whatever the file's name, it is private (0600).",
            "Personal data is left out of events and messages unless --with-personal-data is given; a secret is only ever shown as set or not set.",
        ],
        flags: [
            Flag("html", .path("FILE"), "write the page to this file; - is stdout"), Flag("text", "the same in the terminal"),
            Flag("since", .text("T"), "from then on: 2d, 2026-11-20; \(days) days unless said"),
            Flag("with-personal-data", "events as the instance has them"),
        ],
        exclusive: [["html", "text"]],
        examples: [
            Example("phsync report", "a page of the last \(days) days"), Example("phsync report --text --since 3d", "the same in the terminal"),
            Example("phsync report --html report.html --project 3", "one project's, to a file"),
        ],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let now = context.now()
        let since = try since(context, now)
        let project = instance.project
        let hasPersonalData = context.arguments.has("with-personal-data")
        let report = try mirror.look { mirror in
            try ReportReader(
                mirror: mirror, now: now, since: since, project: try Selector.project(project, in: mirror), hasPersonalData: hasPersonalData
            ).report(context: instance.name, origin: instance.origin.description)
        }
        return try deliver(report, context)
    }

    /// The first moment of its day, since deliveries are counted by day.
    private static func since(_ context: CommandContext, _ now: Timestamp) throws(Problem) -> Timestamp {
        guard let text = context.arguments.value("since") else {
            let day = now.adding(seconds: -Int64(days - 1) * 86_400).milliseconds / 86_400_000
            return Timestamp(milliseconds: day * 86_400_000)
        }
        let since = try TimeArgument.moment(text, flag: "--since", now: now)
        guard since <= now else {
            throw Problem(.usage, code: "bad-time", subject: "--since", message: "\"\(text)\" is not in the past", next: "phsync report --since 3d")
        }
        return since
    }

    private static func deliver(_ report: ReportModel, _ context: CommandContext) throws(Problem) -> CommandResult {
        let terminal = context.terminal
        switch target(report, context) {
        case .none: return CommandResult(result: result(report, file: nil), freshness: freshness(report))
        case .text:
            let text = ReportText(report: report, width: terminal.isOutputTerminal ? terminal.width : nil).blocks
            return CommandResult(result: result(report, file: nil), text: text, freshness: freshness(report))
        case .output: return .document(ReportPage.html(report, version: Program.version))
        case .file(let path):
            let page = Array(ReportPage.html(report, version: Program.version).utf8)
            try write(page, to: path, context.files)
            let health = report.health
            let style: Line.Style = health.level == .failing ? .bad : health.level == .watch ? .warning : .good
            return CommandResult(
                result: result(report, file: path),
                text: [.line(Line(health.sentence, style)), .line("Written to \(path) (\(SizeText.of(Int64(page.count))))")], freshness: freshness(report))
        }
    }

    private enum Target {
        case none, text, output
        case file(String)
    }

    /// With JSON output the report itself is the result, and a page is written only where a file is named.
    private static func target(_ report: ReportModel, _ context: CommandContext) -> Target {
        if let path = context.arguments.value("html") {
            guard path == "-" else { return .file(path) }
            return context.format == .text ? .output : .none
        }
        if context.arguments.has("text") { return .text }
        guard context.format == .text else { return .none }
        return context.terminal.isOutputTerminal ? .file("phsync-\(report.subject.context)-\(report.madeAt.day).html") : .output
    }

    private static func write(_ page: [UInt8], to path: String, _ files: Files) throws(Problem) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw Problem(
                .usage, code: "no-file", subject: path, message: "\(path) is no ordinary file, so it is not replaced; --html - writes to stdout",
                next: "phsync report --html report.html")
        }
        do throws(FileError) {
            try files.replace(path, with: page)
        } catch {
            throw error.problem
        }
    }

    private static func result(_ report: ReportModel, file: String?) -> JSONValue {
        var object = report.json.object ?? JSONObject()
        object["file"] = JSONValue(file)
        return .object(object)
    }

    private static func freshness(_ report: ReportModel) -> [Freshness] {
        report.freshness.map { Freshness(collection: $0.collection, pulledAtMilliseconds: $0.pulledAt?.milliseconds) }
    }
}
