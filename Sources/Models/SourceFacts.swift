/// What the sandbox has found out about a plugin's entry by its syntax tree; nothing of it was run.
package struct SourceFacts: Sendable, Equatable {
    package struct Place: Sendable, Equatable {
        package let line: Int?
        package let column: Int?
    }

    package struct Import: Sendable, Equatable {
        /// nil when it is no plain text.
        package let name: String?
        /// "import", "export", "require" or "dynamic".
        package let how: String
        package let names: [String]
        package let place: Place
    }

    package struct Export: Sendable, Equatable {
        /// nil where the tree does not tell: a spread, an object from elsewhere.
        package let name: String?
        /// "exports", "default", "module", "global", or "hidden" for what the server can't see.
        package let destination: String
        /// "function", "value", "bare-function" or "unknown".
        package let kind: String
        /// Whether the function gives something back; nil when it is none.
        package let returns: Bool?
        package let place: Place
    }

    package struct Name: Sendable, Equatable {
        package let name: String?
        package let place: Place
    }

    package struct Read: Sendable, Equatable {
        package let key: String
        package let isWritten: Bool
        package let place: Place
    }

    /// What the compiler says; with it, nothing else is known.
    package let syntax: (message: String, place: Place)?
    package let imports: [Import]
    package let exports: [Export]
    package let configReads: [Read]
    /// Where the config is used as a whole, so that any key may be read; nil when it never is.
    package let configEscape: Place?
    package let attachmentReads: [Read]
    package let attachmentsEscape: Place?
    package let jobs: [Name]
    package let jobCalls: [Name]
    /// Names that nothing in the file declares.
    package let globals: [Name]
    package let unusual: [Name]
    /// Why the checks themselves could not go on; nil when they did.
    package let failure: String?

    /// nil when it is not what the checks give.
    package init?(_ json: JSONValue) {
        guard json["imports"]?.array != nil, json["exports"]?.array != nil else { return nil }
        func list<Item>(_ key: String, _ item: (JSONValue) -> Item?) -> [Item] { (json[key]?.array ?? []).compactMap(item) }
        func place(_ key: String) -> Place? { json[key].flatMap { $0.isNull ? nil : Place($0) } }
        syntax = json["syntax"].flatMap { value in value["message"]?.string.map { ($0, Place(value)) } }
        imports = list("imports") { value in
            value["how"]?.string.map { Import(name: value["name"]?.string, how: $0, names: (value["names"]?.array ?? []).compactMap(\.string), place: Place(value)) }
        }
        exports = list("exports") { value in
            guard let destination = value["destination"]?.string, let kind = value["kind"]?.string else { return nil }
            return Export(name: value["name"]?.string, destination: destination, kind: kind, returns: value["returns"]?.bool, place: Place(value))
        }
        configReads = list("config", Read.init)
        configEscape = place("configEscapes")
        attachmentReads = list("attachments", Read.init)
        attachmentsEscape = place("attachmentsEscape")
        jobs = list("jobs") { Name(name: $0["name"]?.string, place: Place($0)) }
        jobCalls = list("jobCalls") { Name(name: $0["name"]?.string, place: Place($0)) }
        globals = list("globals") { Name(name: $0["name"]?.string, place: Place($0)) }
        unusual = list("unusual") { Name(name: $0["what"]?.string, place: Place($0)) }
        failure = json["failure"]?.string
    }

    package static func == (left: SourceFacts, right: SourceFacts) -> Bool {
        left.syntax?.message == right.syntax?.message && left.syntax?.place == right.syntax?.place && left.imports == right.imports
            && left.exports == right.exports && left.configReads == right.configReads && left.configEscape == right.configEscape
            && left.attachmentReads == right.attachmentReads && left.attachmentsEscape == right.attachmentsEscape && left.jobs == right.jobs
            && left.jobCalls == right.jobCalls && left.globals == right.globals && left.unusual == right.unusual && left.failure == right.failure
    }
}

extension SourceFacts.Place {
    init(_ json: JSONValue) {
        self.init(line: json["line"]?.int.map(Int.init), column: json["column"]?.int.map(Int.init))
    }
}

extension SourceFacts.Read {
    init?(_ json: JSONValue) {
        guard let key = json["key"]?.string else { return nil }
        self.init(key: key, isWritten: json["written"]?.bool ?? false, place: SourceFacts.Place(json))
    }
}

extension SourceFacts {
    /// What the server finds: the exports of the first destination that has a name, else the global ones.
    package var found: [Export] {
        let named = exports.filter { !["global", "hidden"].contains($0.destination) }
        guard named.isEmpty else {
            // exports goes before default, and default before module; each name is taken from the first that has it.
            var seen: Set<String> = []
            return ["exports", "default", "module"].flatMap { destination in named.filter { $0.destination == destination } }
                .filter { $0.name.map { seen.insert($0).inserted } ?? true }
        }
        return exports.filter { $0.destination == "global" }
    }

    /// Whether exports can't all be told, so that nothing may be said to be missing.
    package var isOpen: Bool { found.contains { $0.name == nil && $0.kind == "unknown" } }
}
