import Models
import Testing

/// Jobs, messages and reports cross processes and reach other tools: each comes back as it went.
@Suite struct DryRunTests {
    @Test func aJobComesBackWhole() throws {
        var job = DryRunJob(
            plugin: PluginIdentity(name: "Héllo", id: 5, url: "https://x.test/p", tag: "1.2"), configID: 12, teamID: 2,
            pluginJSON: #"{"name":"x"}"#, files: ["index.ts": "const a = '\u{2028}\n'", "lib.js": ""], entry: "index.ts",
            config: ["n": 1, "s": "x"], attachments: [
                "file": AttachmentFile(contentType: "a/b", fileName: "x.bin", contents: [0, 255, 10]),
                "none": AttachmentFile(contentType: "", fileName: "", contents: nil),
            ], era: .october2021, clock: Timestamp(milliseconds: 1_700_000_000_123), seed: .max,
            fetch: FetchPolicy(
                mode: .replay,
                cassette: [CassetteEntry(method: "POST", url: "https://a.test", response: FetchResponse(status: 404, body: [0xFF]))]),
            geoipPath: "/x.mmdb", methods: ["processEvent"], stubs: ["pg": [:]], compiled: ["code": "x"], secretsToRedact: ["s3cret"])
        job.limits.wallSecondsPerCall = 0.25
        #expect(try DryRunJob(JSONValue(parsing: job.json.text)) == job)
        job = DryRunJob(plugin: PluginIdentity(name: ""), pluginJSON: "", files: [:], clock: Timestamp(milliseconds: 0))
        #expect(try DryRunJob(JSONValue(parsing: job.json.text)) == job)
    }

    @Test func equalJobsHaveEqualTexts() {
        let names = (0..<20).map { "file\($0).ts" }
        let texts = [names, names.reversed()].map { names in
            let files = Dictionary(uniqueKeysWithValues: names.map { ($0, $0) })
            return DryRunJob(plugin: PluginIdentity(name: "x"), pluginJSON: "", files: files, clock: Timestamp(milliseconds: 0)).json.text
        }
        #expect(texts[0] == texts[1])
    }

    @Test func aJobPrintsNoneOfItsValues() {
        let job = DryRunJob(
            plugin: PluginIdentity(name: "x"), pluginJSON: "", files: [:], config: ["k": "hunter2"],
            attachments: ["a": AttachmentFile(contentType: "", fileName: "", contents: Array("hunter2".utf8))],
            clock: Timestamp(milliseconds: 0), secretsToRedact: ["hunter2"])
        var dumped = ""
        dump(job, to: &dumped)
        #expect(!"\(job) \(String(reflecting: job)) \(dumped)".contains("hunter2"))
    }

    @Test func aJobThatLacksAPartIsRefusedByName() throws {
        let job = DryRunJob(plugin: PluginIdentity(name: "x"), pluginJSON: "", files: [:], clock: Timestamp(milliseconds: 0))
        let whole = try #require(job.json.object)
        for key in ["kind", "plugin", "files", "config", "era", "clock", "seed", "limits", "fetch", "secrets_to_redact"] {
            var object = whole
            object[key] = nil
            let error = #expect(throws: DecodeError.self) { try DryRunJob(.object(object)) }
            #expect(error?.field == key)
            object[key] = .array([])
            #expect(key == "secrets_to_redact" || (try? DryRunJob(.object(object))) == nil)
        }
    }

    static let step = DryRunStep(
        method: "processEvent", event: 3, outcome: .failed,
        error: DryRunError(name: "TypeError", message: "m", stack: "s", line: 12, column: 8, file: "index.ts"),
        durationMicroseconds: 120, memoryKilobytes: 4)
    static let request = DryRunRequest(
        method: "GET", url: "https://a.test", headers: ["a": "b"], body: ["$": "Buffer", "v": "AA=="], answered: .denied, step: 0)
    static let ending = DryRunEnding(
        captures: [["event": "x"]], jobs: [["type": "j"]], cache: ["a": 1], storage: ["b": nil], metrics: ["c": 2], notChecked: ["n"])

