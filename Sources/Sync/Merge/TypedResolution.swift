package import Models
package import Storage

/// Settles conflicts with something else than either side: what a person typed.
package enum TypedResolution {
    /// Settles fields of one config; a value that the remote has needs no edit any more.
    ///
    /// - Returns: The fields that were in conflict and are settled now.
    package static func apply(
        _ values: [(field: ConfigField, value: JSONValue?)], to id: PluginConfigID, in transaction: MirrorTransaction, at time: Timestamp
    ) throws(MirrorError) -> [ConfigField] {
        guard let versions = try transaction.configs.versions(id) else { return [] }
        let secretKeys = try transaction.plugins.secretKeys(versions.pluginID)
        let clashing = ThreeWayMerge(versions, secretKeys: secretKeys).clashing
        let isHeld = try transaction.journal.holds(id)
        let typed = values.filter { field, _ in clashing.contains { $0.edit.field == field } }
        for (field, value) in typed {
            guard let edit = versions.edits.first(where: { $0.field == field }) else { continue }
            if let sides = versions.sides(of: edit, secretKeys: secretKeys) {
                try transaction.resolutions.put(
                    sides, ResolutionRow(side: .edit, result: value, subject: id.subject, settledAt: time))
            }
            if value == versions.remote?[field], !isHeld {
                try transaction.edits.remove(id, field, version: edit.version)
            } else {
                try transaction.edits.put(id, field, value.map(EditTable.Input.value) ?? .unset, at: time)
            }
        }
        let fields = Set(typed.map(\.field))
        try Resolution.standOnRemote(fields, of: id, in: transaction, at: time)
        return typed.map(\.field)
    }

    /// Settles one file of a plugin's code; nil takes the file away.
    ///
    /// - Returns: Whether it was in conflict.
    package static func apply(
        _ text: String?, toFile file: String, of id: PluginID, in transaction: MirrorTransaction, at time: Timestamp
    ) throws(MirrorError) -> Bool {
        guard let versions = try transaction.sources.versions(id), let plugin = try transaction.plugins.row(id)?.plugin,
            let edit = SourceMerge(versions, plugin: plugin).clashing.first(where: { $0.file == file })
        else { return false }
        try transaction.resolutions.put(
            versions.sides(of: edit),
            ResolutionRow(side: .edit, result: text.map { .string($0) }, subject: id.subject, settledAt: time))
        var base = versions.base
        base[file] = versions.remote[file]
        if versions.form.same(text, versions.remote[file], named: file), try !transaction.journal.holds(codeOf: id) {
            try transaction.sourceEdits.remove(id, file, version: edit.version)
        } else {
            try transaction.sourceEdits.put(id, file, text.map(SourceEdit.Value.text) ?? .deletion, at: time)
        }
        try transaction.sources.storeBase(base, of: id)
        return true
    }
}
