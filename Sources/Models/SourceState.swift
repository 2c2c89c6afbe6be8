/// What a push of a plugin's code compares before and after: digests by meaning, never a text.
///
/// Name and schema belong to it, because the server copies both from `plugin.json` at every write, whichever file was sent.
package struct SourceState: Sendable, Equatable {
    /// By file; a file without a text is not in it.
    package var files: [String: String]
    package var name: String
    package var schemaDigest: String

    package init(files: SourceFiles, form: SourceForm, name: String, schema: ConfigSchema) {
        self.files = [:]
        self.name = name
        schemaDigest = schema.json.digest
        for file in files.names { self.files[file] = files[file].map { form.digest(of: $0, named: file) } }
    }

    /// Takes what `json` gave; nil for anything else.
    package init?(storedJSON json: JSONValue) {
        guard let name = json["name"]?.string, let schema = json["schema"]?.string, let members = json["files"]?.object
        else { return nil }
        self.name = name
        schemaDigest = schema
        files = [:]
        for member in members.members {
            guard let digest = member.value.string else { return nil }
            files[member.key] = digest
        }
    }

    package var json: JSONValue {
        let members = files.keys.sorted().map { JSONObject.Member(key: $0, value: JSONValue(files[$0])) }
        return ["files": .object(JSONObject(members)), "name": .string(name), "schema": .string(schemaDigest)]
    }

    package var digest: String { json.digest }
}

extension SourceState {
    /// One thing that a write of the code changes.
    package enum Part: Sendable, Hashable {
        case file(String)
        case name
        case schema

        package var label: String {
            switch self {
            case .file(let name): name
            case .name: "the plugin's name"
            case .schema: "config_schema"
            }
        }
    }

    /// The text or digest of one part; nil where there is none.
    package subscript(part: Part) -> String? {
        switch part {
        case .file(let name): files[name]
        case .name: name
        case .schema: schemaDigest
        }
    }

    /// The parts in which the two differ, files first.
    package func differingParts(from other: SourceState) -> [Part] {
        let all = Set(files.keys).union(other.files.keys).sorted().map(Part.file) + [.name, .schema]
        return all.filter { self[$0] != other[$0] }
    }
}
