import Models
import Storage

/// The writes that take it back.
extension Reversal {
    /// The version of edits that are in no table: nothing that a person made has it.
    private static let noVersion: Int64 = 0

    /// Makes an edit again of what is to be taken back, and plans the write that takes it back.
    ///
    /// - Returns: Nil when the instance has what was there before already.
    func prepare(in mirror: MirrorTransaction, at now: Timestamp) throws(MirrorError) -> Plan? {
        let output: PlannerOutput?
        switch subject {
        case .config(let id, let from, let to, let fields): output = try prepare(id, from, to, fields, in: mirror, at: now)
        case .source(let id, let from, let to, let files): output = try prepare(id, from, to, files, in: mirror, at: now)
        case .nothing: output = nil
        }
        guard let output else { return nil }
        if let problem = output.problems.first(where: { $0.kind != .notice }) { throw MirrorError(aborting: problem) }
        guard !output.plan.isEmpty else { throw MirrorError(aborting: unknownBefore) }
        return output.plan
    }

    private func prepare(
        _ id: PluginConfigID, _ from: ConfigContent, _ to: ConfigContent, _ fields: [ConfigField], in mirror: MirrorTransaction, at now: Timestamp
    ) throws(MirrorError) -> PlannerOutput? {
        guard let versions = try mirror.configs.versions(id), let remote = versions.remote else { throw MirrorError(aborting: movedOn) }
        if remote.digest == to.digest { return nil }
        guard remote.digest == from.digest else { throw MirrorError(aborting: movedOn) }
        try wantAgain(id, from, fields, in: mirror, at: now)
        let edits = fields.map { field in
            Edit(configID: id, field: field, value: to[field].map { .value($0) } ?? .unset, version: Reversal.noVersion, madeAt: now, state: .inFlight)
        }
        let wanted = Versions(
            id: id, pluginID: versions.pluginID, projectID: versions.projectID, base: remote, remote: remote, edits: edits)
        return Planner.plan([
            PlannerInput(
                versions: wanted, plugin: try mirror.plugins.row(versions.pluginID)?.plugin,
                projectName: try mirror.projects.all().first { $0.id == versions.projectID }?.name ?? "project \(versions.projectID)",
                secretKeys: try mirror.plugins.secretKeys(versions.pluginID), existing: nil)
        ])
    }

    private func prepare(
        _ id: PluginID, _ from: SourceFiles, _ to: SourceFiles, _ files: [String], in mirror: MirrorTransaction, at now: Timestamp
    ) throws(MirrorError) -> PlannerOutput? {
        guard let versions = try mirror.sources.versions(id), let row = try mirror.plugins.row(id) else { throw MirrorError(aborting: movedOn) }
        if files.allSatisfy({ versions.remote[$0] == to[$0] }) { return nil }
        guard versions.remote == from else { throw MirrorError(aborting: movedOn) }
        for file in files where try mirror.sourceEdits.edit(id, file) == nil {
            try mirror.sourceEdits.put(id, file, from[file].map { .text($0) } ?? .deletion, at: now)
        }
        let edits = files.map { file in
            SourceEdit(
                pluginID: id, file: file, value: to[file].map { .text($0) } ?? .deletion, version: Reversal.noVersion, madeAt: now,
                state: .inFlight)
        }
        let wanted = SourceVersions(pluginID: id, form: versions.form, base: from, remote: from, edits: edits)
        let organization = try mirror.meta.identity()?.organizationID
        return Planner.plan(
            [], sources: [SourceInput(versions: wanted, plugin: row.plugin, isRemoved: row.removedAt != nil, organization: organization)])
    }

    /// What is taken back waits as an edit again, unless somebody has edited it meanwhile.
    private func wantAgain(
        _ id: PluginConfigID, _ from: ConfigContent, _ fields: [ConfigField], in mirror: MirrorTransaction, at now: Timestamp
    ) throws(MirrorError) {
        for field in fields where !forgotten.contains(field) {
            if try mirror.edits.edit(id, field) != nil { continue }
            try mirror.edits.put(id, field, from[field].map { .value($0) } ?? .unset, at: now)
        }
    }

    /// Edits that want what the instance has: it was not taken back. What is not settled yet goes by itself with a later pull.
    func dropWhatIsThere(in mirror: MirrorTransaction) throws(MirrorError) {
        switch subject {
        case .config(let id, _, _, let fields):
            guard let remote = try mirror.configs.versions(id)?.remote else { return }
            for edit in try mirror.edits.list(id) where fields.contains(edit.field) && edit.value == (remote[edit.field].map { .value($0) } ?? .unset) {
                try mirror.edits.remove(id, edit.field, version: edit.version)
            }
        case .source(let id, _, _, let files):
            guard let remote = try mirror.sources.versions(id)?.remote else { return }
            for edit in try mirror.sourceEdits.list(id) where files.contains(edit.file) && edit.value == (remote[edit.file].map { .text($0) } ?? .deletion) {
                try mirror.sourceEdits.remove(id, edit.file, version: edit.version)
            }
        case .nothing: return
        }
    }

    func markTakenBack(in mirror: MirrorTransaction, at now: Timestamp) throws(MirrorError) {
        for step in try mirror.journal.steps(run: run) where step.subjectName == name {
            guard try step.hasWritten(in: mirror) else { continue }
            try mirror.journal.settle(run: run, ordinal: step.ordinal, as: .skipped, detail: "taken back", at: now)
        }
    }
}
