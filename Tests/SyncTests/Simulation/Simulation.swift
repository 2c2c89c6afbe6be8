import DemoInstance
import Models
import Storage
import Sync
import Synchronization
import TestSupport

/// Which server a simulated history is played on.
enum SimulatedServer: String, Sendable, CaseIterable {
    /// A second create changes the first config.
    case recent
    /// A second create makes a second config.
    case old

    func state() throws -> DemoState {
        switch self {
        case .recent: try SyncWorld.instance().withCode { plugin in
            let manifest: JSONValue = ["name": .string(plugin.name ?? ""), "config": plugin.configSchema]
            plugin.sources = [
                DemoSourceFile(name: "plugin.json", text: manifest.prettyText), DemoSourceFile(name: "index.ts", text: "code \(plugin.id)"),
            ]
        }
        case .old: try SyncWorld.oldInstance().withCode { $0.source = "code \($0.id)" }
        }
    }

    /// What every history begins with: everything is pulled.
    func pulled() async throws -> PreparedWorld {
        let world = try SyncWorld(try state())
        try await world.pullWithLog()
        return await PreparedWorld(world)
    }
}

/// One simulated history on the real engine, the real mirror and the stand-in's pure function.
final class Simulation {
    private var world: SyncWorld
    private let oracle: Oracle
    private let keys: [String]
    private let project: Int64

    init(_ world: SyncWorld) {
        self.world = world
        oracle = Oracle(world.transport.state)
        keys = world.transport.state.users[0].keys
        project = world.transport.state.users[0].currentProjectID
        world.transport.setBefore { [oracle] _, _, state in oracle.look(state, byUs: true) }
    }

    /// Plays a history, then heals everything.
    ///
    /// - Returns: What went against what people meant; empty when nothing did.
    static func violations(of history: [Act], in start: PreparedWorld) async -> [String] {
        do {
            let simulation = Simulation(try start.copy())
            for act in history {
                try await simulation.play(act)
                guard simulation.oracle.violations.isEmpty else { return simulation.oracle.violations.map { "\($0), after: \(act)" } }
            }
            try await simulation.heal()
            return simulation.oracle.violations
        } catch {
            return ["unexpected: \(error)"]
        }
    }

    private func play(_ act: Act) async throws {
        switch act {
        case .edit(let field, let number): try await edit(field, field.value(number))
        case .back(let field): if let value = try await base(field) { try await edit(field, value) }
        case .theirs(let field, let number):
            oracle.look(world.transport.state, byUs: true)
            world.transport.change { field.save(field.value(number), in: &$0) }
            oracle.look(world.transport.state, byUs: false)
        case .draft(let number): try await draft(number)
        case .pull(let trouble): try await run(trouble) { try await $0.pullWithLog() }
        case .push(let trouble, let isAtomic):
            oracle.takesBack(isAtomic)
            try await run(trouble) { try await $0.push(isAtomic: isAtomic) }
        case .abort(let trouble):
            oracle.takesBack(true)
            try await run(trouble) { try await $0.abort() }
        case .resolve(let isLocal): try await resolve(isLocal ? .local : .remote)
        case .clockJump(let seconds): world.clockOffset.withLock { $0 += seconds * 1000 }
        case .switchProject(let id): world.transport.change { $0.users[0].currentProjectID = id }
        case .revoke(let isRevoked): setKeys(areGood: !isRevoked)
        }
        oracle.look(world.transport.state, byUs: true)
        oracle.takesBack(false)
        oracle.checkOutbox(try await outbox())
    }

    /// Runs one process to its end, or to its death; then another one starts.
    private func run(_ trouble: Trouble?, _ body: @escaping @Sendable (SyncWorld) async throws -> Void) async throws {
        let ended = Mutex<CheckedContinuation<Bool, Never>?>(nil)
        let end: @Sendable (Bool) -> Void = { isDead in ended.withLock { $0.take() }?.resume(returning: isDead) }
        let process = world.process(TroubledTransport(world.transport, trouble) { end(true) })
        let isDead = await withCheckedContinuation { continuation in
            ended.withLock { $0 = continuation }
            Task {
                // A problem is what the person is told; what it left behind is what counts here.
                do { try await body(process) } catch {}
                end(false)
            }
        }
        if isDead { world = try await world.restarted() }
    }
}

