import Models

/// Creating plugins: edited in the browser, or from a code host.
enum PluginInstall {
    static func create(
        _ call: Call, _ actor: Plugins.Actor, _ state: inout DemoState
    ) throws(APIFailure) -> JSONValue {
        let body = try call.body()
        var plugin = DemoPlugin(id: state.nextPluginID, organizationID: actor.organization.id)
        try apply(try Fields(body, of: state.profile.fields.plugin), to: &plugin, actor, isNew: true)
        if plugin.type == "source" {
            // From reference: a source plugin keeps the address that came with it.
            plugin.url = body["url"]?.string
            state.nextPluginID += 1
            state.save(try Plugins.stored(plugin))
        } else {
            // Without an address an exception ends the request (1.26: 053, 2023-11: 055).
            guard let url = body["url"]?.string else { throw .server }
            try install(&plugin, from: url, actor, &state)
        }
        state.log("installed", scope: "Plugin", item: plugin.id, name: plugin.name, by: actor.user, call.clock)
        return Plugins.body(plugin, state)
    }

    private static func install(
        _ plugin: inout DemoPlugin, from url: String, _ actor: Plugins.Actor, _ state: inout DemoState
    ) throws(APIFailure) {
        let policy = state.profile.plugins
        if !policy.keepsRootAddress { try refuseSecondInstall(url, actor, state) }
        let version = try download(url, state)
        try fill(&plugin, from: version, url: policy.keepsRootAddress ? rootAddress(url, state) : url, state.profile)
        // What is installed already is told by its root, and only after the download (1.26: 046).
        if policy.keepsRootAddress { try refuseSecondInstall(plugin.url ?? url, actor, state) }
        state.nextPluginID += 1
        state.save(try Plugins.stored(plugin))
        // The row is saved before the archive's main file is looked for (2023-11: 045, 046).
        if policy.readsArchives { state.plugins[plugin.id]?.sources = try extractedSources(version) }
    }

    /// The repository's own address, with what follows a question mark: a private token (1.26: 039, 044).
    private static func rootAddress(_ url: String, _ state: DemoState) -> String {
        let halves = url.split(separator: "?", maxSplits: 1)
        let bare = halves.first.map(String.init) ?? url
        let root = state.repositories.first { bare == $0.url || bare.hasPrefix($0.url + "/") }?.url ?? bare
        return halves.count > 1 ? "\(root)?\(halves[1])" : root
    }

    /// Sets the writable fields that were sent; all others are ignored without a word.
    static func apply(
        _ fields: Fields, to plugin: inout DemoPlugin, _ actor: Plugins.Actor, isNew: Bool
    ) throws(APIFailure) {
        if let type = try fields.text("plugin_type") {
            if let type, !["local", "custom", "repository", "source"].contains(type) {
                throw .invalid("\"\(type)\" is not a valid choice.", code: "invalid_choice", attribute: "plugin_type")
            }
            plugin.type = type
        }
        plugin.name = try fields.text("name", maximumLength: 200) ?? plugin.name
        plugin.description = try fields.text("description") ?? plugin.description
        plugin.icon = try fields.text("icon", maximumLength: 800) ?? plugin.icon
        plugin.configSchema = try fields.json("config_schema") ?? plugin.configSchema
        plugin.source = try fields.text("source") ?? plugin.source
        plugin.tag = try fields.text("tag", maximumLength: 200) ?? plugin.tag
        plugin.capabilities = try fields.json("capabilities") ?? plugin.capabilities
        plugin.metrics = try fields.json("metrics") ?? plugin.metrics
        plugin.publicJobs = try fields.json("public_jobs") ?? plugin.publicJobs
        if let isGlobal = try fields.bool("is_global") {
            // Only root organizations share plugins, or even name the field of one that is there (1.26: 310, 311).
            if isGlobal || !isNew, actor.organization.pluginsAccessLevel < 9 {
                throw .denied("This organization can't manage global plugins!")
            }
            plugin.isGlobal = isGlobal
        }
    }

