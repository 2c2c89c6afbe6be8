import Models

/// One case of a plugin's own tests: events that go in, and what has to come of them.
///
/// A file of `tests/` in the plugin's folder, one JSON object:
/// `{"config", "attachments", "events", "era", "method", "fetch", "cassette", "clock", "seed", "expected"}`, all but `events` optional.
struct PluginTest: Sendable {
    /// "drops-internal", the file's name without ".json".
    let name: String
    let path: String
    /// The file as it is; `expected` is replaced in it.
    let json: JSONObject
    let options: DryRunOptions
    let era: Era
    let events: DryRunEvents
    let config: JSONObject

    private static let members = ["config", "events", "era", "method", "fetch", "cassette", "clock", "seed", "expected", "description"]

    init(path: String, name: String, _ bytes: [UInt8], defaults: JSONObject) throws(Problem) {
        self.path = path
        self.name = name
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw Self.mistake(path, "\(error)")
        }
        guard let object = value.object else { throw Self.mistake(path, "a test is a JSON object, and this is \(value.kindInWords)") }
        if let unknown = object.keys.first(where: { !Self.members.contains($0) }) {
            let near = NearestWord.find(unknown, in: Self.members).map { "; did you mean \"\($0)\"?" } ?? ""
            throw Self.mistake(path, "a test has no \"\(unknown)\"\(near)")
        }
        json = object
        era = try Self.era(object["era"], path)
        options = try Self.options(object, path)
        config = try Self.config(object["config"], path) ?? defaults
        let input = EventInput(projectID: ProjectID(1), siteURL: "", keepsIP: era <= .august2022)
        guard let given = object["events"]?.array else { throw Self.mistake(path, "\"events\" has to be a list of events") }
        var lines: [EventText] = []
        for (index, event) in given.enumerated() {
            do throws(EventInput.Mistake) {
                lines.append(EventText(try input.event(event).text))
            } catch {
                throw Self.mistake(path, "event \(index): \(error)")
            }
        }
        events = DryRunEvents(lines: lines, notes: [], newest: given.compactMap { $0["timestamp"]?.string.flatMap { Timestamp(iso8601: $0) } }.max())
    }

    /// What has to come of it; nil when nobody has said so yet.
    var expected: JSONValue? { json["expected"] }

    private static func mistake(_ path: String, _ why: String) -> Problem {
        Problem(.usage, code: "bad-test", subject: path, message: "\(path): \(why)")
    }

    /// As a server has it stored, where the case says so; a case without one runs as the web page fills in a new config.
    private static func config(_ value: JSONValue?, _ path: String) throws(Problem) -> JSONObject? {
        guard let value else { return nil }
        guard let object = value.object else { throw mistake(path, "\"config\" is an object, key to value, and this is \(value.kindInWords)") }
        return object
    }

    private static func era(_ value: JSONValue?, _ path: String) throws(Problem) -> Era {
        guard let value else { return .december2023 }
        guard let era = value.string.flatMap(Era.init) else {
            throw mistake(path, "\"era\" is one of \(Era.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return era
    }

    private static func options(_ object: JSONObject, _ path: String) throws(Problem) -> DryRunOptions {
        var options = DryRunOptions()
        options.comparesWithBase = false
        options.hasTimings = false
        if let mode = object["fetch"] {
            guard let mode = mode.string.flatMap(FetchPolicy.Mode.init), mode != .live else { throw mistake(path, "\"fetch\" is \"deny\", \"stub\" or \"replay\"") }
            options.fetch = mode
        }
        if let entries = object["cassette"]?.array {
            do throws(DecodeError) {
                for entry in entries { options.cassette.append(try CassetteEntry(entry)) }
            } catch {
                throw mistake(path, "\"cassette\": \(error)")
            }
            if object["fetch"] == nil { options.fetch = .replay }
        }
        if let method = object["method"]?.string { options.methods = [method] }
        if let clock = object["clock"] {
            guard let time = clock.string.flatMap({ Timestamp(iso8601: $0) }) else { throw mistake(path, "\"clock\" is a time, as in 2024-01-01T00:00:00Z") }
            options.clock = time
        }
        if let seed = object["seed"]?.int, seed >= 0 { options.seed = UInt64(seed) }
        return options
    }
}

extension PluginTest {
    /// What came of a run, in the form that `expected` has: without times, stacks, and whatever is empty.
    static func actual(_ variant: DryRunVariant) -> JSONValue {
        var object = JSONObject()
        if let error = variant.loadError { object["load_error"] = text(error) }
        object["steps"] = .array(variant.steps.map(step))
        if !variant.logs.isEmpty { object["logs"] = .array(variant.logs.map { .string("\($0.type.rawValue) \($0.message)") }) }
        if !variant.requests.isEmpty { object["requests"] = .array(variant.requests.map(request)) }
        if !variant.ending.captures.isEmpty { object["captures"] = .array(variant.ending.captures) }
        if !variant.ending.jobs.isEmpty { object["jobs"] = .array(variant.ending.jobs) }
        if !variant.ending.storage.isEmpty { object["storage"] = .object(variant.ending.storage) }
        return .object(object)
    }

    private static func step(_ step: DryRunStep) -> JSONValue {
        var object = JSONObject([.init(key: "method", value: .string(step.method))])
        if let event = step.event { object["event"] = JSONValue(event) }
        if step.outcome != .returned { object["outcome"] = .string(step.outcome.rawValue) }
        if let result = step.result, !result.isNull { object["result"] = plain(result) }
        if let error = step.error { object["error"] = text(error) }
        return .object(object)
    }

    /// Without the server's notes about which plugins an event went through.
    private static func plain(_ result: JSONValue) -> JSONValue {
        guard var object = result.object, let properties = object["properties"]?.object else { return result }
        object["properties"] = .object(JSONObject(properties.members.filter { !$0.key.hasPrefix("$plugins_") }))
        return .object(object)
    }

    private static func text(_ error: DryRunError) -> JSONValue { .string(error.name.isEmpty ? error.message : "\(error.name): \(error.message)") }

    private static func request(_ request: DryRunRequest) -> JSONValue {
        var object = JSONObject([.init(key: "method", value: .string(request.method)), .init(key: "url", value: .string(request.url))])
        if !request.body.isNull { object["body"] = request.body }
        return .object(object)
    }
}