// MARK: What our person does

extension Simulation {
    private func edit(_ field: SimulatedField, _ value: JSONValue) async throws {
        switch field {
        case .config(let id, let key): try await edit(field, PluginConfigID(id), key, value)
        case .code(let id): try await edit(field, id, value)
        }
    }

    private func edit(_ field: SimulatedField, _ id: PluginConfigID, _ key: ConfigField, _ value: JSONValue) async throws {
        let known = try await world.edits().first { $0.configID == id && $0.field == key }
        // An edit that is there already stands on what was seen then.
        if known == nil { oracle.sees(field, try await remote(field)) }
        let input: EditTable.Input = field.isSecret ? .secret(Secret(value.string ?? "")) : .value(value)
        let isBack = try await isThere(field, value) && !field.isSecret
        let isHeld = try await world.mirror.read { mirror in try mirror.journal.holds(id) }
        let now = world.now()
        try await world.mirror.write { mirror in try ConfigEdits([(key, input)]).store(in: id, of: mirror, at: now) }
        // Back to what is there gives an edit up, but not one that a push may have sent.
        if isBack, known?.state != .inFlight, known == nil || !isHeld { oracle.givesUp(field) } else { oracle.wants(field, value) }
    }

    private func edit(_ field: SimulatedField, _ id: PluginID, _ value: JSONValue) async throws {
        let known = try await world.codeEdits().first { $0.pluginID == id }
        if known == nil { oracle.sees(field, try await remote(field)) }
        let isBack = try await isThere(field, value)
        let now = world.now()
        let isHeld = try await world.mirror.write { mirror in
            guard let versions = try mirror.sources.versions(id) else { return false }
            let isHeld = try mirror.journal.holds(codeOf: id)
            _ = try CodeEdit(versions.form.mainFile, .text(value.string ?? "")).store(of: versions, in: mirror, at: now)
            return isHeld
        }
        if isBack, known?.state != .inFlight, known == nil || !isHeld { oracle.givesUp(field) } else { oracle.wants(field, value) }
    }

    /// Whether base and remote have it: in a conflict, to want the base is to want something.
    private func isThere(_ field: SimulatedField, _ value: JSONValue) async throws -> Bool {
        guard try await base(field) == value else { return false }
        return try await remote(field) == value
    }

    private func base(_ field: SimulatedField) async throws -> JSONValue? {
        try await world.mirror.read { mirror in
            switch field {
            case .config(let id, let key): try mirror.configs.base(PluginConfigID(id))?.content[key]
            case .code(let id): try mirror.sources.versions(id).flatMap { JSONValue($0.base[$0.form.mainFile]) }
            }
        }
    }

    private func draft(_ number: Int) async throws {
        let drafts = try await world.edits().contains { $0.configID.isDraft }
        let (plugin, project) = world.free
        let known = try await world.mirror.read { mirror in
            try mirror.configs.existing(plugin: PluginID(plugin), project: ProjectID(project)) != nil
        }
        guard !drafts, !known else { return }
        _ = try await world.draft(plugin: plugin, project: project, ["currency": .string("draft \(number)")], enabled: number.isMultiple(of: 2))
    }

    /// Settles every conflict; what is given up is no longer wanted.
    private func resolve(_ side: Resolution) async throws {
        let now = world.now()
        let settled = try await world.mirror.write { mirror in
            var settled: [SimulatedField] = []
            for id in Int64(1)...3 {
                let fields = try side.apply(to: PluginConfigID(id), fields: nil, in: mirror, at: now)
                settled += fields.map { .config(id, $0) }
            }
            for id in [PluginID(1), PluginID(2)] {
                if try !side.apply(toSourceOf: id, file: nil, in: mirror, at: now).isEmpty { settled.append(.code(id)) }
            }
            return settled
        }
        for field in settled {
            if side == .remote { oracle.givesUp(field) } else { oracle.sees(field, try await remote(field)) }
        }
    }

