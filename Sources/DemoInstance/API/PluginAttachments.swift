import Models

/// `add_attachment[KEY]` files and `remove_attachment[KEY]` fields of a form.
enum PluginAttachments {
    static func update(
        _ config: DemoPluginConfig, _ plugin: DemoPlugin, _ body: RequestBody, _ call: Call,
        _ scope: PluginConfigs.Scope, _ state: inout DemoState
    ) throws(APIFailure) {
        guard case .form(let parts) = body else { return }
        func log(_ activity: String, _ action: String, before: String?, after: String?, _ state: inout DemoState) {
            let change = activityChange(
                "PluginConfig", action, field: nil, before: JSONValue(before), after: JSONValue(after))
            state.log(
                activity, scope: "PluginConfig", item: config.id, name: plugin.name, changes: [change],
                project: config.projectID, by: scope.user, call.clock)
        }
        for part in parts where part.fileName != nil {
            guard let key = key(in: part.name, after: "add_attachment[") else { continue }
            let before = add(part, key: key, to: config.id, &state)
            let isNew = before == nil
            log(
                isNew ? "attachment_created" : "attachment_updated", isNew ? "created" : "changed", before: before,
                after: part.fileName, &state)
        }
        for part in parts where part.fileName == nil {
            guard let key = key(in: part.name, after: "remove_attachment[") else { continue }
            // What is not there can't be logged: an exception, after everything else was done (2023-11: 124 to 126).
            guard let index = state.attachments[config.id]?.firstIndex(where: { $0.key == key }),
                let removed = state.attachments[config.id]?.remove(at: index)
            else {
                if state.profile.has(.activity) { throw .server }
                continue
            }
            log("attachment_deleted", "deleted", before: removed.fileName, after: nil, &state)
        }
    }

    /// Stores the file; one of the same key keeps its id.
    /// - Returns: The name of the file that was replaced.
    private static func add(_ part: FormPart, key: String, to config: Int64, _ state: inout DemoState) -> String? {
        let file = DemoAttachment(
            id: state.nextAttachmentID, key: key, fileName: part.fileName ?? "", contentType: part.contentType ?? "",
            bytes: part.bytes)
        guard let index = state.attachments[config]?.firstIndex(where: { $0.key == key }) else {
            state.attachments[config, default: []].append(file)
            state.nextAttachmentID += 1
            return nil
        }
        let before = state.attachments[config]?[index].fileName
        let id = state.attachments[config]?[index].id ?? file.id
        state.attachments[config]?[index] = file
        state.attachments[config]?[index].id = id
        return before
    }

    private static func key(in name: String, after prefix: String) -> String? {
        guard name.hasPrefix(prefix), name.hasSuffix("]") else { return nil }
        let key = name.dropFirst(prefix.count).dropLast()
        return key.isEmpty || key.contains("]") ? nil : String(key)
    }
}
