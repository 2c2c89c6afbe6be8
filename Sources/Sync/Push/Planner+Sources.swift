import Models

/// The steps about code. They come before those about configs: the schema decides what a value is.
extension Planner {
    /// - Returns: The step, if there is something to send and nothing in the way.
    static func step(_ input: SourceInput, _ problems: inout [Problem]) -> SourceStep? {
        let merge = input.merge
        let blocking = obstacles(input, merge)
        problems += blocking
        guard blocking.isEmpty, !merge.toSend.isEmpty else { return nil }
        if let notice = overwrittenByUpgrade(input.plugin) { problems.append(notice) }
        let (versions, plugin) = (input.versions, input.plugin)
        let manifest = merge.merged[PluginManifest.fileName].flatMap { PluginManifest($0) }
        let name = manifest?.name(of: plugin.id) ?? plugin.name
        let schema = manifest?.schema ?? plugin.schema
        let before = SourceState(files: versions.remote, form: versions.form, name: plugin.name, schema: plugin.schema)
        return SourceStep(
            pluginID: plugin.id, title: plugin.name, form: versions.form,
            changes: merge.toSend.map { .init(file: $0.file, before: versions.remote[$0.file], after: $0.value.text) },
            edits: merge.toSend,
            expected: SourceState(files: merge.merged, form: versions.form, name: name, schema: schema),
            newName: name == plugin.name ? nil : name, newSchema: schema.json == plugin.schema.json ? nil : schema,
            precondition: .init(remoteDigest: before.digest, schemaDigest: plugin.schema.json.digest))
    }

    private static func obstacles(_ input: SourceInput, _ merge: SourceMerge) -> [Problem] {
        let (subject, name) = (input.id.subject, input.plugin.name)
        if input.isRemoved {
            return [
                Problem(
                    .conflict, code: "deleted-remotely", subject: subject,
                    message: "The code of \(name) is edited here, but the plugin is gone from the remote.", next: "phsync discard \(subject)")
            ]
        }
        let conflicts = merge.clashing.map { edit in
            Problem(
                .conflict, code: "conflict", subject: "\(subject) \(edit.file)",
                message: "\(edit.file) of \(name) was changed here and on the remote.",
                next: "phsync resolve \(subject) \(edit.file.shellQuoted) --local|--remote")
        }
        guard conflicts.isEmpty, !merge.toSend.isEmpty else { return conflicts }
        return [foreign(input), brokenManifest(input, merge), unfit(input, merge)].compactMap { $0 }
    }

    private static func foreign(_ input: SourceInput) -> Problem? {
        guard let ours = input.organization, !input.plugin.mayShowCode(to: ours) else { return nil }
        return Problem(
            .permission, code: "foreign-plugin", subject: input.id.subject,
            message: "The code of \(input.plugin.name) can't be written: another organization manages the plugin.",
            next: "phsync discard \(input.id.subject)")
    }

    /// Every write makes the server read `plugin.json` anew, also when another file was sent.
    private static func brokenManifest(_ input: SourceInput, _ merge: SourceMerge) -> Problem? {
        guard input.versions.form == .endpoint, let text = merge.merged[PluginManifest.fileName], !text.isEmpty,
            PluginManifest(text) == nil
        else { return nil }
        return Problem(
            .invalid, code: "broken-plugin-json", subject: "\(input.id.subject) \(PluginManifest.fileName)",
            message: "plugin.json of \(input.plugin.name) is no JSON object on the remote, so the server would store your files and"
                + " then fail. Put it right first.",
            next: "phsync edit-source \(input.id.subject) --file \(PluginManifest.fileName)")
    }

    private static func unfit(_ input: SourceInput, _ merge: SourceMerge) -> Problem? {
        var why = SourceLimits.excess(merge.merged).map { "the server does not take \($0)" }
        let main = input.versions.form.mainFile
        if input.versions.form == .field, merge.toSend.contains(where: { $0.file != main || $0.value == .deletion }) {
            why = "this server keeps one text for each plugin, \(main), and nothing else"
        }
        return why.map { why in
            Problem(
                .invalid, code: "code-unfit", subject: input.id.subject,
                message: "The code of \(input.plugin.name) can't be written: \(why).", next: "phsync diff \(input.id.subject)")
        }
    }

    private static func overwrittenByUpgrade(_ plugin: Plugin) -> Problem? {
        guard let type = plugin.type, type != "source" else { return nil }
        return Problem(
            .notice, code: "upgrade-overwrites", subject: plugin.id.subject,
            message: "\(plugin.name) is installed (\(type)), not written on the instance: the next upgrade overwrites its code.")
    }
}
