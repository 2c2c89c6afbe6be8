/// An event that the instance has stored: personal data, mirrored as a sample for dry runs.
package struct SampleEvent: Sendable, Equatable {
    /// A UUID; an integer's digits on old installs.
    package let id: String
    package let event: String
    package let distinctID: String
    package let atText: String
    /// The server's object, whole.
    package let json: JSONValue

    /// nil when it lacks what makes it an event.
    package init?(_ json: JSONValue) {
        guard let id = json["id"]?.string ?? json["id"]?.int.map(String.init), let event = json["event"]?.string else { return nil }
        self.id = id
        self.event = event
        distinctID = json["distinct_id"]?.string ?? ""
        atText = json["timestamp"]?.string ?? ""
        self.json = json
    }
}

/// One line of the instance's activity log: who changed what.
package struct ActivityEntry: Sendable, Equatable {
    /// "Plugin" or "PluginConfig".
    package let scope: String
    /// The id as the server writes it: a string. Of `order_changed` it is the config's, whatever the scope.
    package let itemID: String
    /// "config_updated", "enabled", …
    package let activity: String
    package let atText: String
    /// The server's object, whole; before and after of changes are in it.
    package let json: JSONValue

    /// nil when it lacks what makes it an entry.
    package init?(_ json: JSONValue) {
        guard let scope = json["scope"]?.string, let activity = json["activity"]?.string, let at = json["created_at"]?.string
        else { return nil }
        self.scope = scope
        self.activity = activity
        itemID = json["item_id"]?.string ?? json["item_id"]?.int.map(String.init) ?? ""
        atText = at
        self.json = json
    }

    /// Who did it: an e-mail address, a name, or "" for the server itself.
    package var author: String { json["user"]?["email"]?.string ?? json["user"]?["first_name"]?.string ?? "" }

    /// Tells entries apart, which have no id; holds nothing of their values, so that it may outlive a redaction.
    package var key: String {
        ([.string(atText), .string(scope), .string(itemID), .string(activity), .string(author)] as JSONValue).digest
    }

    /// The entry with the values of these fields redacted, as configs are.
    package func redacted(_ redaction: SecretRedaction, secretKeys: Set<String>) -> JSONValue {
        guard !secretKeys.isEmpty, var entry = json.object, var detail = entry["detail"]?.object,
            let changes = detail["changes"]?.array
        else { return json }
        detail["changes"] = .array(
            changes.map { change in
                guard var object = change.object, let field = object["field"]?.string, secretKeys.contains(field) else { return change }
                for side in ["before", "after"] {
                    if let value = object[side] { object[side] = redaction.redacted(value) }
                }
                return .object(object)
            })
        entry["detail"] = .object(detail)
        return .object(entry)
    }
}
