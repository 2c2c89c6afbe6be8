import Models

/// The instance that a command is about, and how it was chosen.
struct Instance: Sendable, Equatable {
    /// Where the token is to come from.
    enum TokenSource: Sendable, Equatable {
        /// A variable of that name, with its value.
        case environment(String, Token)
        /// The context's command or the token file.
        case settings
    }

    let context: ContextSettings
    /// The project to use: an id or a name; nil when nobody said.
    let project: String?
    let tokenSource: TokenSource

    var name: String { context.name }
    var origin: Origin { context.origin }
}

/// Chooses the instance from flags, environment and settings.
///
/// In this order: `--context`; PHSYNC_CONTEXT; PHSYNC_HOST; the current context; POSTHOG_CLI_HOST; POSTHOG_HOST.
/// A token goes with the host of its own family and to no other, so that a key never reaches a host it was not made for:
/// PHSYNC_TOKEN counts for the context that was chosen, unless PHSYNC_HOST names another host.
struct InstanceChoice {
    let settings: Settings
    let environment: Environment
    /// The values of `--context` and `--project`.
    let contextFlag: String?
    let projectFlag: String?

    private typealias Family = (host: Environment.Name, token: Environment.Name, project: Environment.Name)

    private static let own: Family = (.phsyncHost, .phsyncToken, .phsyncProject)
    private static let fallbacks: [Family] = [
        (.posthogCLIHost, .posthogCLIToken, .posthogCLIProject), (.posthogHost, .posthogToken, .posthogProject),
    ]

    func instance() throws(Problem) -> Instance {
        if let name = contextFlag { return try named(name, by: "--context") }
        if let name = environment[.phsyncContext] {
            let instance = try named(name, by: Environment.Name.phsyncContext.rawValue)
            try checkAgreement(instance.context)
            return instance
        }
        if environment[.phsyncHost] != nil { return try fromEnvironment(Self.own) }
        if let name = settings.current { return try named(name, by: "the config file") }
        for family in Self.fallbacks where environment[family.host] != nil { return try fromEnvironment(family) }
        throw Problem(
            .usage, code: "no-context", message: "phsync does not know which instance to use: there is no context yet",
            next: "phsync login --host URL")
    }

    private func named(_ name: String, by source: String) throws(Problem) -> Instance {
        try ContextName.check(name)
        guard let context = settings.context(named: name) else { return try unknown(name, by: source) }
        try context.checkTransport()
        return Instance(
            context: context, project: project(nil, of: context), tokenSource: try ownToken(for: context.origin))
    }

    /// A name without a context can still be that of the host in the environment.
    private func unknown(_ name: String, by source: String) throws(Problem) -> Instance {
        if let host = environment[.phsyncHost], try origin(host, .phsyncHost).contextName == name {
            return try fromEnvironment(Self.own)
        }
        let near = NearestWord.find(name, in: settings.contexts.map(\.name)).map { "; did you mean \"\($0)\"?" } ?? ""
        throw Problem(
            .usage, code: "unknown-context", subject: name, message: "there is no context \"\(name)\", named by \(source)\(near)",
            next: "phsync context list")
    }

    private func fromEnvironment(_ family: Family) throws(Problem) -> Instance {
        let origin = try origin(environment[family.host] ?? "", family.host)
        var context = ContextSettings(name: origin.contextName, origin: origin)
        if let stored = settings.context(named: context.name) {
            guard stored.origin == origin else {
                throw Problem(
                    .usage, code: "context-taken", subject: stored.name,
                    message: "\(family.host.rawValue) is \(origin), but the context of that name, \"\(stored.name)\", is for \(stored.origin);"
                        + " give \(origin) a context of another name, and name that with --context",
                    next: "phsync login --context NAME --host \(origin)")
            }
            context = stored
        }
        try context.checkTransport()
        let token = try token(family.token)
        return Instance(context: context, project: project(family.project, of: context), tokenSource: token ?? .settings)
    }

    private func checkAgreement(_ context: ContextSettings) throws(Problem) {
        guard let host = environment[.phsyncHost], try origin(host, .phsyncHost) != context.origin else { return }
        throw Problem(
            .usage, code: "context-and-host", subject: context.name,
            message: "PHSYNC_CONTEXT names \(context.name) at \(context.origin), but PHSYNC_HOST is another host; unset one of them")
    }

    /// PHSYNC_TOKEN, unless PHSYNC_HOST says that it is for another host.
    private func ownToken(for origin: Origin) throws(Problem) -> Instance.TokenSource {
        if let host = environment[.phsyncHost], try self.origin(host, .phsyncHost) != origin { return .settings }
        return try token(.phsyncToken) ?? .settings
    }

    private func token(_ name: Environment.Name) throws(Problem) -> Instance.TokenSource? {
        guard let text = environment[name] else { return nil }
        return .environment(name.rawValue, try Token(text, from: name.rawValue))
    }

    private func project(_ fallback: Environment.Name?, of context: ContextSettings) -> String? {
        projectFlag ?? environment[.phsyncProject] ?? fallback.flatMap { environment[$0] } ?? context.project
    }

    private func origin(_ text: String, _ name: Environment.Name) throws(Problem) -> Origin {
        do throws(Origin.Mistake) {
            return try Origin(text)
        } catch {
            throw Problem(.usage, code: "bad-host", subject: name.rawValue, message: "\(name.rawValue) is not a host: \(error.reason)")
        }
    }
}
