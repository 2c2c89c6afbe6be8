/// Turns what a person or the mirror has of an event into what a plugin server hands to a plugin.
///
/// Two forms come in: a plugin server's own events, which go through as they are, and events as the API shows them.
/// - Source: docs/journeys/prove-a-change.md, "Events".
package struct EventInput: Sendable, Equatable {
    /// The project whose events they are, where an event does not say.
    package let projectID: ProjectID
    package let siteURL: String
    /// Whether the server still had the sender's address in `ip` (until 2022).
    package let keepsIP: Bool

    package init(projectID: ProjectID, siteURL: String, keepsIP: Bool) {
        self.projectID = projectID
        self.siteURL = siteURL
        self.keepsIP = keepsIP
    }

    /// What is wrong with a line.
    package enum Mistake: Error, Sendable, Equatable, CustomStringConvertible {
        case notJSON(String)
        case noObject(String)
        case noName

        package var description: String {
            switch self {
            case .notJSON(let reason): "not JSON: \(reason)"
            case .noObject(let kind): "an event is a JSON object, and this is \(kind)"
            case .noName: "it has no \"event\": neither an event of a plugin server nor one of the API"
            }
        }
    }

    /// The event as a plugin gets it.
    ///
    /// `$plugins_…` properties are taken out: newer servers skip the plugins that they name.
    package func event(_ json: JSONValue) throws(Mistake) -> JSONValue {
        guard let object = json.object else { throw .noObject(json.kindInWords) }
        guard object["event"]?.string != nil else { throw .noName }
        return .object(EventInput.isOfAPI(object) ? mapped(object) : completed(object))
    }

    /// The event of one line of NDJSON.
    package func event(line: String) throws(Mistake) -> JSONValue {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: line)
        } catch {
            throw .notJSON("\(error.reason) at character \(error.offset + 1)")
        }
        return try event(json)
    }

    /// An API event has an `id` where a plugin server has `uuid` and `team_id`.
    private static func isOfAPI(_ object: JSONObject) -> Bool {
        object["team_id"] == nil && object["uuid"] == nil && object["id"] != nil
    }

    private func completed(_ object: JSONObject) -> JSONObject {
        var event = object
        if let properties = object["properties"]?.object { event["properties"] = .object(EventInput.stripped(properties)) }
        if event["team_id"] == nil { event["team_id"] = JSONValue(projectID.rawValue) }
        return event
    }

    private func mapped(_ object: JSONObject) -> JSONObject {
        let properties = EventInput.stripped(object["properties"]?.object ?? JSONObject())
        let timestamp = object["timestamp"].map(EventInput.utc) ?? .null
        var event = JSONObject()
        event["uuid"] = object["id"]?.string.map(JSONValue.string) ?? .string(object["id"]?.text ?? "")
        event["event"] = object["event"]
        event["distinct_id"] = .string(object["distinct_id"]?.string ?? object["distinct_id"]?.text ?? "")
        event["team_id"] = JSONValue(projectID.rawValue)
        event["ip"] = keepsIP ? properties["$ip"] ?? .null : .null
        event["site_url"] = .string(siteURL)
        event["now"] = timestamp
        event["timestamp"] = timestamp
        if let sentAt = properties["$sent_at"] { event["sent_at"] = sentAt }
        event["properties"] = .object(properties)
        for name in ["$set", "$set_once"] where properties[name]?.object != nil { event[name] = properties[name] }
        for name in ["elements", "elements_chain"] where object[name] != nil { event[name] = object[name] }
        return event
    }

    private static func stripped(_ properties: JSONObject) -> JSONObject {
        guard properties.members.contains(where: { $0.key.hasPrefix("$plugins_") }) else { return properties }
        return JSONObject(properties.members.filter { !$0.key.hasPrefix("$plugins_") })
    }

    /// The API writes an offset and microseconds; a plugin server writes UTC and milliseconds.
    private static func utc(_ value: JSONValue) -> JSONValue {
        value.string.flatMap { Timestamp(iso8601: $0) }.map { .string($0.iso8601) } ?? value
    }
}
