package import Models
import Storage

/// What a push has applied to one thing, and the edits that bring back what was there before.
struct Reversal: Sendable {
    enum Subject: Sendable {
        case config(PluginConfigID, from: ConfigContent, to: ConfigContent, fields: [ConfigField])
        case source(PluginID, from: SourceFiles, to: SourceFiles, files: [String])
    }

    let subject: Subject
    /// Fields that were pushed and can't be brought back: the instance never gave out what they were.
    let lost: [ConfigField]
    /// Secrets and files that are taken away again, and that the mirror has no more: they have to be given again.
    let forgotten: [ConfigField]
    /// A create: the API offers no way to delete what it made.
    let isCreated: Bool

    var name: String {
        switch subject {
        case .config(let id, _, _, _): id.subject
        case .source(let id, _, _, _): id.subject
        }
    }

    var isEmpty: Bool {
        switch subject {
        case .config(_, _, _, let fields): fields.isEmpty
        case .source(_, _, _, let files): files.isEmpty
        }
    }
}

extension Reversal {
    /// What the run has applied, the newest first; one for each thing, however many steps were about it.
    static func all(of run: Int64, in mirror: MirrorTransaction) throws(MirrorError) -> [Reversal] {
        var seen: Set<String> = []
        var all: [Reversal] = []
        for step in try mirror.journal.steps(run: run).reversed() where step.state == .applied && seen.insert(step.subjectName).inserted {
            let reversal: Reversal? =
                switch step.subject {
                case .config(let id, _, _): try config(id, step, in: mirror)
                case .source(let files): try source(step.pluginID, files.map(\.file), step, in: mirror)
                }
            if let reversal { all.append(reversal) }
        }
        return all
    }

    private static func config(_ id: PluginConfigID, _ step: JournalStep, in mirror: MirrorTransaction) throws(MirrorError) -> Reversal? {
        let versions = try mirror.history.list(.config(id))
        guard let newest = versions.firstIndex(where: { $0.runID == step.runID && $0.origin != .pull }),
            let oldest = versions.lastIndex(where: { $0.runID == step.runID && $0.origin != .pull }),
            let after = ConfigContent(storedJSON: versions[newest].content)
        else { return nil }
        let isCreated = versions[oldest].origin == .create
        let before = isCreated ? after.disabled : versions[(oldest + 1)...].first.flatMap { ConfigContent(storedJSON: $0.content) }
        guard let before else { return nil }
        let pushed = Set(try mirror.journal.steps(run: step.runID).filter { $0.subject.configID == id }.flatMap(\.subject.configEdits).map(\.field))
        let secretKeys = try mirror.plugins.secretKeys(step.pluginID)
        // A secret or a file that was replaced looks as before; that it was pushed is what counts.
        let hidden = isCreated ? [] : pushed.filter { $0.isKeptFromUs(secretKeys) || before.isRedacted($0) || after.isRedacted($0) }
        let lost = hidden.filter { before[$0] != nil }
        let fields = before.differingFields(from: after).filter { pushed.contains($0) && !lost.contains($0) }
        return Reversal(
            subject: .config(id, from: after, to: before, fields: fields),
            lost: lost.sorted { $0.text < $1.text }, forgotten: fields.filter(hidden.contains), isCreated: isCreated)
    }

    private static func source(
        _ id: PluginID, _ pushed: [String], _ step: JournalStep, in mirror: MirrorTransaction
    ) throws(MirrorError) -> Reversal? {
        let versions = try mirror.sourceVersions.list(id)
        guard let index = versions.firstIndex(where: { $0.runID == step.runID && $0.origin != .pull }), index + 1 < versions.count else { return nil }
        let after = try mirror.sourceVersions.files(id, version: versions[index].version)
        let before = try mirror.sourceVersions.files(id, version: versions[index + 1].version)
        let files = pushed.filter { before[$0] != after[$0] }
        return Reversal(subject: .source(id, from: after, to: before, files: files), lost: [], forgotten: [], isCreated: false)
    }
}

