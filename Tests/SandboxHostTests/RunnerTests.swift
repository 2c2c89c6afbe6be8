import Glibc
import Models
@testable import SandboxHost
import Testing

/// Whatever happens to a process becomes a report about that plugin and event, and the others are still run.
@Suite struct RunnerTests {
    static let passing = "async function processEvent(event) { event.properties.seen = true; return event }"

    @Test func eventsComeBackInOrderWithTheirResults() throws {
        var observed: [String] = []
        let variant = try SandboxRunner(settings: SandboxFixture.settings).run(
            SandboxFixture.job(RunnerTests.passing), events: SandboxFixture.events(500)
        ) { output in
            if case .step(let step) = output, let event = step.event { observed.append("\(step.method) \(event)") }
        }
        #expect(observed == (0..<500).map { "processEvent \($0)" })
        #expect(variant.events.count == 500 && variant.events.values.allSatisfy { $0.outcome == .returned && !$0.isAfterStateLoss })
        #expect(variant.events[7]?.result?["properties"]?["seen"] == true)
        #expect(variant.events[7]?.result?["properties"]?["i"] == 7)
        #expect(variant.capabilities.methods.contains("processEvent") && variant.loadError == nil)
        #expect(variant.configID == 7 && variant.plugin == "hostile" && variant.sourceHash.count == 64)
    }

    @Test func largeEventsInBothDirectionsDoNotBlockEachOther() throws {
        let filler = String(repeating: "x", count: 100_000)
        var left = 20
        let variant = try SandboxRunner(settings: SandboxFixture.settings).run(
            SandboxFixture.job(RunnerTests.passing) { $0.limits.maximumOutputBytes = 1 << 30 },
            events: {
                left -= 1
                return left < 0 ? nil : EventText(#"{"event":"e","team_id":2,"properties":{"f":"\#(filler)"}}"#)
            })
        #expect(variant.events.count == 20)
        #expect(variant.events.values.allSatisfy { $0.result?["properties"]?["f"]?.string?.utf8.count == 100_000 })
    }

    @Test func aProcessThatDiesCostsOneEventAndItsState() throws {
        // Typed arrays are out of the address space limit's reach: the parent has to end this one.
        let source = """
            let count = 0
            const kept = []
            function setupPlugin() { count = 100 }
            async function processEvent(event) {
                count += 1
                if (event.properties.i === 1) for (;;) kept.push(new Uint8Array(1 << 22).fill(1))
                event.properties.count = count
                return event
            }
            """
        let variant = try SandboxFixture.run(SandboxFixture.job(source) { $0.limits.wallSecondsPerCall = 20 }, events: 4)
        #expect(variant.loadError == nil)
        #expect(variant.events[0]?.result?["properties"]?["count"] == 101)
        #expect(variant.events[1]?.outcome == .stateLost)
        #expect(variant.events[1]?.error?.name == SandboxLimit.name)
        #expect(variant.events[2]?.outcome == .returned && variant.events[2]?.isAfterStateLoss == true)
        #expect(variant.events[2]?.result?["properties"]?["count"] == 101)
        #expect(variant.events[3]?.result?["properties"]?["count"] == 102)
        #expect(variant.steps.filter { $0.method == "setupPlugin" }.count == 2)
        #expect(variant.notChecked.contains { $0.hasPrefix("event 1 ended the sandbox: the events after it ran in a fresh one") })
    }

    @Test func theSameJobGivesTheSameBytes() throws {
        let job = SandboxFixture.job(
            "async function processEvent(e) { e.properties.r = [Math.random(), Date.now(), new Date().toString()]; return e }")
        let texts = try (0..<2).map { _ in try SandboxFixture.run(job).json(withTimings: false).text }
        #expect(texts[0] == texts[1])
    }

    @Test func aCancelledRunEndsItsProcess() throws {
        var asked = 0
        let runner = SandboxRunner(
            settings: SandboxFixture.settings,
            isCancelled: {
                asked += 1
                return asked > 3
            })
        let job = SandboxFixture.job("async function processEvent(e) { for (const x of (function* () { for (;;) yield 1 })()); }") {
            $0.limits.wallSecondsPerCall = 60
        }
        let error = #expect(throws: SandboxError.self) { try runner.run(job, events: SandboxFixture.events(1)) }
        #expect(error?.code == .cancelled)
    }

    @Test func whatTheSourceOfEventsThrowsEndsTheRun() {
        struct Cut: Error {}
        #expect(throws: Cut.self) {
            try SandboxRunner(settings: SandboxFixture.settings).run(SandboxFixture.job(RunnerTests.passing), events: { throw Cut() })
        }
    }

    @Test func secretsAreTakenOutOfReportsAndMessages() throws {
        let job = SandboxFixture.job(
            """
            async function processEvent(event, { config }) {
                console.log("key is " + config.key, encodeURIComponent(config.key))
                event.properties.leak = { [config.key]: [config.key + "!"] }
                return event
            }
            """
        ) {
            $0.config = ["key": "s3cr\"et/value"]
            $0.secretsToRedact = ["s3cr\"et/value"]
        }
        var seen = ""
        let variant = try SandboxRunner(settings: SandboxFixture.settings).run(job, events: SandboxFixture.events(1)) { seen += $0.json.text }
        let text = variant.json.text + seen
        #expect(!text.contains("et/value") && !text.contains("et%2Fvalue"))
        #expect(variant.events[0]?.result?["properties"]?["leak"] == ["<redacted>": ["<redacted>!"]])
        #expect(variant.logs.first?.message == "key is <redacted> <redacted>")
    }

    @Test func aProgramThatIsNoSandboxIsRefused() {
        for (path, code) in [
            ("/bin/cat", SandboxError.Code.mismatch), ("/bin/true", .died), ("/bin/false", .died), ("/nonexistent", .notStarted),
        ] {
            let runner = SandboxRunner(settings: SandboxSettings(program: SandboxProgram(path: path)))
            let error = #expect(throws: SandboxError.self) {
                try runner.run(SandboxFixture.job(RunnerTests.passing), events: SandboxFixture.events(1))
            }
            #expect(error?.code == code && error?.message.contains(path) == true)
        }
    }

    @Test func theSystemSaysWhatProtects() throws {
        let protections = try SandboxRunner(settings: SandboxFixture.settings).protections()
        #expect(protections.areComplete, "\(protections.gaps)")
        #expect(!protections.usesJIT && protections.engine.hasPrefix("JavaScriptCore "))
        #expect(protections.limits == ["AS", "CORE", "FSIZE", "NOFILE", "MEMLOCK", "MSGQUEUE", "CPU"])
    }

    @Test func theJITIsOnWhereAsked() throws {
        var settings = SandboxFixture.settings
        settings.usesJIT = true
        #expect(try SandboxRunner(settings: settings).protections().usesJIT)
        #expect(try SandboxFixture.run(SandboxFixture.job(RunnerTests.passing), settings: settings).events.count == 3)
    }

    @Test func whatIsNotCollectedIsOnlyObserved() throws {
        var settings = SandboxFixture.settings
        settings.collects = false
        var count = 0
        let variant = try SandboxRunner(settings: settings).run(SandboxFixture.job(RunnerTests.passing), events: SandboxFixture.events(9)) {
            if case .step = $0 { count += 1 }
        }
        #expect(variant.steps.isEmpty && count >= 9)
    }
}
