import DemoInstance
@preconcurrency import Glibc
import Models
import PhsyncKit
import Synchronization
import TestSupport
import Testing

/// The library as an app uses it, against the demo instance.
@Suite struct PluginMirrorTests {
    private let directory: TemporaryDirectory
    private let server: DemoServer

    init() throws {
        directory = try TemporaryDirectory()
        server = try DemoServer(state: .demo(now: DemoServer.systemClock()))
    }

    private var remote: Remote { Remote(origin: server.url, token: DemoKeys.admin) }

    private func pulled() async throws -> PluginMirror {
        let mirror = try PluginMirror.open(directory: directory.path)
        let report = try await mirror.pull(from: remote)
        #expect(report.isComplete && report.problems.isEmpty)
        return mirror
    }

    private func failure(_ body: () async throws -> Void) async -> KitError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? KitError
        }
    }

    @Test func aFixGoesFromTheErrorToTheInstance() async throws {
        defer { server.stop() }
        let mirror = try await pulled()
        let group = try #require(try await mirror.errorGroups().first { $0.config == ConfigID(1) })
        #expect(group.isUnseen && group.project == "Web shop" && group.name == "TypeError")
        let details = try #require(try await mirror.error(group.id))
        #expect(details.stack?.contains("index.ts:10:64") == true && details.days.count == 14 && details.days.reduce(0, +) > 0)
        #expect(details.event?.contains("@example.net") == false && details.event?.contains("\"chf\"") == true)
        #expect(try await mirror.error(group.id, withPersonalData: true)?.event?.contains("@example.net") == true)
        #expect(try await mirror.apply(.look, to: group.id) == .seen)

        try await mirror.edit(ConfigID(1), ["currencyProperty": .text("currency")])
        let field = try #require(try await mirror.config(ConfigID(1))?.fields.first { $0.id == "currencyProperty" })
        #expect(field.isEdited && field.value == .text("currency"))
        let plan = try await mirror.plan()
        #expect(plan.steps.map(\.title) == ["Currency Normalization@Web shop"] && plan.obstacles.isEmpty)
        let change = try #require(plan.steps.first?.changes.first)
        #expect(change.field == "currencyProperty" && change.before == .text("currency_code") && change.after == .text("currency"))

        let events = Mutex<[PushProgress]>([])
        let report = try await mirror.push(plan, to: remote) { event in events.withLock { $0.append(event) } }
        #expect(report.isComplete && report.problems.isEmpty)
        #expect(events.withLock { $0.last } == .settled(title: "Currency Normalization@Web shop", outcome: .applied, step: 1, of: 1))
        #expect(server.withState { $0.configs[1]?.config["currencyProperty"] } == "currency")
        #expect(try await mirror.plan().isEmpty)
    }

    @Test func aPlanThatIsNoLongerTodaysIsNotSent() async throws {
        defer { server.stop() }
        let mirror = try await pulled()
        try await mirror.edit(ConfigID(1), ["currencyProperty": .text("currency")])
        let plan = try await mirror.plan()
        try await mirror.edit(ConfigID(1), [:], isEnabled: false)
        let writes = server.requests.count { $0.method == "PATCH" }
        #expect(await failure { _ = try await mirror.push(plan, to: remote) }?.kind == .moved)
        #expect(server.requests.count { $0.method == "PATCH" } == writes, "nothing was written")
        #expect(try await mirror.discard(ConfigID(1)) == 2)
    }

    @Test func aSecretIsGivenAsOneAndNeverShown() async throws {
        defer { server.stop() }
        let mirror = try await pulled()
        let key = try #require(try await mirror.config(ConfigID(1))?.fields.first(where: \.isSecret)?.id)
        #expect(await failure { try await mirror.edit(ConfigID(1), [key: .text("hunter2")]) }?.code == "secret")
        #expect(await failure { try await mirror.edit(ConfigID(1), ["currencyProperty": .secret("x")]) }?.code == "no-secret")
        try await mirror.edit(ConfigID(1), [key: .secret("hunter2-new")])
        let field = try #require(try await mirror.config(ConfigID(1))?.fields.first { $0.id == key })
        #expect(field.value == .secret(isSet: true) && field.isEdited)
        let plan = try await mirror.plan()
        #expect(!"\(plan)".contains("hunter2"))
        #expect(try await mirror.push(plan, to: remote).isComplete)
        #expect(server.withState { $0.configs[1]?.config[key] } == "hunter2-new")
    }

    @Test func mistakesAreKitErrors() async throws {
        defer { server.stop() }
        let mirror = try await pulled()
        #expect(await failure { try await mirror.edit(ConfigID(9999), ["a": .text("b")]) }?.code == "no-such-config")
        #expect(await failure { try await mirror.edit(ConfigID(1), ["currencyProperty": .json("{")]) }?.code == "no-json")
        #expect(try await mirror.config(ConfigID(9999)) == nil)
        #expect(try await mirror.error(ErrorID(9999)) == nil)
        let wrong = Remote(origin: server.url, token: "phx_wrong")
        #expect(await failure { try await mirror.pull(from: wrong) }?.kind == .permission)
        #expect(await failure { _ = try PluginMirror.open(directory: "/dev/null/mirror") } != nil)
    }

    /// A transport that answers by a script.
    private struct Answers: KitTransport {
        let answer: @Sendable (KitRequest) throws(KitTransportError) -> KitResponse

        func send(_ request: KitRequest) async throws(KitTransportError) -> KitResponse { try answer(request) }
    }

    @Test func anAppsOwnTransportCarriesTheRequests() async throws {
        defer { server.stop() }
        let mirror = try PluginMirror.open(directory: directory.path)
        let asked = Mutex<[String]>([])
        let refusing = Answers { request throws(KitTransportError) in
            asked.withLock { $0.append("\(request.method) \(request.url) \(request.headers.contains { $0.value == "Bearer phx_key" })") }
            return KitResponse(status: 401, headers: [], body: Array(#"{"detail": "no"}"#.utf8))
        }
        let error = await failure { try await mirror.pull(from: Remote(origin: "https://posthog.example.com", token: "phx_key", transport: refusing)) }
        #expect(error?.kind == .permission)
        #expect(asked.withLock { $0.first }?.hasPrefix("GET https://posthog.example.com/api/") == true && asked.withLock { $0.first }?.hasSuffix("true") == true)

        let redirecting = Answers { _ throws(KitTransportError) in KitResponse(status: 302, headers: [("Location", "https://evil.example.com")], body: []) }
        #expect(await failure { try await mirror.pull(from: Remote(origin: "https://posthog.example.com", token: "k", transport: redirecting)) } != nil)
        let untrusted = Answers { _ throws(KitTransportError) in throw KitTransportError(.untrustedCertificate, mayHaveArrived: false) }
        let refused = await failure { try await mirror.pull(from: Remote(origin: "https://posthog.example.com", token: "k", transport: untrusted)) }
        #expect(refused?.message.contains("certificate") == true)
    }

    @Test func theExampleWalksFromTheErrorToThePush() throws {
        defer { server.stop() }
        let output = try Example.run(
            [directory.path, "1", "currencyProperty=currency"], environment: ["PHSYNC_HOST": server.url, "PHSYNC_TOKEN": DemoKeys.admin])
        for part in ["TypeError", "index.ts:10:64", "currency_code -> currency", "1 of 1, Currency Normalization@Web shop: applied", "Pushed.", "Observed: edits"] {
            #expect(output.contains(part), "\(part) in \(output)")
        }
        #expect(server.withState { $0.configs[1]?.config["currencyProperty"] } == "currency")
    }
}

/// Runs the built example, which lies beside the test bundle.
private enum Example {
    static func run(_ arguments: [String], environment: [String: String]) throws -> String {
        let loaded = try maps()
        let bundle = try #require(loaded)
        let directory = bundle.split(separator: "/", omittingEmptySubsequences: false).prefix { !$0.hasSuffix(".xctest") }.joined(separator: "/")
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in Int32(1)...2 { posix_spawn_file_actions_adddup2(&actions, ends[1], descriptor) }
        posix_spawn_file_actions_addclose(&actions, ends[0])
        let program = directory + "/ReviewExample"
        let all = [program] + arguments
        let variables = ["PATH=/usr/bin:/bin"] + environment.map { "\($0.key)=\($0.value)" }
        var words = all.map { strdup($0) } + [nil]
        var settings = variables.map { strdup($0) } + [nil]
        defer { for text in words + settings { free(text) } }
        var child = pid_t()
        let code = posix_spawn(&child, program, &actions, nil, &words, &settings)
        close(ends[1])
        try #require(code == 0, "\(program) can't be started: \(code)")
        var output = ""
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(ends[0], &buffer, buffer.count), count > 0 { output += String(decoding: buffer[..<count], as: UTF8.self) }
        close(ends[0])
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return output
    }

    /// The bundle by what this process has loaded.
    private static func maps() throws -> String? {
        let file = try #require(fopen("/proc/self/maps", "r"))
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 4096)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = line.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
            let path = text.drop { $0 != "/" }.prefix { $0 != "\n" }
            if path.hasSuffix(".xctest") { return String(path) }
        }
        return nil
    }
}
