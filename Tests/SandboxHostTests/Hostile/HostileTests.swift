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

    private static func run(_ attack: Attack) throws -> DryRunVariant {
        let job = SandboxFixture.job(Attack.source) {
            $0.config = ["attack": .string(attack.name), "secret": "hunter2-hunter2"]
            $0.secretsToRedact = ["hunter2-hunter2"]
            $0.limits.wallSecondsPerCall = attack.expectation.isLimit ? 0.1 : 30
            $0.limits.memoryBytes = 64 << 20
            $0.limits.maximumResultBytes = 1 << 17
        }
        return try SandboxFixture.run(job, events: 2, settings: settings())
    }

    @Test func thereAreMoreThanAHundred() {
        #expect(Attack.all.count >= 100)
        #expect(Set(Attack.all.map(\.name)).count == Attack.all.count)
    }

    @Test(arguments: Attack.all) func isHarmless(attack: Attack) throws {
        let variant = try HostileTests.run(attack)
        try #require(variant.loadError == nil)
        let first = try #require(variant.steps.first { $0.event == 0 })
        let second = try #require(variant.events[1])
        if !attack.leavesWreckage {
            #expect(second.outcome == .returned, "\(String(describing: second.error))")
            #expect(second.result?["properties"]?["after"] == true)
        }
        let error = first.error.map { "\($0.name): \($0.message)" } ?? ""
        let comment: Comment = "\(first.outcome) \(error.prefix(300))"
        switch attack.expectation {
        case .finds(let value):
            #expect(first.outcome == .returned && first.result?["properties"]?["found"] == value, comment)
        case .returns: #expect(first.outcome == .returned, comment)
        case .fails(let text): #expect(first.outcome == .failed && error.contains(text), comment)
        case .timesOut: #expect(first.outcome == .timedOut, comment)
        case .dropped: #expect(first.outcome == .dropped, comment)
        case .isAnswered: #expect([.returned, .failed, .dropped, .timedOut].contains(first.outcome), comment)
        case .isEndedOrReturned: #expect([.returned, .failed, .dropped].contains(first.outcome), comment)
        case .isEnded: #expect([.failed, .timedOut, .stateLost].contains(first.outcome), comment)
        }
        let text = variant.json.text
        #expect(try DryRunVariant(JSONValue(parsing: text)) == variant)
        #expect(!text.contains("hunter2") && !text.contains("forged\",\"jobs"))
        #expect(variant.logs.count <= 200 && variant.requests.count <= 50 && text.utf8.count < 2 << 20)
        // Work that goes on after the return, and fails then, is told as steps of the same event.
        #expect(variant.steps.allSatisfy { [nil, 0, 1].contains($0.event) })
        #expect(variant.steps.filter { $0.event == 1 }.count == 1 || attack.leavesWreckage)
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

extension Attack {
    /// Whether it may break the plugin's own later work, in its own heap: that is its author's affair.
    var leavesWreckage: Bool { name.hasPrefix("prototype of") || name.hasSuffix("replaced") || name == "traps on what the host calls" }
}
