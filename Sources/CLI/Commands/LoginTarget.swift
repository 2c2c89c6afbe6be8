import Glibc
import Models

/// The context that `login` is to make or renew, from its flags, the settings and the person.
enum LoginTarget {
    static func settings(_ context: CommandContext, _ settings: Settings) throws(Problem) -> ContextSettings {
        let arguments = context.arguments
        let origin = try origin(context, settings)
        let name = named(context, settings) ?? origin.contextName
        try ContextName.check(name)
        var target = settings.context(named: name) ?? ContextSettings(name: name, origin: origin)
        guard target.origin == origin else {
            throw Problem(
                .usage, code: "context-taken", subject: name,
                message: "the context \"\(name)\" is \(target.origin); give \(origin) a name of its own, or remove the old context first",
                next: "phsync login --context NAME --host \(origin)")
        }
        if arguments.has("allow-http") { target.allowsHTTP = true }
        if let path = arguments.value("ca-file") { target.caFile = try caFile(path) }
        if let proxy = arguments.value("proxy") { target.proxy = try checkedProxy(proxy) }
        if let era = arguments.value("era") { target.runtimeEra = era }
        if let project = arguments.value("project") { target.project = project }
        target.tokenCommand = arguments.value("token-command")
        return target
    }

    /// The context that is named; without a host of any kind the current one, whose key is to be renewed.
    private static func named(_ context: CommandContext, _ settings: Settings) -> String? {
        if let name = context.arguments.value("context") ?? context.environment[.phsyncContext] { return name }
        let hasHost = context.arguments.has("host") || context.environment[.phsyncHost] != nil
        return hasHost ? nil : settings.current
    }

    /// `--host`, else the host of the context that is named, else PHSYNC_HOST, else of the current context, else what the
    /// person says.
    private static func origin(_ context: CommandContext, _ settings: Settings) throws(Problem) -> Origin {
        if let host = context.arguments.value("host") { return try origin(host, from: "--host") }
        if let name = named(context, settings), let known = settings.context(named: name) { return known.origin }
        if let host = context.environment[.phsyncHost] { return try origin(host, from: "PHSYNC_HOST") }
        guard context.prompt.isPossible else {
            throw Problem(
                .usage, code: "no-host", subject: "--host", message: "login needs to know the instance",
                next: "phsync login --host URL")
        }
        let answer = try context.prompt.line("Instance [https://us.posthog.com]: ")
        return try origin(answer.isEmpty ? "https://us.posthog.com" : answer, from: "the instance")
    }

    private static func origin(_ text: String, from source: String) throws(Problem) -> Origin {
        do throws(Origin.Mistake) {
            return try Origin(text)
        } catch {
            // The text is not repeated: it may hold a password.
            throw Problem(.usage, code: "bad-host", subject: source, message: "\(source) is not a host: \(error.reason)")
        }
    }

    /// The file's absolute path, because phsync is not always started in the same folder.
    private static func caFile(_ path: String) throws(Problem) -> String {
        guard access(path, R_OK) == 0, let real = realpath(path, nil) else {
            throw Problem(
                .usage, code: "bad-ca-file", subject: path, message: "--ca-file \(path) can't be read: \(FileError.text(of: errno))")
        }
        defer { free(real) }
        return String(cString: real)
    }

    private static func checkedProxy(_ text: String) throws(Problem) -> String {
        guard !text.contains("@") else {
            throw Problem(
                .usage, code: "bad-proxy", subject: "--proxy",
                message: "--proxy can't have a password, because command lines are public; write it into the config file")
        }
        let schemes = ["http://", "https://", "socks5://", "socks5h://"]
        guard !text.contains("://") || schemes.contains(where: text.hasPrefix), !text.contains(where: \.isWhitespace) else {
            throw Problem(
                .usage, code: "bad-proxy", subject: "--proxy", message: "--proxy takes a URL with http, https, socks5 or socks5h")
        }
        return text
    }
}
