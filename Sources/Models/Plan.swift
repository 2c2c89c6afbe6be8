/// Ordered steps that a push would take, each with what must still hold right before it is sent.
///
/// The same mirror gives the same plan, and its digest names it: `push --plan DIGEST` sends exactly this one.
package struct Plan: Sendable, Equatable {
    package let steps: [PlanStep]

    package init(steps: [PlanStep]) {
        self.steps = steps
    }

    package var isEmpty: Bool { steps.isEmpty }

    /// The first 16 hexadecimal characters of SHA-256 over all steps: enough for a person to copy.
    package var digest: String {
        let all = JSONValue.array(steps.map(\.identity))
        return String(all.digest.prefix(16))
    }
}

/// One request of a plan.
package struct PlanStep: Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// Creates the config, disabled.
        case create
        /// Changes fields of a config that exists.
        case update
        /// Enables what an earlier step of the same plan has created and read back.
        case enable
    }

    /// What the config must still be when the request is sent; nil fields for a config that must not exist.
    package struct Precondition: Sendable, Equatable {
        /// Digest of the remote's writable content.
        package let remoteDigest: String?
        /// Digest of the plugin's `config_schema`: it decides what the server masks.
        package let schemaDigest: String

        package init(remoteDigest: String?, schemaDigest: String) {
            self.remoteDigest = remoteDigest
            self.schemaDigest = schemaDigest
        }
    }

    package let kind: Kind
    package let configID: PluginConfigID
    package let pluginID: PluginID
    package let projectID: ProjectID
    /// "Currency Normalization@Web shop", for people.
    package let title: String
    package let changes: [Change]
    package let edits: [Edit]
    package let precondition: Precondition

    package init(
        kind: Kind, configID: PluginConfigID, pluginID: PluginID, projectID: ProjectID, title: String,
        changes: [Change], edits: [Edit], precondition: Precondition
    ) {
        self.kind = kind
        self.configID = configID
        self.pluginID = pluginID
        self.projectID = projectID
        self.title = title
        self.changes = changes
        self.edits = edits
        self.precondition = precondition
    }

    /// Everything that decides what is sent; a secret by its reference, never its value.
    var identity: JSONValue {
        [
            "kind": .string(kind.rawValue), "config": JSONValue(configID.rawValue), "plugin": JSONValue(pluginID.rawValue),
            "project": JSONValue(projectID.rawValue), "edits": .array(edits.map(\.identity)),
            "remote": JSONValue(precondition.remoteDigest), "schema": .string(precondition.schemaDigest),
        ]
    }
}

extension Edit {
    var identity: JSONValue {
        let shown: JSONValue =
            switch value {
            case .value(let value): ["value": value]
            case .unset: ["unset": true]
            case .secret(let reference): ["secret": .string(reference)]
            case .file(let file): ["file": .string(file.reference)]
            }
        return ["field": .string(field.text), "to": shown]
    }
}
