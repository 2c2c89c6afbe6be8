import DemoInstance
import Models

/// Replays a recording against the pure function and tells where the answers differ.
struct Conformance {
    let recording: Recording
    private var state: DemoState

    init(_ server: RecordedServer) throws {
        recording = try Recording(server)
        state = try recording.start()
    }

    /// Differences by file; an empty list is an exchange that came out as recorded.
    mutating func run() throws -> [(file: String, differences: [String])] {
        var results: [(file: String, differences: [String])] = []
        for file in recording.files {
            for change in recording.changes(before: file) { try state.apply(recordedChange: change) }
            if recording.server.rules[file] == .notSent { continue }
            if file == "215-rate-limited.json" { fillCounter() }
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
        let rule = recording.server.rules[exchange.file]
        let text = String(decoding: answer.body, as: UTF8.self)
        var differences: [String] = []
        if answer.status != expected.status { differences.append("status \(answer.status), recorded \(expected.status)") }
        if rule == .statusOnly { return differences }
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
        let comparison = Comparison(
            file: exchange.file, rule: rule, isUnordered: recording.unordered.contains(exchange.file))
        return differences + comparison.differences(body, expected.body)
    }
}
