package import Models
import Storage

/// What a push has applied to one thing, and what was there before.
struct Reversal: Sendable {
    enum Subject: Sendable {
        case config(PluginConfigID, from: ConfigContent, to: ConfigContent, fields: [ConfigField])
        case source(PluginID, from: SourceFiles, to: SourceFiles, files: [String])
        /// Nothing of it can be written back.
        case nothing(String)
    }

    let run: Int64
    let subject: Subject
    /// Fields that were pushed and can't be brought back: the instance never gave out what they were.
    var lost: [ConfigField] = []
    /// Secrets and files that are taken away again, and that the mirror has no more: they have to be given again.
    var forgotten: [ConfigField] = []
    /// A create: the API offers no way to delete what it made.
    var isCreated = false

    /// "config:12", "plugin:3".
    var name: String {
        switch subject {
        case .config(let id, _, _, _): id.subject
        case .source(let id, _, _, _): id.subject
        case .nothing(let name): name
        }
    }

    var isEmpty: Bool {
        switch subject {
        case .config(_, _, _, let fields): fields.isEmpty
        case .source(_, _, _, let files): files.isEmpty
        case .nothing: true
        }
    }
}

extension Reversal {
    /// What the run has applied, the newest first; one for each thing, however many steps were about it.
    static func all(of run: Int64, in mirror: MirrorTransaction) throws(MirrorError) -> [Reversal] {
        var seen: Set<String> = []
        var all: [Reversal] = []
        for step in try mirror.journal.steps(run: run).reversed() where try step.hasWritten(in: mirror) && seen.insert(step.subjectName).inserted {
            switch step.subject {
            case .config(let id, _, _): all.append(try config(id, step, in: mirror))
            case .source(let files): all.append(try source(step.pluginID, files.map(\.file), step, in: mirror))
            }
        }
        return all
    }

    private static func config(_ id: PluginConfigID, _ step: JournalStep, in mirror: MirrorTransaction) throws(MirrorError) -> Reversal {
        let versions = try mirror.history.list(.config(id))
        let sent = try mirror.journal.steps(run: step.runID).filter { $0.subject.configID == id }.flatMap(\.subject.configEdits)
        // What still waits as it was sent has not arrived.
        let waiting = Set(try mirror.edits.list(id).map(\.version))
        let pushed = Set(sent.filter { !waiting.contains($0.version) }.map(\.field))
        // A push that only replaced what the instance hides leaves no version: it looks as before.
        guard let newest = versions.firstIndex(where: { $0.runID == step.runID && $0.origin != .pull }),
            let oldest = versions.lastIndex(where: { $0.runID == step.runID && $0.origin != .pull }),
            let after = ConfigContent(storedJSON: versions[newest].content), case let isCreated = versions[oldest].origin == .create,
            let before = isCreated ? after.disabled : versions[(oldest + 1)...].first.flatMap({ ConfigContent(storedJSON: $0.content) })
        else { return Reversal(run: step.runID, subject: .nothing(id.subject), lost: pushed.sorted { $0.text < $1.text }) }
        let secretKeys = try mirror.plugins.secretKeys(step.pluginID)
        // A secret or a file that was replaced looks as before; that it was pushed is what counts.
        let hidden = isCreated ? [] : pushed.filter { $0.isKeptFromUs(secretKeys) || before.isRedacted($0) || after.isRedacted($0) }
        let lost = hidden.filter { before[$0] != nil }
        let fields = before.differingFields(from: after).filter { pushed.contains($0) && !lost.contains($0) }
        return Reversal(
            run: step.runID, subject: .config(id, from: after, to: before, fields: fields),
            lost: lost.sorted { $0.text < $1.text }, forgotten: fields.filter(hidden.contains), isCreated: isCreated)
    }

    private static func source(
        _ id: PluginID, _ pushed: [String], _ step: JournalStep, in mirror: MirrorTransaction
    ) throws(MirrorError) -> Reversal {
        let versions = try mirror.sourceVersions.list(id)
        guard let index = versions.firstIndex(where: { $0.runID == step.runID && $0.origin != .pull }), index + 1 < versions.count else {
            return Reversal(run: step.runID, subject: .nothing(id.subject))
        }
        let after = try mirror.sourceVersions.files(id, version: versions[index].version)
        let before = try mirror.sourceVersions.files(id, version: versions[index + 1].version)
        let files = pushed.filter { before[$0] != after[$0] }
        return Reversal(run: step.runID, subject: .source(id, from: after, to: before, files: files))
    }
}

extension JournalStep {
    /// Whether the step has left something on the instance: all of it, or the part that its run has recorded as pushed.
    fileprivate func hasWritten(in mirror: MirrorTransaction) throws(MirrorError) -> Bool {
        guard state == .refused else { return state == .applied }
        switch (kind, subject) {
        case (.update, .config(let id, _, _)), (.create, .config(let id, _, _)):
            let versions = try mirror.history.list(.config(id))
            return versions.contains { $0.runID == runID && $0.origin != .pull }
        case (.source, _):
            let versions = try mirror.sourceVersions.list(pluginID)
            return versions.contains { $0.runID == runID && $0.origin == .push }
        default: return false
        }
    }
}

