import DemoInstance
import Models
import Storage
import Sync
import Synchronization
import TestSupport

/// A mirror in a temporary directory, and an instance with a few plugins to pull from and push to.
final class SyncWorld: Sendable {
    static let origin = "http://127.0.0.1:8000"

    let directory: TemporaryDirectory
    let transport: InstanceTransport
    let mirror: Mirror
    private let network: any Transport
    private let clock = Mutex<Int64>(1_700_000_000_000)
    /// Milliseconds by which the wall clock is off.
    let clockOffset = Mutex<Int64>(0)

    /// The redaction's key is the same in every world, so that their contents can be compared.
    static let environment = MirrorEnvironment(randomBytes: { count in
        count == 32 ? [UInt8](repeating: 7, count: 32) : MirrorEnvironment.systemRandomBytes(count)
    })

    init(_ state: DemoState? = nil, environment: MirrorEnvironment = SyncWorld.environment) throws {
        directory = try TemporaryDirectory()
        transport = InstanceTransport(try state ?? SyncWorld.instance())
        network = transport
        mirror = try Mirror.open(
            directory: directory.file("mirror"), mode: .readWriteCreate, environment: environment)
    }

    /// A world whose folder is there already.
    init(_ directory: TemporaryDirectory, _ transport: InstanceTransport, time: Int64, environment: MirrorEnvironment) throws {
        self.directory = directory
        self.transport = transport
        network = transport
        clock.withLock { $0 = time }
        mirror = try Mirror.open(directory: directory.file("mirror"), mode: .readWriteCreate, environment: environment)
    }

    private init(reopening world: SyncWorld) throws {
        directory = world.directory
        transport = world.transport
        network = transport
        clockOffset.withLock { $0 = world.clockOffset.withLock { $0 } }
        mirror = try Mirror.open(
            directory: directory.file("mirror"), mode: .readWriteCreate, environment: SyncWorld.environment)
    }

    private init(_ world: SyncWorld, network: any Transport) {
        directory = world.directory
        transport = world.transport
        mirror = world.mirror
        self.network = network
        clockOffset.withLock { $0 = world.clockOffset.withLock { $0 } }
    }

    /// The same world, seen by one process whose network is this.
    func process(_ network: any Transport) -> SyncWorld { SyncWorld(self, network: network) }

    /// The same instance and the same folder, seen by a process that starts now.
    func restarted() async throws -> SyncWorld {
        await mirror.close()
        return try SyncWorld(reopening: self)
    }

    /// Moves the mirror's clock on, and the instance's with it.
    func advance(hours: Int64) {
        clock.withLock { $0 += hours * 3_600_000 }
        transport.advance(seconds: hours * 3600)
    }

    /// The mirror's clock, in milliseconds; it moves on each time it is read through `now`.
    var time: Int64 { clock.withLock { $0 } }

    var now: NowSource {
        { [self] in
            clock.withLock { milliseconds in
                milliseconds += 1
                return Timestamp(milliseconds: milliseconds + clockOffset.withLock { $0 })
            }
        }
    }

    func api(token: String = "phx_test_token_admin") -> PostHogAPI {
        PostHogAPI(origin: SyncWorld.origin, token: Secret(token), transport: network)
    }

    /// - Parameter options: Only plugins and configs unless a test is about more.
    /// - Throws: What stopped the pull.
    @discardableResult
    func pull(
        full: Bool = false, token: String = "phx_test_token_admin", options: PullOptions = PullOptions(parts: [.sources])
    ) async throws -> PullSummary {
        let puller = Puller(api: api(token: token), mirror: mirror, now: now, options: options)
        return try await puller.pull(full: full).unlessStopped()
    }

    /// Makes an edit as `edit-config` does.
    func edit(_ id: Int64, _ field: ConfigField, _ input: EditTable.Input) async throws {
        let now = now()
        _ = try await mirror.write { mirror in
            try mirror.edits.put(PluginConfigID(id), field, input, at: now)
        }
    }

    func plan() async throws -> PlannerOutput {
        try await mirror.read { mirror in
            try Planner.plan(PlannerInput.all(in: mirror), sources: SourceInput.all(in: mirror))
        }
    }

    /// Settles, plans and pushes, as the command does.
    @discardableResult
    func push(isAtomic: Bool = false) async throws -> (settled: [Problem], summary: PushSummary) {
        let pusher = Pusher(api: try await api().asPulled(into: mirror), mirror: mirror, now: now)
        let settled = try await pusher.settle()
        let output = try await plan()
        if let problem = output.problems.first { throw problem }
        if let open = output.plan.steps.compactMap({ settled.open[$0.subject] }).first { throw open }
        return (settled.notices, try await pusher.push(output.plan, isAtomic: isAtomic))
    }

