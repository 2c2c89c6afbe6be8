import Models

/// `phsync login`: makes or renews a context, once its token is known to work.
enum LoginCommand {
    static let command = Command(
        "login", summary: "connects to an instance and makes it the current context",
        details: [
            "The token is a personal API key (phx_…), made in PostHog under Settings, Personal API keys. It comes from a file, a "
                + "command, a pipe, or is typed without being shown; never from a flag, because command lines are public.",
            "A token that the server refuses is not saved. When the server can't be reached, it is saved and that is said.",
        ],
        flags: [
            Flag("host", .text("URL"), "the instance; https unless the URL says http"),
            Flag("token-file", .path("FILE"), "read the token from this file; - is stdin"),
            Flag("token-command", .text("CMD"), "have this shell command print the token, now and at each use"),
            Flag("ca-file", .path("FILE"), "trust the certificates in this file instead of the system's"),
            Flag("proxy", .text("URL"), "reach the instance through this proxy"),
            Flag("allow-http", "accept plain http on another machine: the token travels in the clear"),
            Flag("era", .text("ERA"), "the plugin runtime of the instance, 2023-12 say, where it doesn't say so itself"),
        ],
        exclusive: [["token-file", "token-command"]],
        refused: ["token": why, "api-key": why, "key": why, "password": why],
        examples: [
            Example("phsync login --host https://us.posthog.com", "asks for the token"),
            Example("phsync login", "renews the token of the current context"),
            Example("phsync login --host http://127.0.0.1:8000 < token.txt", "takes it from a file, for a context 127.0.0.1-8000"),
            Example(
                "phsync login --context prod --host eu.posthog.com --token-command 'pass show posthog'",
                "keeps no token at all, but the command that has it"),
        ],
        run: run)

    private static let why =
        "everybody on this machine can read command lines, and the shell keeps them; pipe the token in, or use --token-file or --token-command"

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let settings = try context.settings()
        let target = try LoginTarget.settings(context, settings)
        context.report.setContext(target.name)
        try target.checkTransport()
        let token = try LoginToken.read(context, target)
        let verification = try await verify(token, target, context)
        try Interruption.check()
        let notices = try context.settingsFile().update { (settings, tokens) throws(Problem) in
            settings.set(target)
            settings.use(target.name)
            if target.tokenCommand == nil {
                tokens.set(token, of: target.name, for: target.origin)
            } else {
                tokens.remove(target.name)
            }
        }
        context.report.add(notices)
        return result(target, verification, context)
    }

    private enum Verification {
        case verified(Services.Identity)
        case unverified(Problem)
    }

    private static func verify(
        _ token: Token, _ target: ContextSettings, _ context: CommandContext
    ) async throws(Problem) -> Verification {
        guard let verify = context.services.verify else {
            return .unverified(Problem(.notice, code: "not-verified", subject: target.name, message: "the token was not verified"))
        }
        context.progress.update("asking \(target.origin) whose token this is")
        do throws(Problem) {
            return .verified(try await verify(token, target))
        } catch where error.code == "key-refused" {
            // There may be no context yet that a shorter line would mean.
            throw Problem(
                error.kind, code: error.code, subject: error.subject, message: "\(error.message) Nothing was saved.",
                next: "phsync login --context \(target.name) --host \(target.origin)")
        } catch where error.kind == .temporary {
            // Being offline is no reason to refuse; the first pull will tell.
            return .unverified(
                Problem(
                    .notice, code: "not-verified", subject: target.name,
                    message: "the token is saved but was not verified: \(error.message)", next: "phsync login --context \(target.name)"))
        }
    }

    private static func result(
        _ target: ContextSettings, _ verification: Verification, _ context: CommandContext
    ) -> CommandResult {
        var members: [JSONObject.Member] = [
            .init(key: "context", value: .string(target.name)), .init(key: "host", value: .string(target.origin.description)),
        ]
        var result = CommandResult()
        var line = Line("Logged in to \(target.origin)", .good)
        switch verification {
        case .verified(let identity):
            members.append(.init(key: "verified", value: true))
            members.append(.init(key: "user", value: .string(identity.email)))
            members.append(.init(key: "organization", value: .string(identity.organization)))
            line = line + Line(" as \(identity.email) (\(identity.organization))")
        case .unverified(let notice):
            members.append(.init(key: "verified", value: false))
            result.problems.append(notice)
            line = Line("Saved the token for \(target.origin)")
        }
        result.result = .object(JSONObject(members))
        result.text = [.line(line + Line("; the current context is \(target.name)."))]
        if context.table.command(named: "pull") != nil { result.next = "phsync pull" }
        return result
    }
}
