extension EventInput {
    /// The time in an event that goes through as it is written.
    package enum Passage: Sendable, Equatable {
        /// It has to be read as a value, and may be no event at all.
        case asValue
        /// `event(line:)` would give this very text.
        case asText(timestamp: String?)
    }

    /// Tells whether a line is an event of a plugin server in the spelling that it will have: most are, and need not be read twice.
    package static func passage(_ line: UnsafeRawBufferPointer) -> Passage {
        var spelling = JSONSpelling(line)
        var names = 0
        var teams = 0
        var properties = 0
        var times = 0
        var timestamp: Range<Int>?
        let isEvent = spelling.object(depth: 0) { spelling, name in
            if spelling.equals(name, "event") {
                names += 1
                return spelling.string() != nil
            }
            if spelling.equals(name, "team_id") { teams += 1 }
            if spelling.equals(name, "properties") {
                properties += 1
                return EventInput.plainProperties(&spelling)
            }
            guard spelling.equals(name, "timestamp") else { return spelling.value(depth: 1) }
            times += 1
            guard spelling.next == UInt8(ascii: "\"") else { return spelling.value(depth: 1) }
            timestamp = spelling.string()
            return timestamp != nil
        }
        guard isEvent, spelling.isAtEnd, names == 1, teams == 1, properties <= 1, times <= 1, spelling.isText else { return .asValue }
        guard let timestamp else { return .asText(timestamp: nil) }
        let text = line[timestamp]
        return text.contains(UInt8(ascii: "\\")) ? .asValue : .asText(timestamp: String(decoding: text, as: UTF8.self))
    }

    /// Steps over a value without members that would be taken out.
    private static func plainProperties(_ spelling: inout JSONSpelling) -> Bool {
        guard spelling.next == UInt8(ascii: "{") else { return spelling.value(depth: 1) }
        return spelling.object(depth: 1) { spelling, name in
            !spelling.begins(name, with: "$plugins_") && spelling.value(depth: 2)
        }
    }
}
