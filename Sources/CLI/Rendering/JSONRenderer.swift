import Models

/// Writes an envelope as JSON: one document, or with NDJSON one object a line.
enum JSONRenderer {
    static func document(_ envelope: Envelope, isPretty: Bool) -> String {
        let value = JSONValue.object(members(of: envelope, withResult: true))
        return TerminalEscape.json(isPretty ? value.prettyText : value.text) + "\n"
    }

    /// The result's items, unless they were streamed, then the envelope without its result.
    static func lines(_ envelope: Envelope) -> String {
        let items = envelope.isStreamed ? [] : items(of: envelope.result.result)
        let last = JSONValue.object(members(of: envelope, withResult: false))
        return (items + [last]).map(line).joined()
    }

    static func line(_ value: JSONValue) -> String {
        TerminalEscape.json(value.text) + "\n"
    }

    /// The same for the UTF-8 of JSON in the spelling of `JSONValue.text`, without the end of the line.
    static func lineWithoutEnd(_ text: [UInt8]) -> [UInt8] {
        // Only characters beyond ASCII are left to be escaped.
        let isPlain = text.reduce(UInt8(0), |) < 0x80
        return isPlain ? text : Array(TerminalEscape.json(String(decoding: text, as: UTF8.self)).utf8)
    }

    private static func items(of result: JSONValue?) -> [JSONValue] {
        guard let result else { return [] }
        return result.array ?? [result]
    }

    private static func members(of envelope: Envelope, withResult: Bool) -> JSONObject {
        var object = JSONObject()
        object["command"] = JSONValue(envelope.command)
        object["outcome"] = .string(envelope.outcome)
        object["exit_status"] = JSONValue(Int(envelope.status.rawValue))
        object["context"] = JSONValue(envelope.context)
        object["freshness"] = freshness(envelope)
        if withResult { object["result"] = envelope.result.result ?? .null }
        object["problems"] = .array(envelope.result.problems.map(problem))
        return object
    }

    /// The collections with the time of their last pull and their age; null when nothing was read from the mirror.
    private static func freshness(_ envelope: Envelope) -> JSONValue {
        guard !envelope.result.freshness.isEmpty else { return .null }
        return .array(
            envelope.result.freshness.map { entry in
                let age = entry.pulledAtMilliseconds.map { JSONValue((envelope.nowMilliseconds - $0) / 1000) }
                return [
                    "collection": .string(entry.collection),
                    "pulled_at": JSONValue(entry.pulledAtMilliseconds.map(TimeText.timestamp)),
                    "age_seconds": age ?? .null,
                ]
            })
    }

    private static func problem(_ problem: Problem) -> JSONValue {
        [
            "code": .string(problem.code),
            "subject": problem.subject.isEmpty ? .null : .string(problem.subject),
            "message": .string(problem.message),
            "next": JSONValue(problem.next),
        ]
    }
}