    private func remote(_ field: SimulatedField) async throws -> JSONValue? {
        switch field {
        case .config(let id, let key): try await world.remote(id)?[key]
        case .code(let id): try await world.code(id.rawValue).flatMap { JSONValue($0.remote[$0.form.mainFile]) }
        }
    }

    private func outbox() async throws -> [SimulatedField: JSONValue] {
        var result: [SimulatedField: JSONValue] = [:]
        for edit in try await world.edits() {
            let field = SimulatedField.config(edit.configID.rawValue, edit.field)
            switch edit.value {
            case .value(let value): result[field] = value
            case .secret(let reference): result[field] = try world.mirror.secrets.read(reference).map { .string($0.reveal()) }
            case .unset, .file: break
            }
        }
        for edit in try await world.codeEdits() { result[.code(edit.pluginID)] = JSONValue(edit.value.text) }
        return result
    }
}

// MARK: The end

extension Simulation {
    /// Everything works again, the person insists on what waits: then all must be as they meant.
    private func heal() async throws {
        let before = Oracle.values(world.transport.state)
        let waiting = try await outbox()
        setKeys(areGood: true)
        world.transport.change { [project] in $0.users[0].currentProjectID = project }
        for _ in 0..<10 {
            do { try await world.pullWithLog() } catch let problem as Problem { oracle.note("a pull without trouble failed: \(problem.message)") }
            try await resolve(.local)
            do { try await world.push() } catch let problem as Problem where problem.code == "created-elsewhere" {
                try await discardDrafts()
            } catch {}
            if try await outbox().isEmpty { break }
        }
        oracle.look(world.transport.state, byUs: true)
        let after = Oracle.values(world.transport.state)
        for field in SimulatedField.all {
            let meant = waiting[field] ?? before[field]
            // A secret that had arrived and was replaced by somebody since: the fields that were sent with it prove that it arrived.
            let isReplaced = field.isSecret && after[field] == before[field] && waiting[field].map { oracle.hasHeld(field, $0) } == true
            if after[field] != meant, !isReplaced { oracle.note("\(field) ends as \(after[field]?.text ?? "nothing"), meant was \(meant?.text ?? "nothing")") }
        }
        try await checkMirror()
    }

    private func setKeys(areGood: Bool) {
        world.transport.change { [keys] in $0.users[0].keys = areGood ? keys : [] }
    }

    private func discardDrafts() async throws {
        let drafts = Set(try await world.edits().map(\.configID).filter(\.isDraft))
        try await world.mirror.write { mirror in
            for id in drafts { try mirror.configs.discardDraft(id) }
        }
    }

    private func checkMirror() async throws {
        let left = try await outbox().keys.map(\.description).sorted()
        if !left.isEmpty { oracle.note("edits never arrived: \(left)") }
        let summary = try await world.pull(full: true)
        let changes = summary.collections.reduce(0) { $0 + $1.inserted + $1.changed + $1.removed }
        if changes > 0 { oracle.note("the mirror did not equal the remote in \(changes) rows") }
        let findings = try await world.mirror.read { mirror in try mirror.audit { _ in } }
        if !findings.isEmpty { oracle.note("\(findings)") }
        let secrets = try await world.everythingStored()
        for field in SimulatedField.all where field.isSecret {
            guard let secret = field.value(in: world.transport.state)?.string else { continue }
            if secrets.contains(secret) { oracle.note("a secret stays in the mirror's folder: \(secret)") }
        }
    }
}

extension DemoState {
    /// The same with code in every plugin.
    fileprivate func withCode(_ change: (inout DemoPlugin) -> Void) -> DemoState {
        var state = self
        for (id, plugin) in plugins where plugin.type == "source" {
            var plugin = plugin
            change(&plugin)
            state.plugins[id] = plugin
        }
        return state
    }
}

extension SyncWorld {
    /// The activity log belongs to it: it tells of writes whose answers were lost.
    fileprivate func pullWithLog() async throws { try await pull(options: PullOptions(parts: [.sources, .activity])) }
}
