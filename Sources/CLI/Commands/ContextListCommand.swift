import Models

/// `phsync context list`: all contexts and which one commands would use.
enum ContextListCommand {
    static let command = Command(
        "context list", summary: "lists the contexts; * marks the one in use",
        examples: [Example("phsync context list", "names, hosts and where each token comes from")],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let settings = try context.settings()
        let (tokens, notice) = try context.settingsFile().tokens()
        if let notice { context.report.add([notice]) }
        let used = settings.contexts.isEmpty && context.environment[.phsyncHost] == nil ? nil : try inUse(context)
        var all = settings.contexts
        if let used, !all.contains(where: { $0.name == used.name }) { all.append(used.context) }
        let rows = all.sorted { $0.name < $1.name }.map { Row($0, used: used, tokens) }
        return CommandResult(result: .array(rows.map(\.json)), text: text(rows), next: rows.isEmpty ? "phsync login --host URL" : nil)
    }

    /// A wrong name in the environment must not keep anybody from seeing the right ones.
    private static func inUse(_ context: CommandContext) throws(Problem) -> Instance? {
        do throws(Problem) {
            return try context.instance()
        } catch where error.kind == .usage {
            context.report.add([
                Problem(.notice, code: error.code, subject: error.subject, message: error.message)
            ])
            return nil
        }
    }

    private static func text(_ rows: [Row]) -> [Block] {
        if rows.isEmpty { return [.line("There are no contexts yet.")] }
        let columns: [Table.Column] = [.init(""), .init("NAME"), .init("HOST"), .init("PROJECT"), .init("TOKEN")]
        return [.table(Table(columns, rows: rows.map(\.cells)))]
    }

    private struct Row {
        let context: ContextSettings
        let isUsed: Bool
        let token: String

        init(_ context: ContextSettings, used: Instance?, _ tokens: TokenStore) {
            self.context = context
            isUsed = context.name == used?.name
            if isUsed, case .environment(let name, _)? = used?.tokenSource {
                token = name
            } else if context.tokenCommand != nil {
                token = "command"
            } else {
                token = tokens.hasToken(of: context.name) ? "stored" : "none"
            }
        }

        var cells: [Line] {
            let mark = Line(isUsed ? "*" : "")
            let name = Line(context.name, isUsed ? .bold : .plain)
            return [mark, name, Line(context.origin.description), Line(context.project ?? ""), Line(token)]
        }

        var json: JSONValue {
            [
                "name": .string(context.name), "host": .string(context.origin.description), "in_use": .bool(isUsed),
                "project": JSONValue(context.project), "token": .string(token),
            ]
        }
    }
}
