import Models

/// `phsync context use NAME`: makes a context the current one.
enum ContextUseCommand {
    static let command = Command(
        "context use", summary: "makes a context the current one",
        positionals: [Positional("NAME", "a context, as context list shows it")],
        examples: [Example("phsync context use prod", "commands without --context are about prod from now on")],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let name = context.arguments.positional("NAME") ?? ""
        var wasCurrent = false
        let notices = try context.settingsFile().update { (settings, _) throws(Problem) in
            _ = try known(name, in: settings)
            wasCurrent = settings.current == name
            settings.use(name)
        }
        context.report.add(notices)
        context.report.setContext(name)
        for variable in [Environment.Name.phsyncContext, .phsyncHost] where context.environment[variable] != nil {
            let message = "\(variable.rawValue) is set and goes before the current context"
            context.report.add([Problem(.notice, code: "environment-wins", subject: variable.rawValue, message: message)])
        }
        return CommandResult(
            outcome: wasCurrent ? "nothing-to-do" : "done", result: ["context": .string(name)],
            text: [.line(Line("The current context is \(name)."))])
    }

    /// The context of that name.
    ///
    /// - Throws: `Problem` of kind `.usage` with the nearest name.
    static func known(_ name: String, in settings: Settings) throws(Problem) -> ContextSettings {
        if let context = settings.context(named: name) { return context }
        let near = NearestWord.find(name, in: settings.contexts.map(\.name)).map { "; did you mean \"\($0)\"?" } ?? ""
        throw Problem(
            .usage, code: "unknown-context", subject: name, message: "there is no context \"\(name)\"\(near)",
            next: "phsync context list")
    }
}
