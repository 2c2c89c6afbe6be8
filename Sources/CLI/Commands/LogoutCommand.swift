import Models

/// `phsync logout`: forgets a context's token and keeps all else.
enum LogoutCommand {
    static let command = Command(
        "logout", summary: "removes the token of a context; its settings and its mirror stay",
        examples: [
            Example("phsync logout", "for the current context"),
            Example("phsync logout --context prod", "for another one"),
        ],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        var hadToken = false
        let notices = try context.settingsFile().update { (settings, tokens) throws(Problem) in
            hadToken = tokens.hasToken(of: instance.name)
            tokens.remove(instance.name)
            guard var stored = settings.context(named: instance.name), stored.tokenCommand != nil else { return }
            hadToken = true
            stored.tokenCommand = nil
            settings.set(stored)
        }
        context.report.add(notices)
        if case .environment(let name, _) = instance.tokenSource { context.report.add([stillSet(name)]) }
        return try result(instance, hadToken, context)
    }

    private static func stillSet(_ name: String) -> Problem {
        Problem(.notice, code: "token-in-environment", subject: name, message: "\(name) is still set and goes on working; unset it")
    }

    private static func result(_ instance: Instance, _ hadToken: Bool, _ context: CommandContext) throws(Problem) -> CommandResult {
        let mirror = try context.places().mirrorDirectory(instance.name)
        let text = hadToken ? "Removed the token of \(instance.name)." : "There was no token of \(instance.name)."
        return CommandResult(
            outcome: hadToken ? "done" : "nothing-to-do",
            result: ["context": .string(instance.name), "removed": .bool(hadToken), "mirror": .string(mirror)],
            text: [.line(Line("\(text) Its settings and its mirror stay: \(mirror)"))])
    }
}
