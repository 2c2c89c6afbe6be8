import Models

/// What `OPTIONS` says about the list of plugins.
enum PluginOptions {
    static func body(_ profile: DemoProfile) -> JSONValue {
        let named = Dictionary(uniqueKeysWithValues: fields.map { ($0.key, $0.value) })
        return [
            "name": "Plugin List", "description": "",
            "renders": profile.rendersHTML ? ["application/json", "text/html"] : ["application/json"],
            "parses": ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"],
            "actions": ["POST": AnswerFields.object(profile.fields.plugin) { named[$0] ?? .null }],
        ]
    }

    private static let fields: [JSONObject.Member] = [
        field("id", "integer", "ID", readOnly: true),
        .init(
            key: "plugin_type",
            value: [
                "type": "choice", "required": false, "read_only": false, "label": "Plugin type",
                "choices": .array(
                    ["local", "custom", "repository", "source"].map { ["value": .string($0), "display_name": .string($0)] }),
            ]),
        field("name", "string", "Name", maximumLength: 200),
        field("description", "string", "Description"),
        field("url", "field", "Url", readOnly: true),
        field("icon", "string", "Icon", maximumLength: 800),
        field("config_schema", "field", "Config schema"),
        field("tag", "string", "Tag", maximumLength: 200),
        field("source", "string", "Source"),
        field("latest_tag", "string", "Latest tag", readOnly: true),
        field("is_global", "boolean", "Is global"),
        field("organization_id", "field", "Organization id", readOnly: true),
        field("organization_name", "field", "Organization name", readOnly: true),
        field("capabilities", "field", "Capabilities"),
        field("metrics", "field", "Metrics"),
        field("public_jobs", "field", "Public jobs"),
    ]

    private static func field(
        _ key: String, _ type: String, _ label: String, readOnly: Bool = false, maximumLength: Int? = nil
    ) -> JSONObject.Member {
        var object = JSONObject([
            .init(key: "type", value: .string(type)), .init(key: "required", value: false),
            .init(key: "read_only", value: .bool(readOnly)), .init(key: "label", value: .string(label)),
        ])
        object["max_length"] = maximumLength.map { JSONValue($0) }
        return .init(key: key, value: .object(object))
    }
}
