import Models
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
        let pushed = step.left.map { Set($0.compactMap(ConfigField.init(text:))) } ?? Set(sent.filter { !waiting.contains($0.version) }.map(\.field))
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
        let files = (step.left ?? pushed).filter { before[$0] != after[$0] }
        return Reversal(run: step.runID, subject: .source(id, from: after, to: before, files: files))
    }
}

extension JournalStep {
    /// Whether the step has left something on the instance: all of it, or the part that its run has recorded as pushed.
    func hasWritten(in mirror: MirrorTransaction) throws(MirrorError) -> Bool {
        guard state == .refused else { return state == .applied }
        if let left { return !left.isEmpty }
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
