extension DryRunStep {
    /// Reads a message of a sandbox when it is the usual one: a step without an error, spelled as this program would spell it.
    ///
    /// nil for all others, which may be just as right: they are read as any message. The result stays text until it is asked for.
    package init?(message line: [UInt8]) {
        let step = line.withUnsafeBytes { bytes -> DryRunStep? in
            var spelling = JSONSpelling(bytes)
            guard spelling.take(#"{"type":"step","method":"#), let method = spelling.string(), spelling.take(#","event":"#) else { return nil }
            var event: Int?
            if !spelling.take("null") {
                event = spelling.count()
                if event == nil { return nil }
            }
            guard spelling.take(#","outcome":""#), let outcome = DryRunStep.outcome(&spelling), spelling.take(#"","result":"#) else { return nil }
            let start = spelling.index
            guard spelling.value(depth: 1) else { return nil }
            let result = start..<spelling.index
            guard spelling.take(#","error":null,"duration_us":"#), let duration = spelling.count() else { return nil }
            let isAfterLoss = spelling.take(#","after_state_loss":true"#)
            guard spelling.takeByte("}"), spelling.isAtEnd, spelling.isText, let name = DryRunStep.name(spelling, method) else { return nil }
            var step = DryRunStep(method: name, event: event, outcome: outcome, durationMicroseconds: duration)
            step.isAfterStateLoss = isAfterLoss
            if !spelling.equals(result, "null") { step.storedResult = LazyJSON(text: line[result]) }
            return step
        }
        guard let step else { return nil }
        self = step
    }

    private static func outcome(_ spelling: inout JSONSpelling) -> Outcome? {
        // Those that come without an error.
        if spelling.take("returned") { return .returned }
        return spelling.take("dropped") ? .dropped : nil
    }

    /// The method's name, when it is written without escapes.
    private static func name(_ spelling: JSONSpelling, _ range: Range<Int>) -> String? {
        if spelling.equals(range, "processEvent") { return "processEvent" }
        let bytes = spelling.bytes[range]
        return bytes.contains(UInt8(ascii: "\\")) ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the text of `json(withTimings:)` without the brace that closes it, so that members can follow.
    package func write(openTo bytes: inout [UInt8], withTimings: Bool) {
        guard error == nil else {
            bytes.append(contentsOf: json(withTimings: withTimings).text.utf8.dropLast())
            return
        }
        if method == "processEvent" {
            bytes.append(contentsOf: #"{"method":"processEvent","event":"#.utf8)
        } else {
            bytes.append(contentsOf: #"{"method":"#.utf8)
            bytes.append(contentsOf: JSONValue.string(method).text.utf8)
            bytes.append(contentsOf: #","event":"#.utf8)
        }
        bytes.append(contentsOf: (event.map(String.init) ?? "null").utf8)
        bytes.append(contentsOf: #","outcome":""#.utf8)
        bytes.append(contentsOf: outcome.rawValue.utf8)
        bytes.append(contentsOf: #"","result":"#.utf8)
        if let storedResult { storedResult.write(to: &bytes) } else { bytes.append(contentsOf: "null".utf8) }
        bytes.append(contentsOf: #","error":null"#.utf8)
        if withTimings, let durationMicroseconds { bytes.append(contentsOf: ",\"duration_us\":\(durationMicroseconds)".utf8) }
        if withTimings, let memoryKilobytes { bytes.append(contentsOf: ",\"memory_kb\":\(memoryKilobytes)".utf8) }
        if isAfterStateLoss { bytes.append(contentsOf: #","after_state_loss":true"#.utf8) }
    }
}
