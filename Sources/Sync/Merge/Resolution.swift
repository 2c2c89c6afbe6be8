package import Models
package import Storage

/// Settles a conflict the way that the person decided.
package enum Resolution: Sendable, Equatable {
    /// Keep the edit; it stands on the remote's value from now on, and a push replaces that.
    case local
    /// Give the edit up.
    case remote
}

extension Resolution {
    /// Settles the fields of one config.
    ///
    /// - Parameter fields: nil for every field in conflict.
    /// - Returns: The fields that were in conflict and are settled now.
    package func apply(
        to id: PluginConfigID, fields: Set<ConfigField>?, in transaction: MirrorTransaction, at time: Timestamp
    ) throws(MirrorError) -> [ConfigField] {
        guard let versions = try transaction.configs.versions(id), try transaction.configs.remote(id) != nil else { return [] }
        let secretKeys = try transaction.plugins.secretKeys(versions.pluginID)
        let clashing = ThreeWayMerge(versions, secretKeys: secretKeys).clashing
            .filter { fields?.contains($0.edit.field) ?? true }
        for (edit, _) in clashing {
            if let sides = versions.sides(of: edit, secretKeys: secretKeys) {
                try transaction.resolutions.put(
                    sides, ResolutionRow(side: remembered, result: nil, subject: id.subject, settledAt: time))
            }
            if self == .remote { try transaction.edits.remove(id, edit.field, version: edit.version) }
        }
        let standing = self == .local ? Set(clashing.map(\.edit.field)) : []
        try Resolution.standOnRemote(standing, of: id, in: transaction, at: time)
        return clashing.map(\.edit.field)
    }

    /// Gives these fields the remote's value as base; with the last conflict gone the base follows the remote in everything.
    static func standOnRemote(
        _ fields: Set<ConfigField>, of id: PluginConfigID, in transaction: MirrorTransaction, at time: Timestamp
    ) throws(MirrorError) {
        guard let row = try transaction.configs.row(id), let remote = try transaction.configs.remote(id) else { return }
        var base = try JSONText.parse(row.baseText, path: transaction.path)
        for field in fields { base = adopting(field, of: remote.json, into: base) }
        try transaction.configs.store(remote, base: .becomes(base), at: time)
        try Rebase.again(id, in: transaction, at: time)
    }

    /// `base` with one field as the remote has it.
    package static func adopting(_ field: ConfigField, of remote: JSONValue, into base: JSONValue) -> JSONValue {
        guard var object = base.object else { return remote }
        switch field {
        case .enabled, .order, .deleted: object[field.text] = remote[field.text]
        case .key(let key), .attachment(let key):
            var config = object["config"]?.object ?? JSONObject()
            config[key] = remote["config"]?[key]
            object["config"] = .object(config)
        }
        return .object(object)
    }
}

private enum JSONText {
    static func parse(_ text: String?, path: String) throws(MirrorError) -> JSONValue {
        do {
            return try JSONValue(parsing: text ?? "null")
        } catch {
            throw MirrorError(.damaged, path: path, detail: "a stored base is \(error)")
        }
    }
}
