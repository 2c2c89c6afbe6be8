/// The three versions of one config that the mirror holds: base and remote as stored, local as base plus the edits.
///
/// A draft has neither base nor remote until a push has created it.
package struct Versions: Sendable, Equatable {
    package let id: PluginConfigID
    package let pluginID: PluginID
    package let projectID: ProjectID
    package let base: ConfigContent?
    package let remote: ConfigContent?
    /// At most one per field.
    package let edits: [Edit]

    package init(
        id: PluginConfigID, pluginID: PluginID, projectID: ProjectID, base: ConfigContent?, remote: ConfigContent?,
        edits: [Edit]
    ) {
        self.id = id
        self.pluginID = pluginID
        self.projectID = projectID
        self.base = base
        self.remote = remote
        self.edits = edits
    }

    /// What the person sees as theirs: base plus every edit. A new secret shows as the mask.
    package var local: ConfigContent {
        var content = base ?? ConfigContent(enabled: false, order: nil)
        for edit in edits { content.apply(edit) }
        return content
    }
}

extension ConfigContent {
    /// Sets the field to what the person wants: a new secret as the mask, which is what the server will show for it, a file
    /// as what is known of it here.
    package mutating func apply(_ edit: Edit) {
        switch edit.value {
        case .value(let value): set(edit.field, value)
        case .secret: set(edit.field, .string(Secret.mask))
        case .unset: set(edit.field, nil)
        case .file(let file):
            guard case .attachment(let key) = edit.field else { preconditionFailure("only an attachment is a file") }
            attachments[key] = file.info
        }
    }
}
