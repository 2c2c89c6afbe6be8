/// Which config keys and files the code reads, held against the schema, and the reverse.
struct ConfigUse {
    let rules: SourceRules

    private var facts: SourceFacts { rules.facts }

    /// Keys that the server itself reads or fills.
    private static let reserved: Set<String> = ["exportEventsBufferBytes", "exportEventsBufferSeconds", "exportEventsToIgnore"]

    func issues() -> [ValidationIssue] {
        guard let manifest = rules.manifest else { return [] }
        let schema = ConfigSchema(manifest["config"] ?? .array([]))
        return reads(schema) + unread(schema)
    }

    private func reads(_ schema: ConfigSchema) -> [ValidationIssue] {
        let values = schema.fields.filter { $0.type != .attachment }.map(\.key)
        var issues = unknown(facts.configReads, known: values, others: schema.attachmentKeys) { key in
            ("config-attachment", "\"\(key)\" is a file: it is in attachments, and never in config", "read it from attachments.\(key)")
        }
        issues += unknown(facts.attachmentReads, known: Array(schema.attachmentKeys), others: Set(values)) { key in
            ("attachment-config", "\"\(key)\" is a value: it is in config, and never in attachments", "read it from config.\(key)")
        }
        return issues
    }

    /// Each key once, at its first read; what is written first is the code's own.
    private func unknown(
        _ reads: [SourceFacts.Read], known: [String], others: Set<String>, confused: (String) -> (code: String, message: String, fix: String)
    ) -> [ValidationIssue] {
        var seen = Set(reads.filter(\.isWritten).map(\.key)).union(ConfigUse.reserved)
        return reads.compactMap { read in
            guard !known.contains(read.key), seen.insert(read.key).inserted else { return nil }
            if others.contains(read.key) {
                let (code, message, fix) = confused(read.key)
                return rules.issue(.error, code, read.place, key: read.key, message, fix: fix)
            }
            let near = NearestWord.find(read.key, in: known).map { "did you mean \"\($0)\"?" } ?? "add it to \"config\" of plugin.json"
            return rules.issue(
                .warning, "config-not-in-schema", read.place, key: read.key, "the code reads \"\(read.key)\", which the schema lacks: nobody can set it", fix: near)
        }
    }

    /// Only where every use of the config is known.
    private func unread(_ schema: ConfigSchema) -> [ValidationIssue] {
        guard !facts.exports.isEmpty else { return [] }
        let read = Set(facts.configReads.map(\.key))
        let files = Set(facts.attachmentReads.map(\.key))
        return schema.fields.filter { field in
            if ConfigUse.reserved.contains(field.key) || rules.isForSite(field.key) { return false }
            if field.type == .attachment { return facts.attachmentsEscape == nil && !files.contains(field.key) }
            return facts.configEscape == nil && !read.contains(field.key)
        }.map { field in
            rules.issueOfManifest(
                "config-not-read", .warning, path(field.key), key: field.key, "nothing in the code reads \"\(field.key)\" of the schema",
                fix: "read it, or take it out of plugin.json")
        }
    }

    private func path(_ key: String) -> [JSONLocator.Step] {
        guard let fields = rules.manifest?["config"]?.array, let index = fields.firstIndex(where: { $0["key"]?.string == key }) else {
            return [.key("config"), .key(key)]
        }
        return [.key("config"), .index(index)]
    }
}

extension SourceRules {
    /// Fields with `site` are for the code that runs on the web site.
    func isForSite(_ key: String) -> Bool {
        switch manifest?["config"] {
        case .array(let fields): fields.first { $0["key"]?.string == key }?["site"]?.isTruthy ?? false
        case .object(let fields): fields[key]?["site"]?.isTruthy ?? false
        default: false
        }
    }
}
