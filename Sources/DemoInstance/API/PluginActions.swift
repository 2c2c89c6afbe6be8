import Models

/// `…/plugins/<id>/source/` and the other actions on one plugin.
enum PluginActions {
    static func respond(
        _ name: String, _ plugin: DemoPlugin, _ call: Call, _ actor: Plugins.Actor, _ state: inout DemoState
    ) throws(APIFailure) -> DemoResponse {
        switch name {
        case "source" where state.profile.has(.pluginSource):
            try call.expectMethod("GET")
            return .json(200, files(plugin.sources))
        case "update_source" where state.profile.has(.pluginSource):
            try call.expectMethod("PATCH")
            return .json(200, try updateSource(plugin, try call.body(), &state))
        case "check_for_updates":
            try call.expectMethod("GET")
            guard let url = plugin.url else { throw .server }
            var checked = plugin
            checked.latestTag = try PluginInstall.download(url, state).commit
            state.save(checked)
            return .json(200, ["plugin": Plugins.body(checked, state)])
        case "upgrade":
            try call.expectMethod("POST")
            return .json(200, try upgrade(plugin, &state))
        default: throw .endpointNotFound
        }
    }

    private static func files(_ sources: [DemoSourceFile]) -> JSONValue {
        .object(JSONObject(sources.map { .init(key: $0.name, value: JSONValue($0.text)) }))
    }

    /// A plugin of type repository becomes a custom one (1.26: 108, 2023-11: 075).
    private static func upgrade(_ plugin: DemoPlugin, _ state: inout DemoState) throws(APIFailure) -> JSONValue {
        guard plugin.type != "source", plugin.type != "local" else { return Plugins.body(plugin, state) }
        guard let url = plugin.url else { throw .server }
        let version = try PluginInstall.download(url, state)
        var upgraded = plugin
        upgraded.type = "custom"
        try PluginInstall.fill(&upgraded, from: version, url: url, state.profile)
        if state.profile.plugins.readsArchives { upgraded.sources = try PluginInstall.extractedSources(version) }
        state.save(try Plugins.stored(upgraded))
        return Plugins.body(upgraded, state)
    }

    /// Writes file by file, then reads plugin.json: when that one is no JSON, the files are saved already (2023-11: 032, 033).
    private static func updateSource(
        _ plugin: DemoPlugin, _ body: RequestBody, _ state: inout DemoState
    ) throws(APIFailure) -> JSONValue {
        // From reference: a form's texts count like JSON strings.
        let members: [JSONObject.Member]
        switch body {
        case .json(.object(let object)): members = object.members
        case .form(let parts): members = parts.map { .init(key: $0.name, value: .string($0.text)) }
        case .none: members = []
        case .json: throw .server
        }
        // From reference: what Python's text can hold and the database can't.
        guard !members.contains(where: { LoneSurrogate.first(in: $0.value.string ?? "") != nil }) else { throw .server }
        var changed = plugin
        for member in members { set(member, in: &changed.sources) }
        state.save(changed)

        // The answer gives a changed value as it was sent: a number stays a number in it, and is text afterwards (2023-11: 038).
        var answer = files(changed.sources).object ?? JSONObject()
        for member in members where answer[member.key] != nil { answer[member.key] = member.value }
        if let text = answer["plugin.json"]?.string, !text.isEmpty {
            guard let json = try? JSONValue(parsing: text), json.object != nil else { throw .server }  // The 500 is the answer.
            if let name = json["name"] { changed.name = name.string }
            if let schema = json["config"] { changed.configSchema = schema }
            state.save(try Plugins.stored(changed))
        }
        return .object(answer)
    }

    private static func set(_ member: JSONObject.Member, in sources: inout [DemoSourceFile]) {
        let text: String? = member.value.isNull ? nil : member.value.string ?? PythonText.dump(member.value)
        guard let index = sources.firstIndex(where: { $0.name == member.key }) else {
            // Also for null: the file is listed with null afterwards (2023-11: 030, 031).
            sources.append(DemoSourceFile(name: member.key, text: text))
            return
        }
        if text == nil, sources[index].text != nil { sources.remove(at: index) } else { sources[index].text = text }
    }
}
