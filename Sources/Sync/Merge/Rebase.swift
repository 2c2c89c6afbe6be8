package import Models
package import Storage

/// Moves a config's base when the remote has moved, so that edits stand on what the remote is now.
package enum Rebase {
    /// What storing the remote has done to the edits.
    package struct Outcome: Sendable {
        /// Whether the remote's row was new, another, or the same.
        package let stored: Stored
        /// Edits that the remote has by now, from whoever made them; they are gone from the outbox.
        package let settled: [Edit]
        /// Those that hold the base back; empty when it followed.
        package let conflicts: [Conflict]
    }

    /// Stores what the remote served and takes the base along, unless a conflict holds it back.
    ///
    /// The base stays while any field is in conflict: it is the middle that the person will see.
    ///
    /// - Parameter keepsSettled: Whether edits stay that ask for what `config` has, because the remote may have something else by now.
    package static func store(
        _ config: PluginConfig, secretKeys: Set<String>, keepsSettled: Bool = false, in transaction: MirrorTransaction, at time: Timestamp
    ) throws(MirrorError) -> Outcome {
        // Asked first, because few configs are edited and the versions of each are JSON to be read.
        guard try !transaction.edits.list(config.id).isEmpty, let known = try transaction.configs.versions(config.id) else {
            let stored = try transaction.configs.store(config, base: .followsRemote, at: time)
            return Outcome(stored: stored, settled: [], conflicts: [])
        }
        let now = Versions(
            id: known.id, pluginID: known.pluginID, projectID: known.projectID, base: known.base, remote: config.content,
            edits: known.edits)
        let merge = ThreeWayMerge(now, secretKeys: secretKeys)
        guard merge.conflicts.isEmpty else {
            let stored = try transaction.configs.store(config, base: .stays, at: time)
            return Outcome(stored: stored, settled: [], conflicts: merge.conflicts)
        }
        let settled = keepsSettled ? [] : merge.settled
        for edit in settled {
            try transaction.edits.remove(edit.configID, edit.field, version: edit.version)
        }
        let stored = try transaction.configs.store(config, base: .followsRemote, at: time)
        return Outcome(stored: stored, settled: settled, conflicts: [])
    }

    /// The same with the remote as the mirror has it, after edits or the base have changed here.
    ///
    /// While a push holds the config, the mirror can't know what the remote has: an edit back to what it shows is kept then.
    package static func again(_ id: PluginConfigID, in transaction: MirrorTransaction, at time: Timestamp) throws(MirrorError) {
        guard let row = try transaction.configs.row(id), let remote = try transaction.configs.remote(id) else { return }
        _ = try store(
            remote, secretKeys: try transaction.plugins.secretKeys(row.pluginID), keepsSettled: try transaction.journal.holds(id),
            in: transaction, at: time)
    }
}
