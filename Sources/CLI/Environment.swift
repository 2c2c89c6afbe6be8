import Glibc

/// The environment variables that phsync reads, and the only place that reads them.
struct Environment: Sendable {
    /// All names that are ever looked up.
    enum Name: String, Sendable, CaseIterable {
        case phsyncHost = "PHSYNC_HOST"
        case phsyncToken = "PHSYNC_TOKEN"
        case phsyncProject = "PHSYNC_PROJECT"
        case phsyncContext = "PHSYNC_CONTEXT"
        case phsyncHome = "PHSYNC_HOME"
        case phsyncEditor = "PHSYNC_EDITOR"
        case posthogCLIHost = "POSTHOG_CLI_HOST"
        case posthogCLIToken = "POSTHOG_CLI_TOKEN"
        case posthogCLIProject = "POSTHOG_CLI_ENV_ID"
        case posthogHost = "POSTHOG_HOST"
        case posthogToken = "POSTHOG_API_KEY"
        case posthogProject = "POSTHOG_PROJECT_ID"
        case noColor = "NO_COLOR"
        case term = "TERM"
        case columns = "COLUMNS"
        case home = "HOME"
        case configHome = "XDG_CONFIG_HOME"
        case dataHome = "XDG_DATA_HOME"
        case stateHome = "XDG_STATE_HOME"
        case cacheHome = "XDG_CACHE_HOME"
        case visual = "VISUAL"
        case editor = "EDITOR"
        case phsyncSandbox = "PHSYNC_SANDBOX"
        case phsyncBabel = "PHSYNC_BABEL"
        case phsyncUnprotected = "PHSYNC_SANDBOX_UNPROTECTED"
        case path = "PATH"
    }

    private let values: [Name: String]

    init(_ values: [Name: String] = [:]) {
        self.values = values
    }

    /// The environment of this process.
    static var process: Environment {
        var values: [Name: String] = [:]
        for name in Name.allCases {
            if let text = getenv(name.rawValue) { values[name] = String(cString: text) }
        }
        return Environment(values)
    }

    /// The variable's value; nil when it is unset or empty, which the shell hardly tells apart.
    subscript(name: Name) -> String? {
        values[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
