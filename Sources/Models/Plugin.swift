/// An answer of the server that lacks what it must have, and where.
package struct DecodeError: Error, Sendable, Equatable, CustomStringConvertible {
    package let entity: String
    package let field: String
    package let found: String

    package var description: String {
        field.isEmpty ? "\(entity) is no object (found \(found))" : "\(entity) has no usable \"\(field)\" (found \(found))"
    }
}

extension JSONValue {
    /// An id that the server has given; those below 1 are no one's, and a negative one would be a draft of ours.
    func id(_ field: String, of entity: String) throws(DecodeError) -> Int64 {
        let value = self[field]
        guard let id = value?.int else { throw DecodeError(entity: entity, field: field, found: value?.kind ?? "nothing") }
        guard id >= 1 else { throw DecodeError(entity: entity, field: field, found: "\(id)") }
        return id
    }
}

/// A plugin ("app") that is installed on the instance.
package struct Plugin: Sendable, Equatable {
    package let id: PluginID
    package let name: String
    /// "local", "custom", "repository", "source", or one that this version does not know.
    package let type: String?
    package let url: String?
    /// The installed version: a commit, a tag or an npm version.
    package let tag: String?
    package let latestTag: String?
    package let isGlobal: Bool
    package let description: String?
    package let schema: ConfigSchema
    /// The server's object with every field, known or not.
    package let json: JSONValue

    /// - Throws: `DecodeError` when `id` is missing or no integer from 1 on; everything else is optional in some version.
    package init(_ json: JSONValue) throws(DecodeError) {
        let id = try json.id("id", of: "plugin")
        self.id = PluginID(id)
        name = json["name"]?.string ?? Plugin.unnamed(PluginID(id))
        type = json["plugin_type"]?.string
        url = json["url"]?.string
        tag = json["tag"]?.string
        latestTag = json["latest_tag"]?.string
        isGlobal = json["is_global"]?.bool ?? false
        description = json["description"]?.string
        schema = ConfigSchema(json["config_schema"] ?? .object(JSONObject()))
        self.json = json
    }

    /// The part that people change; the rest (capabilities, metrics, …) moves by itself and never makes a version.
    package var writableContent: JSONValue {
        var content = JSONObject()
        for key in ["name", "description", "url", "icon", "tag", "is_global", "config_schema"] {
            content[key] = json[key] ?? .null
        }
        return .object(content)
    }

    /// What a plugin without a name is called.
    static func unnamed(_ id: PluginID) -> String { "plugin \(id)" }

    /// The organization that may read and write the plugin; nil when the server does not say.
    package var organizationID: OrganizationID? { json["organization_id"]?.string.map(OrganizationID.init(rawValue:)) }
}