/// Takes back what a push has applied, as far as the server lets it: each thing by a write that brings back what was there.
///
/// Such a write is an edit like any other: planned, held against what the push has left there, journalled, read back. What was
/// taken back waits as an edit again, so nothing that somebody wanted is lost.
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
    }

    func takeBack(run: Int64) async throws(Problem) -> Report {
        var report = Report()
        for reversal in try await mirror.reading({ mirror in try Reversal.all(of: run, in: mirror) }) {
            do throws(Problem) {
                if !reversal.isEmpty { try await write(reversal) }
                report.problems += reversal.remainder
                if !reversal.remainder.contains(where: { $0.kind != .notice }) { report.takenBack.insert(reversal.name) }
            } catch {
                report.problems.append(reversal.failure(error))
            }
        }
        return report
    }

    private func write(_ reversal: Reversal) async throws(Problem) {
        let now = now()
        let plan = try await mirror.writing { mirror in try reversal.plan(in: mirror, at: now) }
        let summary: PushSummary
        do throws(Problem) {
            summary = try await pusher.push(plan, isAtomic: false, detail: RunRow.undo)
        } catch {
            try await mirror.writing { mirror in try reversal.giveUp(plan, in: mirror) }
            throw error
        }
        guard summary.isComplete else {
            try await mirror.writing { mirror in try reversal.giveUp(plan, in: mirror) }
            throw summary.problems.first ?? Problem(.failed, code: "not-taken-back", subject: reversal.name, message: "It was not written.")
        }
        let done = self.now()
        try await mirror.writing { mirror in try reversal.wantAgain(in: mirror, at: done) }
    }
}

extension Reversal {
    /// Puts the edits that bring back what was there, and plans them alone.
    fileprivate func plan(in mirror: MirrorTransaction, at now: Timestamp) throws(MirrorError) -> Plan {
        switch subject {
        case .config(let id, let from, let to, let fields):
            guard try mirror.configs.remote(id)?.content.digest == from.digest else { throw MirrorError(aborting: movedOn) }
            guard try mirror.edits.list(id).isEmpty else { throw MirrorError(aborting: editedAgain) }
            for field in fields { try mirror.edits.put(id, field, Reversal.input(to, field), at: now) }
            return Planner.plan(try PlannerInput.all(in: mirror).filter { $0.versions.id == id }).plan
        case .source(let id, let from, let to, let files):
            guard try mirror.sources.versions(id)?.remote == from else { throw MirrorError(aborting: movedOn) }
            guard try mirror.sourceEdits.list(id).isEmpty else { throw MirrorError(aborting: editedAgain) }
            for file in files { try mirror.sourceEdits.put(id, file, to[file].map { .text($0) } ?? .deletion, at: now) }
            return Planner.plan([], sources: try SourceInput.all(in: mirror).filter { $0.id == id }).plan
        }
    }

    /// Removes what `plan` has put and no push has confirmed.
    fileprivate func giveUp(_ plan: Plan, in mirror: MirrorTransaction) throws(MirrorError) {
        for step in plan.steps {
            switch step {
            case .config(let step): for edit in step.edits { try mirror.edits.remove(edit.configID, edit.field, version: edit.version) }
            case .source(let step): for edit in step.edits { try mirror.sourceEdits.remove(edit.pluginID, edit.file, version: edit.version) }
            }
        }
    }

    /// What was taken back waits as an edit again, unless somebody has edited it meanwhile.
    fileprivate func wantAgain(in mirror: MirrorTransaction, at now: Timestamp) throws(MirrorError) {
        switch subject {
        case .config(let id, let from, _, let fields):
            for field in fields where !forgotten.contains(field) {
                if try mirror.edits.edit(id, field) != nil { continue }
                try mirror.edits.put(id, field, Reversal.input(from, field), at: now)
            }
        case .source(let id, let from, _, let files):
            for file in files {
                if try mirror.sourceEdits.edit(id, file) != nil { continue }
                try mirror.sourceEdits.put(id, file, from[file].map { .text($0) } ?? .deletion, at: now)
            }
        }
    }

    private static func input(_ content: ConfigContent, _ field: ConfigField) -> EditTable.Input {
        content[field].map { .value($0) } ?? .unset
    }
}

extension Reversal {
    /// What stays on the instance although the rest was taken back.
    fileprivate var remainder: [Problem] {
        var problems: [Problem] = []
        if isCreated {
            problems.append(
                Problem(
                    .partlyApplied, code: "created-stays", subject: name,
                    message: "\(name) was created, and the instance offers no way to delete it: it stays there, disabled.", next: "phsync show \(name)"))
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

    private var editedAgain: Problem {
        Problem(.failed, code: "edited-meanwhile", subject: name, message: "it has been edited here again since it was pushed.", next: "phsync diff \(name)")
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