    static let messages: [DryRunOutput] = [
        .ready(
            version: 1, protections: SandboxProtections(
                hasNoNewPrivileges: true, filtersSystemCalls: true, limits: ["NOFILE"], closedDescriptors: 2, usesJIT: true,
                engine: "e", gaps: ["g"])),
        .compiled(["code": "x"]), .loaded(DryRunCapabilities(methods: ["a"], scheduledTasks: ["b"], jobs: ["c"]), loadError: step.error),
        .loaded(DryRunCapabilities(), loadError: nil), .begin(method: "setupPlugin", event: nil), .step(step),
        .step(DryRunStep(method: "a", event: nil, outcome: .returned, result: ["$": "undefined"])),
        .log(DryRunLog(type: .warn, message: "x\u{1B}", step: nil)), .request(request), .fetch(id: 7, request), .done(event: 9),
        .at(method: "processEvent", event: 1, signal: 15), .finished(ending), .findings([["code": "x"]]), .broken("why"),
    ]

    @Test(arguments: messages.indices) func aMessageComesBackAsItWent(index: Int) throws {
        let message = DryRunTests.messages[index]
        let text = message.json.text
        #expect(text.hasPrefix(#"{"type":""#) && !text.contains("\n"))
        #expect(try DryRunOutput(JSONValue(parsing: text)) == message)
    }

    @Test func anUnknownMessageIsAnError() {
        #expect(throws: DecodeError.self) { try DryRunOutput(["type": "hello"]) }
        #expect(throws: DecodeError.self) { try DryRunOutput(["type": "step", "method": "x"]) }
        #expect(throws: DecodeError.self) { try DryRunOutput([]) }
    }

    @Test func anAnswerComesBackAsItWent() throws {
        for answer: FetchAnswer in [
            .response(FetchResponse(status: 200, headers: ["a": "b"], body: Array("ä".utf8))), .refused("no"), .failed("x"),
        ] {
            #expect(try FetchAnswer(JSONValue(parsing: answer.json.text)) == answer)
        }
    }

    @Test func aCassetteWrittenByHandNeedsOnlyAURL() throws {
        let entry = try CassetteEntry(["url": "https://a.test", "body": ["a": 1]])
        #expect(entry.method == "GET" && entry.response.status == 200 && entry.response.body == Array(#"{"a":1}"#.utf8))
    }

    @Test func aReportHasTheFormThatOtherToolsReadAndComesBack() throws {
        var variant = DryRunVariant(
            configID: 12, plugin: "name", sourceHash: "h", era: .december2023,
            capabilities: DryRunCapabilities(methods: ["setupPlugin"]), steps: [DryRunTests.step],
            logs: [DryRunLog(type: .log, message: "hi", step: 0)], requests: [DryRunTests.request], ending: DryRunTests.ending)
        var summary = DryRunSummary()
        summary.events = 1
        summary.newlyFailing = 1
        let report = DryRunReport(
            local: variant, base: variant,
            differences: [DryRunDifference(event: 3, path: "properties.a", base: .null, local: nil)], summary: summary, notChecked: ["x"])
        let json = try JSONValue(parsing: report.json.text)
        #expect(try DryRunReport(json) == report)
        #expect(json["variants"]?["local"]?.object?.keys == [
            "config_id", "plugin", "source_hash", "era", "capabilities", "load_error", "steps", "logs", "requests", "captures",
            "jobs", "cache", "storage", "metrics", "not_checked",
        ])
        #expect(json["variants"]?["local"]?["steps"]?.array?.first?.object?.keys == [
            "method", "event", "outcome", "result", "error", "duration_us", "memory_kb",
        ])
        #expect(json["variants"]?["local"]?["logs"]?.array?.first?.object?.keys == ["type", "message", "step"])
        variant.steps[0].durationMicroseconds = 7
        variant.steps[0].memoryKilobytes = nil
        let again = DryRunReport(local: variant, base: report.base, differences: report.differences, summary: summary, notChecked: ["x"])
        #expect(again.json(withTimings: false).text == report.json(withTimings: false).text)
    }

    @Test func erasAreOrderedByTime() {
        #expect(Era.allCases == Era.allCases.sorted())
    }
}
