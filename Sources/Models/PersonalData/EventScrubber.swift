/// Takes out of an event what says who somebody is, and leaves what a plugin trips over: names, kinds, shapes, and plain words.
///
/// Nothing is kept because it looks harmless to a list of bad words alone: a text stays only when it is one plain word, a URL
/// without query, a time, or a value that PostHog's own libraries write about programs. What was taken out is remembered, to be taken
/// out of messages about the same event as well.
package struct EventScrubber: Sendable {
    package private(set) var summary = PersonalDataSummary()
    /// The texts that were replaced, of three characters at least.
    package private(set) var removed: Set<String> = []

    package init() {}

    /// The event with placeholders where personal data was.
    package mutating func scrub(_ event: JSONValue) -> JSONValue { scrub(event, key: "", isPersonal: false) }

    /// A text about the same event: a message, a stack, a line of a log.
    package mutating func scrub(text: String) -> String {
        var scrubber = TextScrubber(removed: removed)
        let result = scrubber.scrub(text)
        summary = summary + scrubber.summary
        return result
    }

    /// The event as it is, but for what is a key to something: for who has asked for personal data.
    package static func withoutSecrets(_ event: JSONValue) -> JSONValue { withoutSecrets(event, key: "") }

    private static func withoutSecrets(_ value: JSONValue, key: String) -> JSONValue {
        switch value {
        case .null, .bool, .number: return value
        case .string(let text):
            if PersonalKeys.isSecret(key), !text.isEmpty { return .string(PersonalDataSummary.Kind.secret.placeholder) }
            var scrubber = TextScrubber(keepsPersons: true)
            return .string(scrubber.scrub(text))
        case .array(let values): return .array(values.map { withoutSecrets($0, key: key) })
        case .object(let object):
            return .object(JSONObject(object.members.map { .init(key: $0.key, value: withoutSecrets($0.value, key: $0.key)) }))
        }
    }

    private mutating func scrub(_ value: JSONValue, key: String, isPersonal: Bool) -> JSONValue {
        switch value {
        case .null, .bool: return value
        case .number(let number): return scrub(number, key: key, isPersonal: isPersonal)
        case .string(let text): return .string(scrub(text, key: key, isPersonal: isPersonal))
        case .array(let values): return .array(values.map { scrub($0, key: key, isPersonal: isPersonal) })
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.map { member in
                        let isInner = isPersonal || EventScrubber.isPersonal(member.key)
                        return JSONObject.Member(key: scrub(key: member.key), value: scrub(member.value, key: member.key, isPersonal: isInner))
                    }))
        }
    }

    /// Properties of a person are personal whatever they are called.
    private static func isPersonal(_ key: String) -> Bool {
        ["$set", "$set_once", "$unset", "$group_set"].contains(key) || PersonalKeys.isPersonal(key)
    }

    /// A key that somebody made of an address.
    private mutating func scrub(key: String) -> String {
        var scrubber = TextScrubber()
        let result = scrubber.scrub(key)
        summary = summary + scrubber.summary
        return result
    }

    private mutating func scrub(_ number: JSONNumber, key: String, isPersonal: Bool) -> JSONValue {
        let digits = number.text.utf8.count { (0x30...0x39).contains($0) }
        let isTime = PersonalKeys.words(of: key).contains { ["time", "timestamp", "at", "ms", "duration", "offset"].contains($0) }
        let isLong = digits >= 7 && !isTime && !number.text.utf8.contains(UInt8(ascii: "."))
        guard isPersonal || isLong else { return .number(number) }
        return .string(hide(number.text, .number))
    }

    private mutating func scrub(_ text: String, key: String, isPersonal: Bool) -> String {
        if text.isEmpty { return text }
        if PersonalKeys.isSecret(key) { return hide(text, .secret) }
        if let kind = TextShape.kind(of: text) { return hide(text, kind) }
        if isPersonal { return hide(text, .person) }
        if PersonalKeys.isKnownSafe(key) { return cleaned(text) }
        if let url = TextShape.url(text) {
            if url != text { summary.add(.text) }
            return url
        }
        return TextShape.isPlain(text) ? text : hide(text, .text)
    }

    /// Of a known property too, only what has no address in it.
    private mutating func cleaned(_ text: String) -> String {
        var scrubber = TextScrubber()
        let result = scrubber.scrub(text)
        summary = summary + scrubber.summary
        return result
    }

    private mutating func hide(_ text: String, _ kind: PersonalDataSummary.Kind) -> String {
        if text.count >= 3 { removed.insert(text) }
        summary.add(kind)
        return kind == .text ? "\u{2039}text, \(text.count) characters\u{203A}" : kind.placeholder
    }
}
