package import Models
package import Storage

/// Moves the base of a plugin's code when the remote has moved, so that edits stand on what the remote is now.
package enum SourceRebase {
    /// What storing the remote's code has done to the edits.
    package struct Outcome: Sendable {
        /// Whether the remote's code was new, another, or the same.
        package let stored: Stored
        /// Edits that the remote has by now, from whoever made them; they are gone from the outbox.
        package let settled: [SourceEdit]
        /// Files changed on both sides that need a decision.
        package let conflicts: [String]
        /// Files changed on both sides whose edit has the remote's changes in it by now.
        package let combined: Set<String>
    }

    /// Whether storing this would change nothing at all.
    static func isStored(_ remote: SourceFiles, of plugin: Plugin, in transaction: MirrorTransaction) throws(MirrorError) -> Bool {
        guard let row = try transaction.sources.row(plugin.id), row.readAt != nil, row.detail.isEmpty,
            row.readOf == plugin.codeDigest, try transaction.sources.files(.remote, of: plugin.id) == remote
        else { return false }
        return try transaction.sourceEdits.list(plugin.id).isEmpty
    }

    /// Stores what the remote has and takes the base along, except of files in conflict.
    ///
    /// - Parameters:
    ///   - plugin: As of the same moment, and stored already.
    ///   - agreed: The base of files that a push has just sent: what both sides have agreed on, also where one was edited again
    ///     meanwhile.
    ///   - keepsSettled: Whether edits stay that ask for what `remote` has, because the remote may have something else by now.
    package static func store(
        _ remote: SourceFiles, of plugin: Plugin, agreed: [String: String?] = [:], keepsSettled: Bool = false, in transaction: MirrorTransaction, at time: Timestamp
    ) throws(MirrorError) -> Outcome {
        let form = SourceForm(of: plugin)
        let known = try transaction.sources.versions(plugin.id)
        var base = known?.base ?? remote
        for (file, text) in agreed { base[file] = text }
        let now = SourceVersions(
            pluginID: plugin.id, form: form, base: base, remote: remote, edits: try transaction.sourceEdits.list(plugin.id))
        let merge = SourceMerge(now, plugin: plugin)
        let settled = keepsSettled ? [] : merge.settled
        for edit in settled { try transaction.sourceEdits.remove(plugin.id, edit.file, version: edit.version) }
        for edit in merge.toSend where merge.combined.contains(edit.file) {
            try transaction.sourceEdits.put(plugin.id, edit.file, edit.value, at: time)
        }
        let stored = try transaction.sources.store(
            remote, base: now.rebased(onto: remote, plugin: plugin), of: plugin.id, form: form, readOf: plugin.codeDigest, at: time)
        return Outcome(stored: stored, settled: settled, conflicts: merge.clashing.map(\.file), combined: merge.combined)
    }

    /// The same with the remote as the mirror has it, after edits have changed here.
    ///
    /// While a push holds the code, the mirror can't know what the remote has: an edit back to what it shows is kept then.
    package static func again(_ plugin: Plugin, in transaction: MirrorTransaction, at time: Timestamp) throws(MirrorError) {
        guard let versions = try transaction.sources.versions(plugin.id) else { return }
        _ = try store(
            versions.remote, of: plugin, keepsSettled: try transaction.journal.holds(codeOf: plugin.id), in: transaction, at: time)
    }
}

extension Plugin {
    /// Another value means that the plugin's code may be another one.
    ///
    /// A plugin has no stamp of its own. An install or upgrade changes tag or url, and a write of `plugin.json` name or
    /// schema; a write of another file of an installed plugin changes nothing that its list shows.
    package var codeDigest: String {
        let parts: JSONValue = [
            "type": JSONValue(type), "url": JSONValue(url), "tag": JSONValue(tag), "name": .string(name), "schema": schema.json,
        ]
        return parts.digest
    }
}

extension Resolution {
    /// Settles the files in conflict of one plugin's code.
    ///
    /// - Parameter file: nil for every file in conflict.
    /// - Returns: The files that were in conflict and are settled now.
    package func apply(
        toSourceOf id: PluginID, file: String?, in transaction: MirrorTransaction, at time: Timestamp
    ) throws(MirrorError) -> [String] {
        guard let versions = try transaction.sources.versions(id), let plugin = try transaction.plugins.row(id)?.plugin
        else { return [] }
        let clashing = SourceMerge(versions, plugin: plugin).clashing.filter { file == nil || $0.file == file }
        var base = versions.base
        for edit in clashing {
            try transaction.resolutions.put(
                versions.sides(of: edit), ResolutionRow(side: remembered, result: nil, subject: id.subject, settledAt: time))
            base[edit.file] = versions.remote[edit.file]
            if self == .remote { try transaction.sourceEdits.remove(id, edit.file, version: edit.version) }
        }
        try transaction.sources.storeBase(base, of: id)
        return clashing.map(\.file)
    }
}
