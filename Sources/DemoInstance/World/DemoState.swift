package import Models

/// Everything the demo instance knows: its database, its settings, and the outside world it asks.
package struct DemoState: Sendable {
    /// The server that is played.
    package var profile: DemoProfile
    package var organizations: [DemoOrganization] = []
    package var projects: [DemoProject] = []
    package var users: [DemoUser] = []
    package var plugins: [Int64: DemoPlugin] = [:]
    package var configs: [Int64: DemoPluginConfig] = [:]
    /// Attachments by the id of their config, oldest first.
    package var attachments: [Int64: [DemoAttachment]] = [:]
    /// What plugins stored, by config and key.
    package var pluginStorage: [Int64: [String: String]] = [:]
    package var activity: [DemoActivity] = []
    package var logs: [JSONObject] = []
    package var metrics: [DemoMetric] = []
    package var errorDetails: [String] = []
    package var events: [DemoEvent] = []
    package var repositories: [DemoRepository] = []
    package var pluginDirectory: JSONValue = []
    package var settings = DemoSettings()
    /// What keys are limited to; a key that is not here may do all that its user may.
    package var keyLimits: [String: DemoKeyLimit] = [:]
    /// Plugins for which there is a template of a hog function.
    package var hogTemplates: Set<Int64> = []
    package var hogFunctions: [DemoHogFunction] = []
    package var nextPluginID: Int64 = 1
    package var nextConfigID: Int64 = 1
    package var nextAttachmentID: Int64 = 1
    private var nextRowPosition: Int64 = 1
    var throttle = ThrottleHistory()

    package init(profile: DemoProfile = .posthog2023_11) {
        self.profile = profile
    }
}

package struct DemoSettings: Sendable {
    /// Off unless the instance switches them on.
    package var isRateLimited = false
    package var requestsPerMinute = 480
    package var requestsPerHour = 4800
    /// Scheme and host of the links in answers; nil takes the request's `Host`.
    package var baseURL: String?
    package var hasJobQueue = false
    package var pluginServerIsAlive = false
    package var realm = "hosted-clickhouse"

    package init() {}
}

/// A row with the columns the server has; `id` and membership are read often, so they are apart.
package struct DemoOrganization: Sendable {
    package var id: String
    package var row: JSONObject
    package var pluginsAccessLevel: Int
    package var projectIDs: [Int64]
    /// Membership level by user id: 1 member, 8 admin, 15 owner.
    package var members: [Int64: Int]

    package init(id: String, row: JSONObject, pluginsAccessLevel: Int, projectIDs: [Int64], members: [Int64: Int]) {
        self.id = id
        self.row = row
        self.pluginsAccessLevel = pluginsAccessLevel
        self.projectIDs = projectIDs
        self.members = members
    }
}

package struct DemoProject: Sendable {
    package var id: Int64
    package var organizationID: String
    package var token: String
    package var row: JSONObject

    package init(id: Int64, organizationID: String, token: String, row: JSONObject) {
        self.id = id
        self.organizationID = organizationID
        self.token = token
        self.row = row
    }
}

package struct DemoUser: Sendable {
    package var id: Int64
    package var isActive: Bool
    package var keys: [String]
    package var currentOrganizationID: String
    package var currentProjectID: Int64
    package var organizationIDs: [String]
    package var row: JSONObject

    package init(
        id: Int64, isActive: Bool, keys: [String], currentOrganizationID: String, currentProjectID: Int64,
        organizationIDs: [String], row: JSONObject
    ) {
        self.id = id
        self.isActive = isActive
        self.keys = keys
        self.currentOrganizationID = currentOrganizationID
        self.currentProjectID = currentProjectID
        self.organizationIDs = organizationIDs
        self.row = row
    }
}

