/// One failure of whatever source, as the inbox groups and counts it.
package struct Failure: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case error
        /// A config that the server has switched off by itself.
        case switchedOff = "switched off"
        /// A config that delivers clearly less than it used to.
        case delivery
    }

    package let kind: Kind
    package let source: PluginError.Source
    package let fingerprint: ErrorFingerprint
    package let message: String
    package let stack: String?
    /// nil for a failure of the plugin as such.
    package let configID: PluginConfigID?
    package let projectID: ProjectID?
    package let at: Timestamp

    package init(
        kind: Kind = .error, source: PluginError.Source, fingerprint: ErrorFingerprint, message: String, stack: String?,
        configID: PluginConfigID?, projectID: ProjectID?, at: Timestamp
    ) {
        self.kind = kind
        self.source = source
        self.fingerprint = fingerprint
        self.message = message
        self.stack = stack
        self.configID = configID
        self.projectID = projectID
        self.at = at
    }
}

extension ErrorFingerprint {
    /// Of what happens to a config as a whole: one group for each config, whatever is said about it.
    package init(config: PluginConfigID, of plugin: PluginID, kind: Failure.Kind) {
        let name =
            switch kind {
            case .error: "Error"
            case .switchedOff: "Switched off"
            case .delivery: "Delivery fell"
            }
        self.init(pluginID: plugin, name: name, messageShape: "<\(config.subject) \(kind.rawValue)>", function: "", method: "")
    }
}
