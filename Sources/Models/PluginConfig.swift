/// A plugin's configuration in one project, as the server served it.
package struct PluginConfig: Sendable, Equatable {
    package let id: PluginConfigID
    package let pluginID: PluginID
    package let projectID: ProjectID
    package let content: ConfigContent
    /// The server's object with every field, known or not, but `plugin_info`, which is the plugin's own.
    package let json: JSONValue

    /// - Parameters:
    ///   - secretKeys: Every key that any known schema of the plugin ever marked secret.
    ///   - redaction: Applied before anything is kept.
    package init(
        _ json: JSONValue, secretKeys: Set<String>, redaction: SecretRedaction
    ) throws(DecodeError) {
        let row = try Row(json)
        id = row.id
        pluginID = row.pluginID
        projectID = row.projectID
        var object = row.object
        object["config"] = .object(redaction.redacted(row.config, secretKeys: secretKeys))
        object["plugin_info"] = nil
        self.json = .object(object)
        content = ConfigContent(serverJSON: self.json, secretKeys: secretKeys)
    }

    /// As stored: redacted when it was pulled, its keys checked then.
    package init(id: PluginConfigID, pluginID: PluginID, projectID: ProjectID, json: JSONValue, secretKeys: Set<String>) {
        self.id = id
        self.pluginID = pluginID
        self.projectID = projectID
        self.json = json
        content = ConfigContent(serverJSON: json, secretKeys: secretKeys)
    }
}

extension PluginConfig {
    /// What makes a JSON a config: asked of each row before it is known what is secret in it.
    package struct Row {
        package let id: PluginConfigID
        let pluginID: PluginID
        let projectID: ProjectID
        let object: JSONObject
        let config: JSONObject

        package init(_ json: JSONValue) throws(DecodeError) {
            guard let object = json.object else { throw DecodeError(entity: "config", field: "", found: json.kind) }
            id = PluginConfigID(try json.id("id", of: "config"))
            pluginID = PluginID(try json.id("plugin", of: id.subject))
            projectID = ProjectID(try json.id("team_id", of: id.subject))
            guard let config = object["config"]?.object else {
                throw DecodeError(entity: id.subject, field: "config", found: object["config"]?.kind ?? "nothing")
            }
            self.object = object
            self.config = config
        }
    }
}

/// The writable content of a config: what people change, what a version is, what a push compares.
///
/// Attachments are told apart from values by their descriptor. A null secret counts as absent: the server adds such keys
/// by itself. Marker keys of its renderer (`x::nan`, `x::inf`) are left out.
package struct ConfigContent: Sendable, Equatable {
    package var enabled: Bool
    package var order: Int64?
    package var values: JSONObject
    package var attachments: [String: AttachmentInfo]
    /// 2023-11-07 and later, null before.
    package var isDeleted: Bool

    package init(
        enabled: Bool, order: Int64?, values: JSONObject = JSONObject(), attachments: [String: AttachmentInfo] = [:],
        isDeleted: Bool = false
    ) {
        self.enabled = enabled
        self.order = order
        self.values = values
        self.attachments = attachments
        self.isDeleted = isDeleted
    }

    init(serverJSON json: JSONValue, secretKeys: Set<String>) {
        enabled = json["enabled"]?.bool ?? false
        order = json["order"]?.int
        isDeleted = json["deleted"]?.bool ?? false
        values = JSONObject()
        attachments = [:]
        for member in json["config"]?.object?.effective ?? [] {
            if let attachment = AttachmentInfo(member.value) {
                attachments[member.key] = attachment
            } else if !ConfigContent.isInvisible(member, secretKeys: secretKeys) {
                values[member.key] = member.value
            }
        }
    }

    private static func isInvisible(_ member: JSONObject.Member, secretKeys: Set<String>) -> Bool {
        (member.value.isNull && secretKeys.contains(member.key)) || member.key.hasSuffix("::nan")
            || member.key.hasSuffix("::inf")
    }

    /// One JSON for all equal contents, for history and digests.
    package var json: JSONValue {
        var attached = JSONObject()
        for (key, info) in attachments.sorted(by: { $0.key < $1.key }) {
            attached[key] = info.json
        }
        return [
            "enabled": .bool(enabled), "order": order.map { JSONValue($0) } ?? .null, "config": .object(values),
            "attachments": .object(attached), "deleted": .bool(isDeleted),
        ]
    }

    package var digest: String { json.digest }
}

extension ConfigContent {
    /// The same with nothing told of these keys but whether they are set: what stays when a key becomes a secret or stops
    /// being one, and the server shows its value in another way.
    package func concealing(_ keys: Set<String>) -> ConfigContent {
        var content = self
        for key in keys {
            guard let value = values[key] else { continue }
            content.values[key] = value.isNull ? nil : value == "" ? "" : .string(Secret.mask)
        }
        return content
    }

    /// Takes what `json` gave; nil for anything else.
    package init?(storedJSON json: JSONValue) {
        guard let enabled = json["enabled"]?.bool, let values = json["config"]?.object,
            let attached = json["attachments"]?.object
        else { return nil }
        self.init(
            enabled: enabled, order: json["order"]?.int, values: values, isDeleted: json["deleted"]?.bool ?? false)
        for member in attached.members {
            guard let info = AttachmentInfo(shown: member.value) else { return nil }
            attachments[member.key] = info
        }
    }
}