package struct DemoPlugin: Sendable {
    package var id: Int64
    package var type: String?
    package var name: String?
    package var description: String?
    package var url: String?
    package var icon: String?
    package var configSchema: JSONValue = [:]
    package var tag: String?
    package var latestTag: String?
    package var isGlobal = false
    package var organizationID: String
    package var capabilities: JSONValue = [:]
    package var metrics: JSONValue = [:]
    package var publicJobs: JSONValue = [:]
    /// Files in the order they were made; a value can be null.
    package var sources: [DemoSourceFile] = []
    /// The one text of servers that keep no files; nil for installed archives, which they keep but never show.
    package var source: String?
    /// Where the row lies in the table, for servers that list rows as they lie: one that is written moves to the end.
    var rowPosition: Int64 = 0

    package init(id: Int64, organizationID: String) {
        self.id = id
        self.organizationID = organizationID
    }
}

package struct DemoSourceFile: Sendable, Equatable {
    package var name: String
    package var text: String?

    package init(name: String, text: String?) {
        self.name = name
        self.text = text
    }
}

package struct DemoPluginConfig: Sendable {
    package var id: Int64
    package var projectID: Int64
    package var pluginID: Int64
    package var isEnabled: Bool
    package var order: Int64
    /// As the column holds it, secrets in clear; anything that a form's JSON can hold.
    package var config: JSONValue = [:]
    package var error: JSONValue = .null
    package var createdAt: DemoInstant
    /// Of the last save; nil when it was never saved again.
    var updatedAt: DemoInstant?
    package var isDeleted = false
    /// Nil where nobody has named it.
    package var name: String?

    package init(id: Int64, projectID: Int64, pluginID: Int64, isEnabled: Bool, order: Int64, createdAt: DemoInstant) {
        self.id = id
        self.projectID = projectID
        self.pluginID = pluginID
        self.isEnabled = isEnabled
        self.order = order
        self.createdAt = createdAt
    }
}

package struct DemoAttachment: Sendable {
    package var id: Int64
    package var key: String
    package var fileName: String
    package var contentType: String
    package var bytes: [UInt8]

    package init(id: Int64, key: String, fileName: String, contentType: String, bytes: [UInt8]) {
        self.id = id
        self.key = key
        self.fileName = fileName
        self.contentType = contentType
        self.bytes = bytes
    }
}

package struct DemoActivity: Sendable {
    package var projectID: Int64
    package var userID: Int64?
    package var activity: String
    package var scope: String
    package var itemID: String
    package var name: String?
    package var changes: JSONValue = .null
    package var trigger: JSONValue = .null
    package var createdAt: DemoInstant

    package init(
        projectID: Int64, userID: Int64?, activity: String, scope: String, itemID: String, name: String? = nil,
        changes: JSONValue = .null, trigger: JSONValue = .null, createdAt: DemoInstant
    ) {
        self.projectID = projectID
        self.userID = userID
        self.activity = activity
        self.scope = scope
        self.itemID = itemID
        self.name = name
        self.changes = changes
        self.trigger = trigger
        self.createdAt = createdAt
    }
}

/// What a code host answers for one plugin's address.
package struct DemoRepository: Sendable {
    package struct Version: Sendable {
        package var commit: String
        package var pluginJSON: JSONValue?
        package var mainFile: String?
        package var files: [DemoSourceFile]

        package init(commit: String, pluginJSON: JSONValue?, mainFile: String?, files: [DemoSourceFile]) {
            self.commit = commit
            self.pluginJSON = pluginJSON
            self.mainFile = mainFile
            self.files = files
        }
    }

    package enum Behaviour: Sendable {
        case works, missing, badPluginJSON, noPluginJSON
    }

    package var url: String
    package var behaviour: Behaviour
    /// Newest first.
    package var versions: [Version]

    package init(url: String, behaviour: Behaviour, versions: [Version]) {
        self.url = url
        self.behaviour = behaviour
        self.versions = versions
    }
}

extension DemoState {
    /// Writes the plugin's row.
    mutating func save(_ plugin: DemoPlugin) {
        var row = plugin
        if profile.plugins.order == .byChange {
            row.rowPosition = nextRowPosition
            nextRowPosition += 1
        }
        plugins[row.id] = row
    }

    func organization(_ id: String) -> DemoOrganization? {
        organizations.first { $0.id == id }
    }

    func project(_ id: Int64) -> DemoProject? {
        projects.first { $0.id == id }
    }

    func configs(ofProject id: Int64) -> [DemoPluginConfig] {
        configs.values.filter { $0.projectID == id }
    }
}
