/// A request of a plan that is about the code of a plugin.
package struct SourceStep: Sendable, Equatable {
    /// A file before and after; nil where there is none.
    package struct FileChange: Sendable, Equatable {
        package let file: String
        package let before: String?
        package let after: String?

        package init(file: String, before: String?, after: String?) {
            self.file = file
            self.before = before
            self.after = after
        }
    }

    package let pluginID: PluginID
    package let title: String
    package let form: SourceForm
    package let changes: [FileChange]
    package let edits: [SourceEdit]
    /// What the plugin's code, name and schema will be: the server takes the last two from `plugin.json`.
    package let expected: SourceState
    /// The name that the plugin gets when it is another one.
    package let newName: String?
    /// The schema that the plugin gets when it is another one; later steps of the plan stand on it.
    package let newSchema: ConfigSchema?
    /// `remoteDigest` is that of the whole `SourceState`, other files, name and schema included.
    package let precondition: PlanStep.Precondition

    package init(
        pluginID: PluginID, title: String, form: SourceForm, changes: [FileChange], edits: [SourceEdit],
        expected: SourceState, newName: String?, newSchema: ConfigSchema?, precondition: PlanStep.Precondition
    ) {
        self.pluginID = pluginID
        self.title = title
        self.form = form
        self.changes = changes
        self.edits = edits
        self.expected = expected
        self.newName = newName
        self.newSchema = newSchema
        self.precondition = precondition
    }

    var identity: JSONValue {
        [
            "kind": .string(PlanStep.Kind.source.rawValue), "plugin": JSONValue(pluginID.rawValue),
            "edits": .array(edits.map(\.identity)), "remote": JSONValue(precondition.remoteDigest),
            "schema": .string(precondition.schemaDigest),
        ]
    }
}
