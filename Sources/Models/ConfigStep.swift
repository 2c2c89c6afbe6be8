/// A request of a plan that is about a config.
package struct ConfigStep: Sendable, Equatable {
    /// Any but `.source`.
    package let kind: PlanStep.Kind
    package let configID: PluginConfigID
    package let pluginID: PluginID
    package let projectID: ProjectID
    /// "Currency Normalization@Web shop", for people.
    package let title: String
    package let changes: [Change]
    package let edits: [Edit]
    package let precondition: PlanStep.Precondition

    package init(
        kind: PlanStep.Kind, configID: PluginConfigID, pluginID: PluginID, projectID: ProjectID, title: String,
        changes: [Change], edits: [Edit], precondition: PlanStep.Precondition
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
