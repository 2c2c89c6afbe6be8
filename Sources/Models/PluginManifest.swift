/// `plugin.json` of a plugin's code: the name and the config schema that the server copies from it.
package struct PluginManifest: Sendable, Equatable {
    package static let fileName = "plugin.json"

    let json: JSONObject

    /// nil when the text is no JSON object: the server can't read it then either.
    package init?(_ text: String) {
        guard let object = PluginManifest.json(text)?.object else { return nil }
        json = object
    }

    /// The name that the plugin gets; nil when the file names none, which leaves it.
    package func name(of plugin: PluginID) -> String? {
        json["name"].map { $0.string ?? Plugin.unnamed(plugin) }
    }

    /// The schema that the plugin gets; nil when the file has none, which leaves it.
    package var schema: ConfigSchema? { json["config"].map { ConfigSchema($0) } }

    /// Where an install looks for the code: the first of these that is there is kept as index.ts.
    package var mainCandidates: [String] {
        let main = json["main"]?.string.map { [$0] } ?? []
        return main.filter { !$0.hasPrefix("/") && !$0.contains("..") } + ["index.js", "index.ts"]
    }

    /// The text as JSON; nil when it is none.
    package static func json(_ text: String) -> JSONValue? {
        do {
            return try JSONValue(parsing: text)
        } catch {
            // That it is no JSON is all there is to know here; `issues` says where.
            return nil
        }
    }
}

extension PluginManifest {
    /// What would break the plugin if the server got this text: it stores a file before it reads it.
    ///
    /// - Returns: Sentences for people, with line and column where there is one; empty when the text is fine.
    package static func issues(in text: String) -> [String] {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: text)
        } catch {
            let (line, column) = TextPosition.of(byte: error.offset, in: text)
            return ["line \(line), column \(column): \(error.reason)"]
        }
        guard let object = value.object else { return ["it has to be a JSON object, and is \(value.kindInWords)"] }
        return nameIssues(object["name"]) + (object["config"].map(schemaIssues) ?? [])
    }

    private static func nameIssues(_ name: JSONValue?) -> [String] {
        guard let text = name?.string, !text.isEmpty else { return ["\"name\" has to be a text that is not empty"] }
        if text.unicodeScalars.count > 200 { return ["\"name\" is longer than 200 characters"] }
        return text.utf8.contains(0) ? ["\"name\" holds a NUL character"] : []
    }

    private static func schemaIssues(_ schema: JSONValue) -> [String] {
        if schema.containsNUL { return ["\"config\" holds a NUL character, which the server can't store"] }
        switch schema {
        case .array(let entries): return arrayIssues(entries)
        case .object(let object): return object.effective.flatMap { objectIssues($0) }
        default: return ["\"config\" has to be an array or an object, and is \(schema.kindInWords)"]
        }
    }

    private static func arrayIssues(_ entries: [JSONValue]) -> [String] {
        var seen: Set<String> = []
        return entries.enumerated().flatMap { index, entry -> [String] in
            let place = "entry \(index + 1) of \"config\""
            guard let object = entry.object else { return ["\(place) has to be an object, and is \(entry.kindInWords)"] }
            guard let key = object["key"] else {
                return object["markdown"] == nil ? ["\(place) has neither \"key\" nor \"markdown\""] : []
            }
            guard let name = key.string, !name.isEmpty else { return ["the key of \(place) has to be a text that is not empty"] }
            let twice = seen.insert(name).inserted ? [] : ["the key \"\(name)\" is in \"config\" twice"]
            return twice + fieldIssues(object, key: name)
        }
    }

    private static func objectIssues(_ member: JSONObject.Member) -> [String] {
        guard let object = member.value.object else { return ["\"\(member.key)\" in \"config\" has to be an object"] }
        if member.key.contains("secret") {
            // The server looks for "secret" in the names of keys there, and fails.
            return [
                "the key \"\(member.key)\" in a \"config\" that is an object makes the server answer 500 for every config of the"
                    + " plugin; use the array form"
            ]
        }
        return fieldIssues(object, key: member.key)
    }

    private static func fieldIssues(_ field: JSONObject, key: String) -> [String] {
        var issues: [String] = []
        if let type = field["type"], type.string == nil { issues.append("the type of \"\(key)\" has to be a text") }
        if field["type"] == "choice", (field["choices"]?.array ?? []).isEmpty {
            issues.append("\"\(key)\" is a choice without \"choices\"")
        }
        return issues
    }
}

/// Where a byte stands, as editors count.
enum TextPosition {
    /// From 1; the column in characters.
    static func of(byte offset: Int, in text: String) -> (line: Int, column: Int) {
        let before = Array(text.utf8.prefix(offset))
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let column = String(decoding: before[start...], as: UTF8.self).count + 1
        return (before.count { $0 == 0x0A } + 1, column)
    }
}
