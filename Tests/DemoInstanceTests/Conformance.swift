import DemoInstance
import Models

/// Replays the recording against the pure function and tells where the answers differ.
struct Conformance {
    let recording: Recording
    private var state: DemoState

    init() throws {
        recording = try Recording()
        state = try recording.start()
    }

    /// Differences by file; an empty list is an exchange that came out as recorded.
    mutating func run() throws -> [(file: String, differences: [String])] {
        var results: [(file: String, differences: [String])] = []
        for file in recording.files {
            for change in recording.changes(before: file) { try state.apply(recordedChange: change) }
            if file == "215-rate-limited.json" { fillCounter() }
            // The races have no one answer, and 117 is a look into the database.
            if recording.skipped.contains(file), !file.contains("rate-limited") { continue }
            var differences: [String] = []
            for exchange in try recording.exchanges(in: file) { differences += answerDifferences(exchange) }
            results.append((file, differences))
        }
        return results
    }

    private mutating func fillCounter() {
        let request = DemoRequest(
            "GET", "/api/projects/1/plugin_configs/1/logs?limit=1",
            headers: [DemoHeader("Authorization", "Bearer phx_test_token_admin")])
        for _ in 0..<480 { _ = respond(to: request, state: &state, clock: recording.clock) }
    }

    private mutating func answerDifferences(_ exchange: Recording.Exchange) -> [String] {
        let answer = respond(to: exchange.request, state: &state, clock: recording.clock)
        let expected = exchange.expected
        let text = String(decoding: answer.body, as: UTF8.self)
        var differences: [String] = []
        if answer.status != expected.status { differences.append("status \(answer.status), recorded \(expected.status)") }
        let contentType = answer.headers.first { $0.name == "Content-Type" }?.value
        if contentType != expected.contentType {
            differences.append("content type \(contentType ?? "none"), recorded \(expected.contentType ?? "none")")
        }
        if expected.retryAfter != nil {
            let seconds = answer.headers.first { $0.name == "Retry-After" }?.value ?? ""
            let isRight = (1...2).contains(seconds.utf8.count) && Int(seconds) != nil && text.contains(" \(seconds) second")
            if !isRight { differences.append("Retry-After \(seconds)") }
        }
        if expected.body.isNull {
            if text != expected.text { differences.append("text \(text), recorded \(expected.text)") }
            return differences
        }
        guard let body = try? JSONValue(parsing: text) else { return differences + ["no JSON: \(text.prefix(200))"] }
        let file = exchange.file
        let (left, right) = (comparable(body, file), comparable(expected.body, file))
        if left != right { differences += Conformance.paths(left, right, at: "body") }
        return differences
    }

    /// The body with what the recording calls volatile replaced by whether it has the right form, and free orders sorted.
    private func comparable(_ body: JSONValue, _ file: String) -> JSONValue {
        var body = Conformance.stableTimes(body, isActivity: file.contains("activity"))
        if recording.unordered.contains(file) { body = Conformance.sorted(body) { $0["id"]?.int.map(String.init) ?? "" } }
        if file == "172-logs-same-instant.json" {
            body = Conformance.sorted(body) { ($0["timestamp"]?.string ?? "") + ($0["id"]?.string ?? "") }
        }
        if file.contains("rate-limited"), case .object(var object) = body, let detail = object["detail"]?.string {
            object["detail"] = .string(detail.split(separator: " ").filter { Int($0) == nil }.joined(separator: " "))
            body = .object(object)
        }
        return body
    }

    /// `created_at` of configs and activity entries is the time of the exchange.
    private static func stableTimes(_ value: JSONValue, isActivity: Bool) -> JSONValue {
        switch value {
        case .array(let values): return .array(values.map { stableTimes($0, isActivity: isActivity) })
        case .object(var object):
            for member in object.members { object[member.key] = stableTimes(member.value, isActivity: isActivity) }
            if isActivity || object["plugin_info"] != nil, let time = object["created_at"]?.string {
                object["created_at"] = DemoInstant(time) == nil ? .string(time) : "a time"
            }
            return .object(object)
        default: return value
        }
    }

    private static func sorted(_ body: JSONValue, by key: (JSONValue) -> String) -> JSONValue {
        if case .array(let rows) = body { return .array(rows.sorted { key($0) < key($1) }) }
        guard case .object(var object) = body, let rows = object["results"]?.array else { return body }
        object["results"] = .array(rows.sorted { key($0) < key($1) })
        return .object(object)
    }

    /// Where two values differ, for the message.
    private static func paths(_ left: JSONValue, _ right: JSONValue, at path: String) -> [String] {
        if left == right { return [] }
        if let a = left.object, let b = right.object {
            return Set(a.keys + b.keys).sorted().flatMap { key -> [String] in
                guard let x = a[key], let y = b[key] else { return ["\(path).\(key) is on one side only"] }
                return paths(x, y, at: "\(path).\(key)")
            }
        }
        if let a = left.array, let b = right.array, a.count == b.count {
            return zip(a, b).enumerated().flatMap { paths($1.0, $1.1, at: "\(path)[\($0)]") }
        }
        return ["\(path) is \(left.text.prefix(300)), recorded \(right.text.prefix(300))"]
    }
}
