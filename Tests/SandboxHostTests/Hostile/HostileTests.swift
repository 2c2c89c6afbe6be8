import Models
import SandboxHost
import Testing
import TestSupport

/// Plugins that mean harm: each meets the one safe outcome, and the next event finds a working plugin.
@Suite struct HostileTests {
    /// All attacks are one source, which is compiled once for them all.
    /// Compiling takes memory that the attacks' small budgets don't allow for: it is done before the first of them.
    private static let directory = Result {
        let directory = try TemporaryDirectory()
        var settings = SandboxFixture.settings
        settings.cache = CompileCache(directory: directory.file("cache"))
        _ = try SandboxFixture.run(SandboxFixture.job(Attack.source) { $0.limits.memoryBytes = 1 << 30 }, events: 0, settings: settings)
        return directory
    }

    private static func settings() throws -> SandboxSettings {
        var settings = SandboxFixture.settings
        settings.cache = CompileCache(directory: try directory.get().file("cache"))
        return settings
    }

    private static func job(_ name: String, isLimit: Bool) -> DryRunJob {
        SandboxFixture.job(Attack.source) {
            $0.config = ["attack": .string(name), "secret": "hunter2-hunter2"]
            $0.secretsToRedact = ["hunter2-hunter2"]
            $0.limits.wallSecondsPerCall = isLimit ? 0.1 : 30
            $0.limits.memoryBytes = 64 << 20
            $0.limits.maximumResultBytes = 1 << 17
        }
    }

    private static func run(_ attack: Attack) throws -> DryRunVariant {
        try SandboxFixture.run(job(attack.name, isLimit: attack.expectation.isLimit), events: 2, settings: settings())
    }

    @Test func thereAreMoreThanAHundred() {
        #expect(Attack.all.count >= 100)
        #expect(Set(Attack.all.map(\.name)).count == Attack.all.count)
    }

    @Test(arguments: Attack.all.filter { !$0.expectation.onlyLooks }) func isHarmless(attack: Attack) throws {
        let variant = try HostileTests.run(attack)
        try #require(variant.loadError == nil)
        let first = try #require(variant.steps.first { $0.event == 0 })
        let second = try #require(variant.events[1])
        if !attack.leavesWreckage { HostileTests.expectWorking(second, after: attack) }
        HostileTests.expect(first, attack)
        try HostileTests.expectClean(variant)
        // Work that goes on after the return, and fails then, is told as steps of the same event.
        #expect(variant.steps.allSatisfy { [nil, 0, 1].contains($0.event) })
        #expect(variant.steps.filter { $0.event == 1 }.count == 1 || attack.leavesWreckage)
    }

    /// Those that only look for something that must not be there leave no state behind: one process meets them all, each followed by an
    /// ordinary event, so that one which does leave something spoils the next.
    @Test func nothingIsFoundByThoseThatLook() throws {
        let attacks = Attack.all.filter(\.expectation.onlyLooks)
        var next = 0
        let variant = try SandboxRunner(settings: HostileTests.settings()).run(HostileTests.job("none", isLimit: false), events: {
            guard next < attacks.count * 2 else { return nil }
            defer { next += 1 }
            let properties: JSONValue = next % 2 == 0 ? ["i": 0, "attack": .string(attacks[next / 2].name)] : ["i": 1]
            let event: JSONValue = [
                "event": "e", "distinct_id": "d", "team_id": 2, "uuid": .string("u\(next)"), "ip": .null, "now": "2023-11-14T22:13:20.000Z",
                "properties": properties,
            ]
            return EventText(event.text)
        })
        try #require(variant.loadError == nil)
        for (index, attack) in attacks.enumerated() {
            HostileTests.expect(try #require(variant.steps.first { $0.event == 2 * index }), attack)
            HostileTests.expectWorking(try #require(variant.events[2 * index + 1]), after: attack)
        }
        try HostileTests.expectClean(variant)
    }

    private static func expect(_ step: DryRunStep, _ attack: Attack) {
        let error = step.error.map { "\($0.name): \($0.message)" } ?? ""
        let comment: Comment = "\(attack.name): \(step.outcome) \(error.prefix(300))"
        switch attack.expectation {
        case .finds(let value):
            #expect(step.outcome == .returned && step.result?["properties"]?["found"] == value, comment)
        case .returns: #expect(step.outcome == .returned, comment)
        case .fails(let text): #expect(step.outcome == .failed && error.contains(text), comment)
        case .timesOut: #expect(step.outcome == .timedOut, comment)
        case .dropped: #expect(step.outcome == .dropped, comment)
        case .isAnswered: #expect([.returned, .failed, .dropped, .timedOut].contains(step.outcome), comment)
        case .isEndedOrReturned: #expect([.returned, .failed, .dropped].contains(step.outcome), comment)
        case .isEnded: #expect([.failed, .timedOut, .stateLost].contains(step.outcome), comment)
        }
    }

    private static func expectWorking(_ step: DryRunStep, after attack: Attack) {
        #expect(step.outcome == .returned, "after \(attack.name): \(String(describing: step.error))")
        #expect(step.result?["properties"]?["after"] == true)
    }

    private static func expectClean(_ variant: DryRunVariant) throws {
        let text = variant.json.text
        #expect(try DryRunVariant(JSONValue(parsing: text)) == variant)
        #expect(!text.contains("hunter2") && !text.contains("forged\",\"jobs"))
        #expect(variant.logs.count <= 200 && variant.requests.count <= 50 && text.utf8.count < 2 << 20)
    }
}

extension Attack.Expectation {
    /// Whether the call goes on until something ends it.
    fileprivate var isLimit: Bool {
        switch self {
        case .timesOut, .isEnded: true
        case .finds, .returns, .isEndedOrReturned, .isAnswered, .fails, .dropped: false
        }
    }
}

extension Attack.Expectation {
    /// Whether the attack is over when its call is, and has changed nothing.
    fileprivate var onlyLooks: Bool {
        switch self {
        case .finds: true
        case .fails, .returns, .isEndedOrReturned, .isAnswered, .timesOut, .isEnded, .dropped: false
        }
    }
}

extension Attack {
    /// Whether it may break the plugin's own later work, in its own heap: that is its author's affair.
    var leavesWreckage: Bool { name.hasPrefix("prototype of") || name.hasSuffix("replaced") || name == "traps on what the host calls" }
}
