import Models

/// The config file as a value: contexts and which of them is current.
///
/// Keys that this version does not know are kept as they are, and said.
struct Settings: Sendable {
    private static let version: Int64 = 1

    private(set) var contexts: [ContextSettings] = []
    private(set) var current: String?
    /// Notices about keys that nobody reads.
    private(set) var warnings: [Problem] = []
    private var document = JSONObject()

    /// No contexts: what a missing file means.
    init() {}

    /// - Parameter path: Where the bytes come from, for messages.
    init(parsing bytes: [UInt8], path: String) throws(Problem) {
        func broken(_ reason: String) -> Problem {
            Problem(.failed, code: "config-broken", subject: path, message: "\(path): \(reason); nothing was changed. Repair it, or move it away and log in again; mirrors stay",
                next: "mv \(path.shellQuoted) \((path + ".broken").shellQuoted)")
        }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw broken(error.description)
        }
        guard let object = value.object else { throw broken("it has to be a JSON object") }
        document = object
        if let version = document["version"], version.int ?? .max > Self.version {
            throw broken("it is from a newer phsync")
        }
        if let value = document["current"], !value.isNull {
            guard let name = value.string else { throw broken("\"current\" has to be a text") }
            current = name
        }
        contexts = try Self.contexts(in: document, broken: broken)
        warnings = unknownKeys().map { key in
            Problem(.notice, code: "unknown-setting", subject: key, message: "\(path): phsync has no setting \"\(key)\"")
        }
    }

    func context(named name: String) -> ContextSettings? {
        contexts.first { $0.name == name }
    }

    /// Adds the context or replaces its settings.
    mutating func set(_ context: ContextSettings) {
        var all = document["contexts"]?.object ?? JSONObject()
        var object = all[context.name]?.object ?? JSONObject()
        context.write(to: &object)
        all[context.name] = .object(object)
        document["contexts"] = .object(all)
        contexts.removeAll { $0.name == context.name }
        contexts.append(context)
    }

    mutating func remove(_ name: String) {
        var all = document["contexts"]?.object ?? JSONObject()
        all[name] = nil
        document["contexts"] = .object(all)
        contexts.removeAll { $0.name == name }
        if current == name { use(nil) }
    }

    mutating func use(_ name: String?) {
        current = name
        document["current"] = name.map(JSONValue.string)
    }

    /// The file's text.
    var text: String {
        var document = document
        if document["version"] == nil { document["version"] = JSONValue(Self.version) }
        return JSONValue.object(document).prettyText + "\n"
    }
}

extension Settings {
    private static func contexts(
        in document: JSONObject, broken: (String) -> Problem
    ) throws(Problem) -> [ContextSettings] {
        guard let value = document["contexts"] else { return [] }
        guard let object = value.object else { throw broken("\"contexts\" has to be an object") }
        var contexts: [ContextSettings] = []
        for member in object.members {
            guard ContextName.isValid(member.key) else { throw broken("\"\(member.key)\" can't name a context") }
            guard let settings = member.value.object else { throw broken("contexts.\(member.key) has to be an object") }
            guard !contexts.contains(where: { $0.name == member.key }) else { throw broken("contexts.\(member.key) is there twice") }
            contexts.append(
                try ContextSettings(name: member.key, settings) { broken("contexts.\(member.key).\($0) \($1)") })
        }
        return contexts
    }

    private func unknownKeys() -> [String] {
        let top = document.keys.filter { !["version", "current", "contexts"].contains($0) }
        let inner = (document["contexts"]?.object?.members ?? []).flatMap { member in
            (member.value.object?.keys ?? []).filter { !ContextSettings.keys.contains($0) }.map { "contexts.\(member.key).\($0)" }
        }
        return top + inner
    }
}
