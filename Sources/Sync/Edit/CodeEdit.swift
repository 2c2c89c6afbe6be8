package import Models
package import Storage

/// What a person wants of one file of a plugin's code, before it is stored as an edit.
package struct CodeEdit: Sendable {
    package let file: String
    package let value: SourceEdit.Value

    package init(_ file: String, _ value: SourceEdit.Value) {
        self.file = file
        self.value = value
    }

    /// Stores it; what brings the file back to the base takes its edit away, unless a push has the code in hand: what the remote
    /// will have then is not known, and the way back is an edit like any other.
    ///
    /// - Returns: Whether the file is edited now.
    package func store(
        of versions: SourceVersions, in mirror: MirrorTransaction, at time: Timestamp
    ) throws(MirrorError) -> Bool {
        let id = versions.pluginID
        let known = try mirror.sourceEdits.edit(id, file)
        let isHeld = known == nil ? false : try mirror.journal.holds(codeOf: id)
        // In a conflict the base is what neither side has: to want it is to want something.
        let isAgreed = versions.form.same(versions.base[file], versions.remote[file], named: file)
        guard known?.state != .inFlight, !isHeld, isAgreed, versions.form.same(value.text, versions.base[file], named: file) else {
            try mirror.sourceEdits.put(id, file, value, at: time)
            return true
        }
        if let known { try mirror.sourceEdits.remove(id, file, version: known.version) }
        return false
    }
}
