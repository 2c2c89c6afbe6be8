package import Models
import Storage
import Synchronization

extension Puller {
    /// Mirrors the code of plugins, as far as this key may see it; what is edited here is rebased, never overwritten.
    ///
    /// Asked for are plugins of type `source` and those with edited code each time, others when they were never read or
    /// something about them has changed (`Plugin.codeDigest`), all of them with `full`. A refusal is noted and deletes nothing.
    func pullSources(_ reach: Reach, run: Int64, full: Bool, _ summary: inout PullSummary) async throws(Problem) {
        let due = try await mirror.reading { mirror in try Puller.dueSources(in: mirror, reach.identity.organizationID, full: full) }
        guard reach.canSeePluginDetails else { return try await refuseSources(due, &summary) }
        let notes = SourceNotes()
        let organization = reach.identity.organizationID
        // Also when it stops: what was stored is told.
        defer {
            summary.settledSourceEdits += notes.settled
            summary.problems += notes.problems
        }
        try await pullDetails(.sources, of: due, &summary) { plugin in
            await readSource(of: plugin, organization, run: run, notes)
        }
    }

    private static func dueSources(
        in mirror: MirrorTransaction, _ organization: OrganizationID, full: Bool
    ) throws(MirrorError) -> [Plugin] {
        let known = try mirror.sources.all()
        let edited = Set(try mirror.sourceEdits.pluginIDs())
        var due: [Plugin] = []
        for id in try mirror.plugins.presentIDs().sorted() {
            guard let plugin = try mirror.plugins.row(id)?.plugin, plugin.mayShowCode(to: organization) else { continue }
            let row = known[id]
            let mayHaveChanged = plugin.type == "source" || edited.contains(id) || row?.readAt == nil || row?.readOf != plugin.codeDigest
            if full || mayHaveChanged { due.append(plugin) }
        }
        return due
    }

    /// Below level 6 the instance answers 404 for every plugin's code.
    private func refuseSources(_ due: [Plugin], _ summary: inout PullSummary) async throws(Problem) {
        guard !due.isEmpty else { return }
        let detail = "the organization's plugin access level does not let this key see the code of plugins"
        let part = PullOptions.Part.sources
        try await mark(part.name, .unreachable, detail)
        summary.collections.append(
            PullSummary.Collection(name: part.name, title: part.title, state: .unreachable, detail: detail))
    }

    private func readSource(
        of plugin: Plugin, _ organization: OrganizationID, run: Int64, _ notes: SourceNotes
    ) async -> DetailReader.Outcome {
        let answer = await answer(plugin, organization, notes)
        do throws(Problem) {
            switch answer {
            case .success(.some(let files)): return .read(inserted: try await store(files, of: plugin, run: run, notes))
            case .success(nil):
                try await note(plugin, "this server does not show the code of installed plugins")
                return .read(inserted: 0)
            case .failure(let error):
                try await note(plugin, error.detail)
                return error.detailOutcome("The code of \(plugin.name) could not be read", subject: plugin.id.subject)
            }
        } catch {
            return .stopped(error)
        }
    }

    /// A key that may not read one plugin of its own organization may read none: the others are not asked then.
    private func answer(
        _ plugin: Plugin, _ organization: OrganizationID, _ notes: SourceNotes
    ) async -> Result<SourceFiles?, APIError> {
        if let refusal = notes.refusal { return .failure(refusal) }
        do {
            return .success(try await sourceFiles(of: plugin, organization))
        } catch {
            if error.code == .forbidden || error.code == .noEndpoint { notes.refuse(error) }
            return .failure(error)
        }
    }

    /// nil where the server shows no code of this plugin at all.
    private func sourceFiles(of plugin: Plugin, _ organization: OrganizationID) async throws(APIError) -> SourceFiles? {
        switch SourceForm(of: plugin) {
        case .field: SourceForm.field.files(in: plugin)
        case .endpoint: try await api.source(of: plugin.id, organization)
        }
    }

    private func note(_ plugin: Plugin, _ detail: String) async throws(Problem) {
        let now = now()
        try await mirror.writing(.deferred) { mirror in
            try mirror.sources.markUnreadable(plugin.id, form: SourceForm(of: plugin), detail: detail, at: now)
        }
    }

    private func store(_ files: SourceFiles, of plugin: Plugin, run: Int64, _ notes: SourceNotes) async throws(Problem) -> Int {
        // Nothing new is nothing written: most pulls find the code as it was.
        if try await mirror.reading({ mirror in try SourceRebase.isStored(files, of: plugin, in: mirror) }) { return 0 }
        let now = now()
        let outcome = try await mirror.writing(.deferred) { mirror in
            let outcome = try SourceRebase.store(files, of: plugin, in: mirror, at: now)
            try mirror.sourceVersions.record(files, of: plugin.id, origin: .pull, runID: run, at: now)
            return outcome
        }
        notes.add(outcome, plugin)
        return outcome.stored == .unchanged ? 0 : 1
    }
}

extension Plugin {
    /// Whether asking for the code makes sense: another organization's is refused, and inline plugins have none.
    package func mayShowCode(to organization: OrganizationID) -> Bool {
        type != "inline" && (organizationID == nil || organizationID == organization)
    }
}

/// What several reads at once have to say.
private final class SourceNotes: Sendable {
    private struct State {
        var refusal: APIError?
        var settled: [SourceEdit] = []
        var problems: [Problem] = []
    }

    private let state = Mutex(State())

    var refusal: APIError? { state.withLock { $0.refusal } }
    var settled: [SourceEdit] { state.withLock { $0.settled } }
    var problems: [Problem] { state.withLock { $0.problems.sorted { $0.subject < $1.subject } } }

    func refuse(_ error: APIError) { state.withLock { $0.refusal = $0.refusal ?? error } }

    func add(_ outcome: SourceRebase.Outcome, _ plugin: Plugin) {
        let problems = outcome.conflicts.map { file in
            Problem(
                .conflict, code: "conflict", subject: "\(plugin.id.subject) \(file)",
                message: "\(file) of \(plugin.name) was changed here and on the remote; your edit is kept.",
                next: "phsync diff \(plugin.id.subject)")
        }
        state.withLock {
            $0.settled += outcome.settled
            $0.problems += problems
        }
    }
}