    private static func refuseSecondInstall(
        _ url: String, _ actor: Plugins.Actor, _ state: DemoState
    ) throws(APIFailure) {
        let bare = url.split(separator: "?").first.map(String.init) ?? url
        let isThere = state.plugins.values.contains {
            $0.organizationID == actor.organization.id && ($0.url == bare || $0.url?.hasPrefix(bare + "?") == true)
        }
        if isThere { throw .invalid("Plugin from URL \"\(url)\" already installed!") }
    }

    /// What the code host gives for that address: the version it names, else the newest.
    static func download(_ url: String, _ state: DemoState) throws(APIFailure) -> DemoRepository.Version {
        let bare = url.split(separator: "?").first.map(String.init) ?? url
        guard let repository = state.repositories.first(where: { bare == $0.url || bare.hasPrefix($0.url + "/") }) else {
            throw missing(bare)
        }
        switch repository.behaviour {
        case .missing: throw missing(bare)
        case .badPluginJSON: throw .server
        case .noPluginJSON: throw .invalid("Could not find plugin.json in the plugin")
        case .works: break
        }
        let named = repository.versions.first { bare.hasSuffix("/" + $0.commit) }
        guard let version = named ?? repository.versions.first else { throw .server }
        return version
    }

    /// A folder that is not there is told (1.26: 054), a code host's no is an exception.
    private static func missing(_ url: String) -> APIFailure {
        guard url.hasPrefix("file:") else { return .server }
        return .invalid("Could not load plugin.json from: \(url.dropFirst(5))/plugin.json")
    }

    /// Takes over what plugin.json says.
    /// - Throws: The refusal of a plugin that needs another version of the server.
    static func fill(
        _ plugin: inout DemoPlugin, from version: DemoRepository.Version, url: String, _ profile: DemoProfile
    ) throws(APIFailure) {
        let json = version.pluginJSON
        if let requirement = json?["posthogVersion"]?.string { try VersionRequirement.check(requirement, profile.version) }
        plugin.url = url
        plugin.tag = version.commit
        if profile.plugins.installTellsLatest { plugin.latestTag = version.commit }
        plugin.name = json?["name"]?.string
        plugin.description = json?["description"]?.string ?? ""
        plugin.configSchema = json?["config"] ?? []
        plugin.publicJobs = json?["publicJobs"] ?? [:]
        if plugin.type != "repository" { plugin.type = "custom" }
    }

    /// The files that are kept: plugin.json written anew, the main file as index.ts, and two more by name.
    static func extractedSources(_ version: DemoRepository.Version) throws(APIFailure) -> [DemoSourceFile] {
        guard let main = version.mainFile else { throw .server }
        func text(_ name: String) -> String? { version.files.first { $0.name == name }?.text }
        var sources = [DemoSourceFile(name: "plugin.json", text: version.pluginJSON.map { PythonText.dump($0) })]
        for name in ["frontend.tsx", "site.ts"] where text(name) != nil {
            sources.append(DemoSourceFile(name: name, text: text(name)))
        }
        sources.append(DemoSourceFile(name: "index.ts", text: text(main)))
        return sources
    }
}

/// JSON text as Python's `json.dumps` writes it.
enum PythonText {
    static func dump(_ value: JSONValue) -> String {
        switch value {
        case .array(let values): "[" + values.map(dump).joined(separator: ", ") + "]"
        case .object(let object):
            "{" + object.members.map { "\(string($0.key)): \(dump($0.value))" }.joined(separator: ", ") + "}"
        case .string(let text): string(text)
        case .null, .bool, .number: value.text
        }
    }

    /// ASCII only, other characters as UTF-16 escapes.
    private static func string(_ text: String) -> String {
        var result = "\""
        for unit in text.utf16 {
            switch unit {
            case 0x22: result += "\\\""
            case 0x5C: result += "\\\\"
            case 0x0A: result += "\\n"
            case 0x0D: result += "\\r"
            case 0x09: result += "\\t"
            case 0x08: result += "\\b"
            case 0x0C: result += "\\f"
            case 0x20..<0x7F: result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            }
        }
        return result + "\""
    }
}
