/// A field that somebody else saved, and that a save of ours has undone: the server saves whole rows, and the last one wins.
///
/// It is only ever offered; nothing is written because of it before a person has made it an edit.
package struct LostField: Sendable, Equatable {
    package let configID: PluginConfigID
    package let field: ConfigField
    /// What they saved; nil when they took the field away. Never a secret.
    package let value: JSONValue?
    /// What our save has left in its place.
    package let left: JSONValue?
    /// Who saved it, as the activity log names them.
    package let author: String
    /// When, by the server's clock.
    package let savedAt: Timestamp

    package init(configID: PluginConfigID, field: ConfigField, value: JSONValue?, left: JSONValue?, author: String, savedAt: Timestamp) {
        self.configID = configID
        self.field = field
        self.value = value
        self.left = left
        self.author = author
        self.savedAt = savedAt
    }
}
