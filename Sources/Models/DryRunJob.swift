/// Everything that a run of one config depends on: the same job gives the same bytes.
///
/// It crosses into phsync-sandbox as one line of JSON before any event does.
package struct DryRunJob: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case run
        /// Static checks only: nothing of the plugin is executed.
        case check
    }

    package var kind: Kind
    package var plugin: PluginIdentity
    /// 0 when there is no config on any server.
    package var configID: Int
    package var teamID: Int
    package var pluginJSON: String
    /// Text by name; the entry is among them under its own name.
    package var files: [String: String]
    /// nil when it has to be found (`main`, then the era's defaults).
    package var entry: String?
    /// Always an object.
    package var config: JSONObject
    package var attachments: [String: AttachmentFile]
    package var era: Era
    /// Where virtual time starts.
    package var clock: Timestamp
    package var seed: UInt64
    package var limits: SandboxLimits
    package var fetch: FetchPolicy
    /// A MaxMind file, which the sandbox reads before it gives up reading files.
    package var geoipPath: String?
    /// nil for all that the plugin has, in lifecycle order.
    package var methods: [String]?
    /// What vendor modules answer: module name to whatever the library of stand-ins takes.
    package var stubs: JSONObject
    /// The cached outcome of compiling these very files; only the runtime knows its form.
    package var compiled: JSONValue?
    /// Values that no report may hold.
    package var secretsToRedact: [String]

    package init(
        kind: Kind = .run, plugin: PluginIdentity, configID: Int = 0, teamID: Int = 0, pluginJSON: String, files: [String: String],
        entry: String? = nil, config: JSONObject = JSONObject(), attachments: [String: AttachmentFile] = [:],
        era: Era = .december2023, clock: Timestamp, seed: UInt64 = 1, limits: SandboxLimits = SandboxLimits(),
        fetch: FetchPolicy = FetchPolicy(), geoipPath: String? = nil, methods: [String]? = nil, stubs: JSONObject = JSONObject(),
        compiled: JSONValue? = nil, secretsToRedact: [String] = []
    ) {
        self.kind = kind
        self.plugin = plugin
        self.configID = configID
        self.teamID = teamID
        self.pluginJSON = pluginJSON
        self.files = files
        self.entry = entry
        self.config = config
        self.attachments = attachments
        self.era = era
        self.clock = clock
        self.seed = seed
        self.limits = limits
        self.fetch = fetch
        self.geoipPath = geoipPath
        self.methods = methods
        self.stubs = stubs
        self.compiled = compiled
        self.secretsToRedact = secretsToRedact
    }
}

/// What a plugin is called where it is installed.
package struct PluginIdentity: Sendable, Equatable {
    package var name: String
    package var id: Int?
    package var url: String?
    package var tag: String?

    package init(name: String, id: Int? = nil, url: String? = nil, tag: String? = nil) {
        self.name = name
        self.id = id
        self.url = url
        self.tag = tag
    }
}

/// A file that a config has attached; it prints without its contents, which may be a secret.
package struct AttachmentFile: Sendable, Equatable {
    package var contentType: String
    package var fileName: String
    /// nil as the server's database may have it.
    package var contents: [UInt8]?

    package init(contentType: String, fileName: String, contents: [UInt8]?) {
        self.contentType = contentType
        self.fileName = fileName
        self.contents = contents
    }
}

extension AttachmentFile: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(fileName), \(contents.map { "\($0.count) bytes" } ?? "no contents")" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["contents": contents?.count as Any]) }
}

extension DryRunJob: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Without the config's values, which hold secrets.
    package var description: String { "\(kind.rawValue) of \(plugin.name), config \(configID), era \(era.rawValue)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["plugin": plugin.name, "configID": configID]) }
}
