/// One place in which two versions of a value differ.
package struct FieldDifference: Sendable, Equatable {
    /// "properties.amount_eur", "elements[0].text", `properties["a b"]`; "" is the value itself.
    package let path: String
    /// nil where there is nothing.
    package let base: JSONValue?
    package let local: JSONValue?

    package init(path: String, base: JSONValue?, local: JSONValue?) {
        self.path = path
        self.base = base
        self.local = local
    }

    /// How bad it is that an event loses or changes this; the smaller, the worse.
    package var rank: Int {
        if FieldDifference.identity.contains(path) { return 0 }
        switch (base, local) {
        case (.some, nil): return 1
        case (.some(let before), .some(let after)): return before.kind == after.kind ? 3 : 2
        case (nil, _): return 4
        }
    }

    /// Whether the server wrote it, to note which plugins an event went through.
    package var isBookkeeping: Bool { path.hasPrefix("properties.$plugins_") }

    /// Members that say which event it is and whose.
    private static let identity: Set<String> = ["", "event", "distinct_id", "team_id", "uuid", "timestamp"]
}

/// The structural difference of two events, or of whatever else a plugin's methods return.
package enum EventDiff {
    /// The places that differ, the worst first: what makes it another event, then what is lost, what has another kind,
    /// another value, and last what is new. Places of one rank stay in the order of the local version.
    ///
    /// Values are compared by meaning. A member that JSON can't carry because it is `undefined` counts as absent, which
    /// is what becomes of it when the event goes on.
    package static func fields(base: JSONValue?, local: JSONValue?) -> [FieldDifference] {
        var found: [FieldDifference] = []
        collect(base, local, path: "", &found)
        return found.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element)
    }

    private static func collect(_ base: JSONValue?, _ local: JSONValue?, path: String, _ found: inout [FieldDifference]) {
        let (base, local) = (present(base), present(local))
        switch (base, local) {
        case (.some(.object(let before)), .some(.object(let after))) where !isMarked(before) && !isMarked(after):
            for key in keys(before, after) { collect(before[key], after[key], path: member(key, of: path), &found) }
        case (.some(.array(let before)), .some(.array(let after))):
            for index in 0..<max(before.count, after.count) {
                collect(
                    index < before.count ? before[index] : nil, index < after.count ? after[index] : nil, path: "\(path)[\(index)]", &found)
            }
        default:
            if base != local { found.append(FieldDifference(path: path, base: base, local: local)) }
        }
    }

    private static func present(_ value: JSONValue?) -> JSONValue? {
        value?["$"]?.string == "undefined" ? nil : value
    }

    /// Whether the object stands for a value that JSON has no form for: `{"$": "Date", "v": …}`.
    private static func isMarked(_ object: JSONObject) -> Bool { object["$"]?.string != nil }

    /// Those of the local version in its order, then those that only the base has.
    private static func keys(_ base: JSONObject, _ local: JSONObject) -> [String] {
        var seen: Set<[UInt8]> = []
        return (local.keys + base.keys).filter { seen.insert(Array($0.utf8)).inserted }
    }

    /// A path with one more member; a key that is no plain word stands in brackets and quotes.
    package static func member(_ key: String, of path: String) -> String {
        guard isPlain(key) else { return "\(path)[\(JSONValue.string(key).text)]" }
        return path.isEmpty ? key : "\(path).\(key)"
    }

    private static func isPlain(_ key: String) -> Bool {
        guard let first = key.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return key.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "$"), UInt8(ascii: "-"): true
            default: false
            }
        }
    }
}