    /// Settles, and takes back what a push that stopped has applied, as the command does.
    func abort() async throws {
        let pusher = Pusher(api: try await api().asPulled(into: mirror), mirror: mirror, now: now)
        if let open = try await pusher.settle().open.values.first { throw open }
        for run in try await mirror.read({ mirror in try mirror.runs.interruptedPushes() }) { _ = try await pusher.takeBack(run.id) }
    }

    func edits() async throws -> [Edit] {
        try await mirror.read { mirror in try mirror.edits.all() }
    }

    func remote(_ id: Int64) async throws -> ConfigContent? {
        try await mirror.read { mirror in try mirror.configs.versions(PluginConfigID(id))?.remote }
    }

    /// Everything in the mirror's folder as text, to look for what must not be there.
    func everythingStored() async throws -> StoredText {
        await mirror.close()
        return try directory.allText()
    }
}

extension SyncWorld {
    static let arraySchema: JSONValue = [
        ["markdown": "Set the key first."], ["key": "apiKey", "type": "string", "secret": true, "required": true],
        ["key": "region", "type": "choice", "choices": ["eu", "us"], "default": "eu"], ["key": "endpoint", "type": "string"],
        ["key": "token2", "type": "string", "secret": true], ["key": "file", "type": "attachment"],
    ]
    static let objectSchema: JSONValue = [
        "currency": ["type": "string", "default": "EUR"], "password": ["type": "string", "secret": true],
    ]

    /// The recording's state, read once: parsing it takes longer than a test.
    private static let recorded = Result {
        try DemoState(recorded: try JSONValue(parsing: try Fixtures.bytes("recorded/posthog-2023-11/state.json")))
    }

    /// The organization of the recording, with two plugins, and configs 1 and 2 in project 1, 3 in project 2.
    static func instance() throws -> DemoState {
        var state = try recorded.get()
        let organization = state.organizations[0].id
        state.add(plugin: 1, "Currency", schema: arraySchema, organization)
        state.add(plugin: 2, "Old style", schema: objectSchema, organization)
        state.add(config: 1, plugin: 1, project: 1, #"{"apiKey":"sk_live_1","region":"us","endpoint":"https://a.example.com","big":12345678901234567890123}"#)
        state.add(config: 2, plugin: 2, project: 1, #"{"currency":"USD","password":"hunter2"}"#)
        state.add(config: 3, plugin: 1, project: 2, #"{"apiKey":"sk_live_3","region":"eu"}"#)
        state.nextPluginID = 3
        state.nextConfigID = 4
        return state
    }

    /// The same on a server where a second create makes a second config: all configs are in the current project, and plugin 4
    /// has none.
    static func oldInstance() throws -> DemoState {
        var state = try instance()
        state.profile = .posthog1_26
        state.add(plugin: 3, "Other currency", schema: arraySchema, state.organizations[0].id)
        state.add(plugin: 4, "Not configured", schema: objectSchema, state.organizations[0].id)
        state.configs[3]?.pluginID = 3
        state.configs[3]?.projectID = 1
        state.users[0].currentProjectID = 1
        state.nextPluginID = 5
        return state
    }

    /// A plugin and a project that has no config of it.
    var free: (plugin: Int64, project: Int64) { transport.state.profile.name == "1.26" ? (4, 1) : (2, 3) }
}

extension DemoState {
    mutating func add(plugin id: Int64, _ name: String, schema: JSONValue, _ organization: String) {
        var plugin = DemoPlugin(id: id, organizationID: organization)
        plugin.type = "source"
        plugin.name = name
        plugin.configSchema = schema
        plugins[id] = plugin
    }

    mutating func add(config id: Int64, plugin: Int64, project: Int64, _ config: String, enabled: Bool = true) {
        var row = DemoPluginConfig(
            id: id, projectID: project, pluginID: plugin, isEnabled: enabled, order: id,
            createdAt: DemoInstant(microseconds: 1_699_000_000_000_000))
        row.config = (try? JSONValue(parsing: config)) ?? .null  // A literal of this file.
        configs[id] = row
    }

    /// What the database holds under a key, secrets in clear.
    func stored(_ id: Int64, _ key: String) -> JSONValue? { configs[id]?.config[key] }

    mutating func set(_ id: Int64, _ key: String, _ value: JSONValue?) {
        guard var config = configs[id]?.config.object else { return }
        config[key] = value
        configs[id]?.config = .object(config)
    }
}

extension PullSummary {
    /// The summary of a pull that came to its end.
    ///
    /// - Throws: What stopped it.
    func unlessStopped() throws -> PullSummary {
        if let stopped { throw stopped }
        return self
    }
}