/// Takes back what a push has applied, as far as the server lets it: each thing by a write that brings back what was there.
///
/// Such a write is a step like any other: held against what the push has left there, journalled, read back. What it takes back is
/// an edit again before it is sent, so nothing that somebody wanted is lost, wherever the program or the network dies: if the write
/// did not arrive, that edit is what the instance has, and goes by itself.
package struct Undo: Sendable {
    let pusher: Pusher
    let mirror: Mirror
    let now: NowSource

    /// What became of taking back.
    package struct Report: Sendable {
        /// The subjects ("config:12") that are as they were before.
        package var takenBack: Set<String> = []
        /// Why others are not.
        package var problems: [Problem] = []

        package init() {}
    }

    func takeBack(run: Int64) async throws(Problem) -> Report {
        var report = Report()
        for reversal in try await mirror.reading({ mirror in try Reversal.all(of: run, in: mirror) }) {
            do throws(Problem) {
                if !reversal.isEmpty { try await write(reversal) }
                let remainder = reversal.remainder
                report.problems += remainder
                guard remainder.allSatisfy({ $0.kind == .notice }) else { continue }
                report.takenBack.insert(reversal.name)
                let now = now()
                try await mirror.writing { mirror in try reversal.markTakenBack(in: mirror, at: now) }
            } catch {
                report.problems.append(reversal.failure(error))
            }
        }
        return report
    }

    private func write(_ reversal: Reversal) async throws(Problem) {
        let now = now()
        let plan: Plan? = try await mirror.writing { mirror in try reversal.prepare(in: mirror, at: now) }
        guard let plan else { return }
        let summary: PushSummary
        do throws(Problem) {
            summary = try await pusher.push(plan, isAtomic: false, detail: RunRow.undo)
        } catch {
            try await mirror.writing { mirror in try reversal.dropWhatIsThere(in: mirror) }
            throw error
        }
        guard summary.isComplete else {
            let isOpen = summary.steps.contains { $0.state == .unknown }
            if !isOpen { try await mirror.writing { mirror in try reversal.dropWhatIsThere(in: mirror) } }
            throw summary.problems.first ?? Problem(.failed, code: "not-taken-back", subject: reversal.name, message: "It was not written.")
        }
    }
}

extension Reversal {
    /// The version of edits that are in no table: nothing that a person made has it.
    private static let noVersion: Int64 = 0

    /// Makes an edit again of what is to be taken back, and plans the write that takes it back.
    ///
    /// - Returns: Nil when the instance has what was there before already.
    fileprivate func prepare(in mirror: MirrorTransaction, at now: Timestamp) throws(MirrorError) -> Plan? {
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
    fileprivate func dropWhatIsThere(in mirror: MirrorTransaction) throws(MirrorError) {
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

    fileprivate func markTakenBack(in mirror: MirrorTransaction, at now: Timestamp) throws(MirrorError) {
        for step in try mirror.journal.steps(run: run) where step.subjectName == name {
            guard try step.hasWritten(in: mirror) else { continue }
            try mirror.journal.settle(run: run, ordinal: step.ordinal, as: .skipped, detail: "taken back", at: now)
        }
    }
}

extension Reversal {
    /// What stays on the instance although the rest was taken back.
    fileprivate var remainder: [Problem] {
        var problems: [Problem] = []
        if case .nothing = subject, lost.isEmpty { problems.append(failure(unknownBefore)) }
        if isCreated {
            problems.append(
                Problem(
                    .partlyApplied, code: "created-stays", subject: name,
                    message: "\(name) was created, and the instance offers no way to delete it: it stays there.", next: "phsync show \(name)"))
        }
        if !forgotten.isEmpty {
            problems.append(
                Problem(
                    .notice, code: "give-again", subject: name,
                    message: "\(forgotten.map(\.label).joined(separator: ", ")) of \(name) was taken away again, and phsync keeps no copy: give it again.",
                    next: "phsync edit-config \(name)"))
        }
        if !lost.isEmpty {
            problems.append(
                Problem(
                    .partlyApplied, code: "not-taken-back", subject: name,
                    message: "\(lost.map(\.label).joined(separator: ", ")) of \(name) can't be taken back: the instance never gave out what was there.",
                    next: "phsync edit-config \(name)"))
        }
        return problems
    }

    fileprivate func failure(_ cause: Problem) -> Problem {
        Problem(
            .partlyApplied, code: "not-taken-back", subject: name, message: "\(name) was not taken back: \(cause.message)",
            next: "phsync push --abort")
    }

    private var movedOn: Problem {
        Problem(.moved, code: "remote-moved", subject: name, message: "somebody has changed it since it was pushed.", next: "phsync diff \(name)")
    }

    fileprivate var unknownBefore: Problem {
        Problem(
            .failed, code: "not-taken-back", subject: name, message: "what \(name) was before is not known any more.", next: "phsync history \(name)")
    }
}

extension ConfigContent {
    fileprivate func isRedacted(_ field: ConfigField) -> Bool { self[field].map(SecretRedaction.isRedacted) ?? false }

    fileprivate var disabled: ConfigContent {
        var content = self
        content.enabled = false
        return content
    }
}

extension ConfigField {
    /// Whether the instance never gives out what the field holds.
    fileprivate func isKeptFromUs(_ secretKeys: Set<String>) -> Bool {
        switch self {
        case .key(let key): secretKeys.contains(key)
        case .attachment: true
        case .enabled, .order, .deleted: false
        }
    }
}
