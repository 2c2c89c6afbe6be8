import DemoInstance
import Models

/// Makes two bodies comparable: what a recording calls volatile is replaced by whether it has the right form, and free
/// orders are sorted.
struct Comparison {
    let file: String
    let rule: RecordedServer.Rule?
    /// The recording says that the list in this body has no order of its own.
    let isUnordered: Bool

    func differences(_ left: JSONValue, _ right: JSONValue) -> [String] {
        let (left, right) = (comparable(left), comparable(right))
        return left == right ? [] : Comparison.paths(left, right, at: "body")
    }

    private func comparable(_ body: JSONValue) -> JSONValue {
        let body = Comparison.stableTimes(body, isActivity: file.contains("activity"))
        if isUnordered { return Comparison.rows(body) { Comparison.sorted($0) { $0["id"]?.int.map(String.init) ?? "" } } }
        switch rule {
        case .freeOrderInAnInstant:
            return Comparison.rows(body) { rows in
                Comparison.sorted(rows) { ($0["timestamp"]?.string ?? "") + ($0["id"]?.string ?? "") }
            }
        case .anyOfAnInstant: return Comparison.rows(body) { Comparison.withoutIdentityInAnInstant($0) }
        case .figures: return Comparison.withoutFigures(body)
        case .timeOfUse: return Comparison.rows(body) { $0.map { Comparison.timeReplaced($0, "last_used_at") } }
        case .seconds:
            guard case .object(var object) = body, let detail = object["detail"]?.string else { return body }
            object["detail"] = .string(detail.split(separator: " ").filter { Int($0) == nil }.joined(separator: " "))
            return .object(object)
        case .notSent, .statusOnly, nil: return body
        }
    }

    /// Entries that share their time with another one, by that time alone.
    private static func withoutIdentityInAnInstant(_ rows: [JSONValue]) -> [JSONValue] {
        rows.map { row in
            let instant = row["timestamp"]
            return rows.count(where: { $0["timestamp"] == instant }) > 1 ? ["timestamp": instant ?? .null] : row
        }
    }

    /// Rows of the instance's status with the values that tell versions of PostHog and what is alive.
    private static func withoutFigures(_ body: JSONValue) -> JSONValue {
        .array(
            (body["results"]?["overview"]?.array ?? []).map { row in
                let isFigure = row["key"] == nil || row["key"] == "pg_version"
                let value: JSONValue = isFigure ? .null : row["value"] ?? .null
                return ["key": row["key"] ?? .null, "metric": row["metric"] ?? .null, "value": value]
            })
    }

    /// `created_at` of configs and activity entries is the time of the exchange.
    private static func stableTimes(_ value: JSONValue, isActivity: Bool) -> JSONValue {
        switch value {
        case .array(let values): return .array(values.map { stableTimes($0, isActivity: isActivity) })
        case .object(var object):
            for member in object.members { object[member.key] = stableTimes(member.value, isActivity: isActivity) }
            guard isActivity || object["plugin_info"] != nil else { return .object(object) }
            return timeReplaced(.object(object), "created_at")
        default: return value
        }
    }

    private static func timeReplaced(_ value: JSONValue, _ key: String) -> JSONValue {
        guard case .object(var object) = value, let time = object[key]?.string, DemoInstant(time) != nil else { return value }
        object[key] = "a time"
        return .object(object)
    }

    /// The body with its rows, which are the body itself or its `results`, changed.
    private static func rows(_ body: JSONValue, _ change: ([JSONValue]) -> [JSONValue]) -> JSONValue {
        if case .array(let rows) = body { return .array(change(rows)) }
        guard case .object(var object) = body, let rows = object["results"]?.array else { return body }
        object["results"] = .array(change(rows))
        return .object(object)
    }

    private static func sorted(_ rows: [JSONValue], by key: (JSONValue) -> String) -> [JSONValue] {
        rows.sorted { key($0) < key($1) }
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
