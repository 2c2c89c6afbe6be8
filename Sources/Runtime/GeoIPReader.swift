import Models

/// Looks addresses up in a MaxMind City database, and shapes what it finds as the server's library does.
struct GeoIPReader {
    private let database: MaxMindDatabase

    /// nil when the bytes are no such database. They have to stay where they are.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let database = MaxMindDatabase(bytes) else { return nil }
        self.database = database
    }

    /// The City model; nil when the address is unknown, or none.
    func locate(_ address: String) -> JSONValue? {
        guard let ip = IPAddress(address), let (record, prefix) = database.find(ip) else { return nil }
        var model = JSONObject()
        for part in ["city", "continent", "country", "location", "postal", "registered_country", "represented_country", "subdivisions"] {
            model[GeoIPReader.camelCase(part)] =
                record[part].map(GeoIPReader.renamed) ?? (part == "subdivisions" ? JSONValue.array([]) : .object(JSONObject()))
        }
        if let maxmind = record["maxmind"] { model["maxmind"] = GeoIPReader.renamed(maxmind) }
        var traits = record["traits"].map(GeoIPReader.renamed)?.object ?? JSONObject()
        traits["ipAddress"] = .string(address)
        traits["network"] = .string(GeoIPReader.network(ip, prefix))
        model["traits"] = .object(traits)
        return .object(model)
    }

    /// Keys in camel case; names of languages stay as they are.
    private static func renamed(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): .array(elements.map(renamed))
        case .object(let object):
            .object(
                JSONObject(
                    object.members.map { member in
                        .init(key: camelCase(member.key), value: member.key == "names" ? member.value : renamed(member.value))
                    }))
        default: value
        }
    }

    private static func camelCase(_ key: String) -> String {
        let words = key.split(separator: "_")
        guard let first = words.first else { return key }
        return first + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static func network(_ address: IPAddress, _ prefix: Int) -> String {
        var bytes = address.bytes
        for index in bytes.indices {
            let kept = min(8, max(0, prefix - index * 8))
            bytes[index] &= kept == 0 ? 0 : UInt8(truncatingIfNeeded: 0xFF << (8 - kept))
        }
        return "\(text(bytes))/\(max(0, prefix))"
    }

    private static func text(_ bytes: [UInt8]) -> String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        var groups = stride(from: 0, to: 16, by: 2).map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }
        while groups.count > 1, groups.last == "0" { groups.removeLast() }
        return groups.joined(separator: ":") + (groups.count < 8 ? "::" : "")
    }
}
