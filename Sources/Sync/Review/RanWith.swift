package import Models
package import Storage

/// Which versions something ran with at a moment, as far as pulls have seen them.
package struct RanWith: Sendable, Equatable {
    /// The plugin's release; nil when it has none, or nobody knows.
    package let pluginTag: String?
    /// In the history of the config; nil where the mirror saw none by then.
    package let configVersion: Int64?
    /// In the history of the code; nil where the mirror saw none by then.
    package let codeVersion: Int64?
    /// Whether the mirror knew the config by then; otherwise these are the first versions that it saw later.
    package let isKnownThen: Bool

    package init(plugin: PluginID, config: PluginConfigID?, at time: Timestamp, in mirror: MirrorTransaction) throws(MirrorError) {
        func version<Row>(_ rows: [Row], _ recordedAt: (Row) -> Timestamp) -> Row? {
            // The newest first; of a time before the first version that one is the nearest.
            rows.first { recordedAt($0) <= time } ?? rows.last
        }
        let plugins = try mirror.history.list(.plugin(plugin))
        pluginTag = version(plugins, \.recordedAt)?.content["tag"]?.string
        let configs = try config.map { id throws(MirrorError) in try mirror.history.list(.config(id)) } ?? []
        configVersion = version(configs, \.recordedAt)?.version
        codeVersion = version(try mirror.sourceVersions.list(plugin), \.recordedAt)?.version
        isKnownThen = configs.isEmpty ? plugins.contains { $0.recordedAt <= time } : configs.contains { $0.recordedAt <= time }
    }

    package var json: JSONValue {
        [
            "plugin_tag": JSONValue(pluginTag), "config_version": configVersion.map { JSONValue($0) } ?? .null,
            "code_version": codeVersion.map { JSONValue($0) } ?? .null, "known_then": .bool(isKnownThen),
        ]
    }
}
