/// Holds a plugin.json against what servers and their web pages make of it, which check next to nothing themselves.
///
/// - Source: docs/cli.md, "validate".
package struct ManifestCheck: Sendable {
    let text: String
    let locator: JSONLocator
    /// Whether the web pages of the instance know the type `json` (2023 and later).
    let knowsJSONType: Bool

    /// The server's version as `posthogVersion` is held against it; nil when it is not known.
    let serverVersion: String?
    /// A server that has the plugin goes on running it, whatever it would say to an install.
    let isInstalled: Bool

    package init(_ text: String, knowsJSONType: Bool = true, serverVersion: String? = nil, isInstalled: Bool = false) {
        self.text = text
        self.isInstalled = isInstalled
        self.serverVersion = serverVersion
        locator = JSONLocator(text)
        self.knowsJSONType = knowsJSONType
    }

    /// All issues in the order of the file's own parts: what it is, its names, its config fields, its jobs.
    package func issues() -> [ValidationIssue] {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: text)
        } catch {
            let (line, column) = TextPosition.of(byte: error.offset, in: text)
            let position = ValidationIssue.Position(file: PluginManifest.fileName, line: line, column: column)
            return [
                ValidationIssue(
                    .error, code: "manifest-json", key: "", message: "plugin.json is not JSON: \(error.reason)", position: position,
                    fix: "write it as RFC 8259 has it: no comments, no comma before a closing bracket, names in double quotes")
            ]
        }
        guard let object = json.object else {
            return [issue(.error, "manifest-json", [], "plugin.json has to be an object, and is \(json.kindInWords)")]
        }
        return topLevel(object) + fields(object) + PublicJobsCheck(check: self).issues(object["publicJobs"])
    }

    func issue(
        _ severity: ValidationIssue.Severity, _ code: String, _ path: [JSONLocator.Step], key: String = "", _ message: String,
        fix: String? = nil
    ) -> ValidationIssue {
        let (line, column) = locator.position(of: path)
        return ValidationIssue(
            severity, code: code, key: key, message: message,
            position: .init(file: PluginManifest.fileName, line: line, column: column), fix: fix)
    }
}

// MARK: Names and switches

extension ManifestCheck {
    private static let known = ["name", "description", "url", "main", "lib", "config", "posthogVersion", "publicJobs", "stateless", "icon"]

    private func topLevel(_ object: JSONObject) -> [ValidationIssue] {
        var issues = name(object)
        for key in ["description", "url", "main", "icon", "posthogVersion"] {
            guard let value = object[key], !value.isNull, value.string == nil else { continue }
            issues.append(issue(.error, "manifest-type", [.key(key)], "\"\(key)\" has to be a text, and is \(value.kindInWords)", fix: "put it in double quotes"))
        }
        if let main = object["main"]?.string, main.hasPrefix("/") || main.contains("..") {
            issues.append(issue(.error, "manifest-main", [.key("main")], "\"main\" points out of the plugin's folder", fix: "name a file of the plugin, as in \"index.ts\""))
        }
        if object["lib"] != nil {
            issues.append(issue(.warning, "manifest-lib", [.key("lib")], "\"lib\" is read by no server since March 2021", fix: "bundle the file into the main file"))
        }
        if let text = object["posthogVersion"]?.string, !VersionSpecification.isValid(text) {
            issues.append(
                issue(
                    .error, "manifest-version", [.key("posthogVersion")], "\"\(text)\" is no version requirement: the server refuses to install the plugin",
                    fix: "write it as in \">= 1.24.0\" or \">=1.24.0,<2\""))
        } else if let serverVersion, let refusal = VersionRequirement.refusal(of: .object(object), by: serverVersion) {
            issues.append(
                issue(
                    isInstalled ? .warning : .error, "manifest-version", [.key("posthogVersion")], "a server of version \(serverVersion) refuses to install the plugin: \(refusal)",
                    fix: "widen \"posthogVersion\", or take it out"))
        }
        if object["stateless"]?.isTruthy == true, object["config"].map({ $0.isTruthy }) == true {
            issues.append(
                issue(.error, "manifest-stateless", [.key("stateless")], "a stateless plugin can't have a config: the server refuses to install it", fix: "take \"stateless\" or the fields of \"config\" out"))
        }
        return issues + object.members.compactMap { unknown($0.key) }
    }

    /// Unknown members are ignored by every server; one that looks like a known one was meant to be it.
    private func unknown(_ key: String) -> ValidationIssue? {
        guard !ManifestCheck.known.contains(key), let near = NearestWord.find(key, in: ManifestCheck.known), near.count > 3 else { return nil }
        return issue(.warning, "manifest-unknown", [.key(key)], "no server reads \"\(key)\"", fix: "did you mean \"\(near)\"?")
    }

