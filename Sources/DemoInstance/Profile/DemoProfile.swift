import Models

/// A recorded server that the demo instance plays: what it offers, which fields its answers have, and its habits.
///
/// What all played servers have in common is in the endpoints; what one does otherwise is a value here that they ask.
package struct DemoProfile: Sendable {
    /// How people and files name it: "1.26".
    package internal(set) var name: String
    /// A moment of its time, which the seeded worlds are dated by.
    var epoch: DemoInstant
    /// What the server calls itself where it compares versions.
    var version: String
    var endpoints: Set<Endpoint>
    var fields: AnswerFields
    /// A request for HTML gets a page, here always the error page that was recorded (1.26: 338), and no refusal.
    var rendersHTML: Bool
    var plugins: PluginPolicy
    var configs: ConfigPolicy
    var logs: LogPolicy
}

extension DemoProfile {
    package static let all = [posthog1_26, posthog2023_11]

    /// The profile of that name; nil when there is none.
    package init?(named name: String) {
        guard let profile = DemoProfile.all.first(where: { $0.name == name }) else { return nil }
        self = profile
    }

    func has(_ endpoint: Endpoint) -> Bool {
        endpoints.contains(endpoint)
    }
}

/// What not every played server has, or was recorded with.
enum Endpoint {
    case plugins, configs, logs, appMetrics, activity, pluginSource, unusedPlugins, jobs, frontend
    /// What followed plugins, 2024 and later.
    case hogFunctions
    case legacyUser, personalAPIKeys, instanceStatus, health, events, capture
}

/// Names of the fields of each kind of answer, in the order in which the server gives them.
struct AnswerFields {
    static func object(_ names: [String], _ value: (String) -> JSONValue) -> JSONValue {
        .object(JSONObject(names.map { JSONObject.Member(key: $0, value: value($0)) }))
    }

    var preflight: [String]
    var user: [String]
    var organization: [String]
    /// As `users/@me` lists the organizations.
    var organizationInList: [String]
    var project: [String]
    /// As lists and other answers show it.
    var projectInList: [String]
    var plugin: [String]
    var config: [String]
    var log: [String]
}

struct PluginPolicy {
    /// Before 1.20 they are at `/api/plugin/`, of the user's current organization.
    var isUnderOrganization = true
    enum Order {
        case byID
        /// As the rows lie in the table: one that was changed is the last from then on.
        case byChange
    }

    var order: Order
    /// Plugins of other organizations are listed once a project has a config of them.
    var listsForeignPluginsInUse: Bool
    /// An address is cut down to the repository's own, and one that names a version is known again by it.
    var keepsRootAddress: Bool
    /// Installing sets the latest tag as well, otherwise only a check for updates does (1.26: 038, 103). Upgrading goes
    /// with installing; no recording shows it apart from a check.
    var installTellsLatest: Bool
    /// An archive's main file is looked for when it is installed, so one without is an exception.
    var readsArchives: Bool
}

struct ConfigPolicy {
    /// The segment of the path under a project; nil for servers that have only `/api/plugin_config/`.
    var path: String?
    /// Whether the project in the path decides, and is checked; otherwise it is not even read, and the user's current one
    /// decides.
    var heedsProjectInPath: Bool
    /// A project's token in the query hides every config of the others.
    var tokenNarrowsReads: Bool
    var creation: Creation
    /// Answers show the mask in place of a secret (1.23 and later).
    var masksSecrets = true
    /// Answers to everything but lists have the plugin in `plugin_info`, not only the answer to one config.
    var showsPluginAfterWrites = false

    enum Creation {
        /// A second config for a plugin stands beside the first one.
        case adds
        /// It changes the first one.
        case replaces
        /// A hog function takes over where there is a template for the plugin, and the answer's id is null.
        case handsOver
        /// The same, and without a template it is refused.
        case frozen
    }
}

struct LogPolicy {
    /// Only members of the project's organization read its logs, and the project has to be there.
    var checksMembership: Bool
    /// The searched text is a pattern, with `%` and `_`.
    var searchesPattern: Bool
    var filtersByType: Bool
    /// An empty date counts as one that was not sent.
    var takesEmptyDates: Bool
}
