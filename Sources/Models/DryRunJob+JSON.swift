import FoundationEssentials

extension DryRunJob {
    /// Names of files and attachments in the order of their bytes, so that equal jobs have equal texts.
    package var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "plugin": plugin.json, "config_id": JSONValue(configID), "team_id": JSONValue(teamID),
            "plugin_json": .string(pluginJSON), "files": .object(DryRunJob.sorted(files) { .string($0) }), "entry": JSONValue(entry),
            "config": .object(config), "attachments": .object(DryRunJob.sorted(attachments) { $0.json }),
            "era": .string(era.rawValue), "clock": .string(clock.iso8601), "seed": .string(String(seed)), "limits": limits.json,
            "fetch": fetch.json, "geoip_path": JSONValue(geoipPath),
            "methods": methods.map { .array($0.map(JSONValue.string)) } ?? .null, "stubs": .object(stubs),
            "compiled": compiled ?? .null, "secrets_to_redact": .array(secretsToRedact.map(JSONValue.string)),
        ]
    }

    private static func sorted<Value>(_ values: [String: Value], _ json: (Value) -> JSONValue) -> JSONObject {
        let names = values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return JSONObject(names.map { .init(key: $0.key, value: json($0.value)) })
    }

    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "job")
        kind = try fields.choice("kind", Kind.self)
        plugin = try PluginIdentity(try fields.value("plugin"))
        configID = try fields.int("config_id")
        teamID = try fields.int("team_id")
        pluginJSON = try fields.string("plugin_json")
        var files: [String: String] = [:]
        for member in try fields.object("files").members {
            guard let text = member.value.string else {
                throw DecodeError(entity: "job", field: "files.\(member.key)", found: member.value.kind)
            }
            files[member.key] = text
        }
        self.files = files
        entry = try fields.optionalString("entry")
        config = try fields.object("config")
        var attachments: [String: AttachmentFile] = [:]
        for member in try fields.object("attachments").members { attachments[member.key] = try AttachmentFile(member.value) }
        self.attachments = attachments
        era = try fields.choice("era", Era.self)
        let clockText = try fields.string("clock")
        guard let clock = Timestamp(iso8601: clockText) else { throw DecodeError(entity: "job", field: "clock", found: clockText) }
        self.clock = clock
        // A string: 64 bits are more than a double of another JSON reader holds.
        let seedText = try fields.string("seed")
        guard let seed = UInt64(seedText) else { throw DecodeError(entity: "job", field: "seed", found: seedText) }
        self.seed = seed
        limits = try SandboxLimits(try fields.value("limits"))
        fetch = try FetchPolicy(try fields.value("fetch"))
        geoipPath = try fields.optionalString("geoip_path")
        methods = fields.optional("methods") == nil ? nil : try fields.strings("methods")
        stubs = try fields.object("stubs")
        compiled = fields.optional("compiled")
        secretsToRedact = try fields.strings("secrets_to_redact")
    }
}

extension PluginIdentity {
    package var json: JSONValue {
        ["name": .string(name), "id": id.map(JSONValue.init) ?? .null, "url": JSONValue(url), "tag": JSONValue(tag)]
    }

    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "plugin")
        name = try fields.string("name")
        id = try fields.optionalInt("id")
        url = try fields.optionalString("url")
        tag = try fields.optionalString("tag")
    }
}

extension AttachmentFile {
    /// Contents in base64.
    package var json: JSONValue {
        [
            "content_type": .string(contentType), "file_name": .string(fileName),
            "contents": JSONValue(contents.map { Data($0).base64EncodedString() }),
        ]
    }

    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "attachment")
        contentType = try fields.string("content_type")
        fileName = try fields.string("file_name")
        contents = nil
        guard let encoded = try fields.optionalString("contents") else { return }
        guard let data = Data(base64Encoded: encoded) else {
            throw DecodeError(entity: "attachment", field: "contents", found: "no base64")
        }
        contents = [UInt8](data)
    }
}