    private func name(_ object: JSONObject) -> [ValidationIssue] {
        guard let name = object["name"]?.string, !name.isEmpty else {
            return [issue(.error, "manifest-name", [.key("name")], "\"name\" has to be a text that is not empty", fix: "give the plugin a name")]
        }
        if name.unicodeScalars.count > 200 {
            return [issue(.error, "manifest-name", [.key("name")], "\"name\" is longer than 200 characters, which the server can't store", fix: "shorten it")]
        }
        return name.utf8.contains(0) ? [issue(.error, "manifest-name", [.key("name")], "\"name\" holds a NUL character, which the server can't store")] : []
    }
}

// MARK: The schema

extension ManifestCheck {
    private func fields(_ object: JSONObject) -> [ValidationIssue] {
        guard let schema = object["config"] else { return [] }
        if schema.containsNUL {
            return [issue(.error, "schema-nul", [.key("config")], "\"config\" holds a NUL character, which the server can't store")]
        }
        switch schema {
        case .array(let entries): return arrayForm(entries)
        case .object(let fields): return objectForm(fields)
        default:
            return [issue(.error, "schema-type", [.key("config")], "\"config\" has to be a list of fields, and is \(schema.kindInWords)", fix: "write \"config\": []")]
        }
    }

    private func arrayForm(_ entries: [JSONValue]) -> [ValidationIssue] {
        let keys = entries.compactMap { $0["key"]?.string }
        var seen: Set<String> = []
        return entries.enumerated().flatMap { index, entry -> [ValidationIssue] in
            let path: [JSONLocator.Step] = [.key("config"), .index(index)]
            guard let field = entry.object else {
                return [issue(.error, "field-type", path, "a field of \"config\" has to be an object, and this is \(entry.kindInWords)")]
            }
            guard let key = field["key"] else { return withoutKey(field, path) }
            guard let name = key.string, !name.isEmpty else {
                return [issue(.error, "field-key", path + [.key("key")], "a field's \"key\" has to be a text that is not empty")]
            }
            var issues: [ValidationIssue] = []
            if !seen.insert(name).inserted {
                issues.append(issue(.error, "field-twice", path + [.key("key")], key: name, "the key \"\(name)\" is in \"config\" twice", fix: "take one of the two out, or rename it"))
            }
            return issues + FieldCheck(check: self, key: name, field: field, path: path, keys: keys, schema: entries).issues()
        }
    }

    private func withoutKey(_ field: JSONObject, _ path: [JSONLocator.Step]) -> [ValidationIssue] {
        if field["secret"]?.isTruthy == true {
            return [
                issue(
                    .error, "secret-without-key", path + [.key("secret")],
                    "a secret field without \"key\" makes the server answer 500 for every config of the plugin", fix: "give the field a \"key\"")
            ]
        }
        if field["markdown"] == nil {
            return [issue(.error, "field-empty", path, "a field has neither \"key\" nor \"markdown\": it is nothing", fix: "give it a \"key\", or take it out")]
        }
        guard let member = ["type", "required", "default", "choices"].first(where: { field[$0] != nil }) else { return [] }
        return [issue(.warning, "field-without-key", path + [.key(member)], "\"\(member)\" means nothing in a field without \"key\"", fix: "give the field a \"key\"")]
    }

    private func objectForm(_ object: JSONObject) -> [ValidationIssue] {
        let keys = object.keys
        return object.effective.flatMap { member -> [ValidationIssue] in
            let path: [JSONLocator.Step] = [.key("config"), .key(member.key)]
            guard let field = member.value.object else {
                return [issue(.error, "field-type", path, key: member.key, "the field \"\(member.key)\" has to be an object, and is \(member.value.kindInWords)")]
            }
            var issues: [ValidationIssue] = []
            if member.key.contains("secret") {
                issues.append(
                    issue(
                        .error, "secret-in-key", path, key: member.key,
                        "a key with \"secret\" in it, in a \"config\" that is an object, makes the server answer 500 for every config of the plugin",
                        fix: "write \"config\" as a list of fields, each with its \"key\""))
            } else if field["secret"]?.isTruthy == true {
                issues.append(
                    issue(
                        .error, "secret-shown", path + [.key("secret")], key: member.key,
                        "the server masks secrets only where \"config\" is a list: this one is shown to everybody who may see the plugin",
                        fix: "write \"config\" as a list of fields, each with its \"key\""))
            }
            return issues + FieldCheck(check: self, key: member.key, field: field, path: path, keys: keys, schema: []).issues()
        }
    }
}
