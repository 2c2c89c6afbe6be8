package import Models

/// (base, local, remote) of one plugin's code, file by file → what to send, what is settled, what needs a decision; pure.
///
/// A file changed on both sides is merged line by line, and is a conflict as a whole where that can't be.
package struct SourceMerge: Sendable, Equatable {
    /// Edits to send; one of `combined` has the merged text, and the version that it has in the outbox.
    package private(set) var toSend: [SourceEdit] = []
    /// Files of `toSend` whose text has the remote's changes in it too.
    package private(set) var combined: Set<String> = []
    /// Edits whose text the remote has already, from whoever made it.
    package private(set) var settled: [SourceEdit] = []
    /// Edits that need a decision, by file name.
    package private(set) var clashing: [SourceEdit] = []
    /// The remote with every edit of `toSend`.
    package private(set) var merged: SourceFiles

    /// - Parameter plugin: As the remote has it: an edit of `plugin.json` is settled only when name and schema follow it,
    ///   since a server that fails half-way has stored the file and not read it.
    package init(_ versions: SourceVersions, plugin: Plugin) {
        merged = versions.remote
        for edit in versions.edits.sorted(by: { $0.file < $1.file }) {
            let remote = versions.remote[edit.file]
            if versions.form.same(edit.value.text, remote, named: edit.file) {
                if SourceMerge.follows(plugin, edit) { settled.append(edit) } else { send(edit) }
            } else if versions.form.same(versions.base[edit.file], remote, named: edit.file) {
                send(edit)
            } else if versions.form.same(edit.value.text, versions.base[edit.file], named: edit.file) {
                // The remote had it, and somebody has changed it since: a merge would give the edit up without a word.
                clashing.append(edit)
            } else if let merged = SourceMerge.merged(edit, versions) {
                combine(edit, merged, versions, plugin)
            } else {
                clashing.append(edit)
            }
        }
    }

    /// Both changes in one text; an edit that is under way is not touched.
    private static func merged(_ edit: SourceEdit, _ versions: SourceVersions) -> String? {
        guard edit.state == .pending else { return nil }
        return FileMerge(edit.file, of: versions, local: edit.value.text)?.mergedText
    }

    private mutating func combine(_ edit: SourceEdit, _ text: String, _ versions: SourceVersions, _ plugin: Plugin) {
        let combination = edit.with(.text(text))
        guard !versions.form.same(text, versions.remote[edit.file], named: edit.file) || !SourceMerge.follows(plugin, combination) else {
            settled.append(edit)
            return
        }
        combined.insert(edit.file)
        send(combination)
    }

    private mutating func send(_ edit: SourceEdit) {
        toSend.append(edit)
        merged.apply(edit)
    }

    private static func follows(_ plugin: Plugin, _ edit: SourceEdit) -> Bool {
        guard edit.file == PluginManifest.fileName, let manifest = edit.value.text.flatMap({ PluginManifest($0) }) else { return true }
        return manifest.name(of: plugin.id).map { $0 == plugin.name } ?? true
            && manifest.schema.map { $0.json == plugin.schema.json } ?? true
    }
}

extension SourceVersions {
    /// The base after the remote has become `remote`: each file follows it, but one in conflict stays.
    package func rebased(onto remote: SourceFiles, plugin: Plugin) -> SourceFiles {
        let now = SourceVersions(pluginID: pluginID, form: form, base: base, remote: remote, edits: edits)
        var files = remote
        for edit in SourceMerge(now, plugin: plugin).clashing { files[edit.file] = base[edit.file] }
        return files
    }
}
