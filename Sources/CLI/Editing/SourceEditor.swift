import Models
import Storage
import Sync

/// What a person does to one file of a plugin's code, checked before it is stored.
struct SourceEditor: Sendable {
    let plugin: Plugin
    let form: SourceForm
    let file: String
    /// The file as it was when the person began: a pull may have moved it since.
    let seen: String?

    /// Files that a plugin server runs or reads; others only lie there.
    static let usedFiles = ["index.ts", "plugin.json", "frontend.tsx", "site.ts"]

    /// Stores the edit, if the file still is what the person saw.
    ///
    /// - Returns: Whether something is edited now.
    func store(_ value: SourceEdit.Value, in mirror: MirrorTransaction, at now: Timestamp) throws(MirrorError) -> Bool {
        guard let versions = try mirror.sources.versions(plugin.id), bytes(versions.local[file]) == bytes(seen) else {
            throw MirrorError(aborting: movedMeanwhile)
        }
        return try CodeEdit(file, value).store(of: versions, in: mirror, at: now)
    }

    private func bytes(_ text: String?) -> [UInt8]? { text.map { Array($0.utf8) } }

    private var movedMeanwhile: Problem {
        Problem(
            .failed, code: "moved-meanwhile", subject: "\(plugin.id.subject) \(file)",
            message: "\(file) of \(plugin.name) changed in the mirror while you edited it, so your text was not stored",
            next: "phsync diff \(plugin.id.subject)")
    }
}

extension SourceEditor {
    /// The text of what the person gives.
    ///
    /// - Throws: `Problem` of kind `.invalid` for what would break the plugin or can't be stored by the server.
    func checked(_ bytes: [UInt8]) throws(Problem) -> String {
        guard bytes.count <= SourceLimits.fileBytes else { throw invalid("is larger than \(SourceLimits.fileBytes >> 20) MiB") }
        // Unpaired surrogates are no UTF-8 either.
        guard let text = String(validating: bytes, as: UTF8.self) else { throw invalid("is not UTF-8 text") }
        if let nul = bytes.firstIndex(of: 0) {
            let line = bytes[..<nul].count { $0 == 0x0A } + 1
            throw invalid("holds a NUL character in line \(line), which the server can't store")
        }
        guard file == PluginManifest.fileName else { return text }
        let issues = PluginManifest.issues(in: text)
        guard issues.isEmpty else {
            throw invalid("can't be used, and the server would store it all the same: \(issues.joined(separator: "; "))")
        }
        return text
    }

    /// The text of a file or a pipe: an empty one is a build that failed more often than a wish.
    func given(_ bytes: [UInt8]) throws(Problem) -> String {
        guard bytes.isEmpty, seen?.isEmpty == false else { return try checked(bytes) }
        throw Problem(
            .invalid, code: "empty-source", subject: "\(plugin.id.subject) \(file)",
            message: "the text for \(file) of \(plugin.name) is empty. Nothing was changed; --delete takes the file away.",
            next: "phsync edit-source \(plugin.id.subject) --file \(file.shellQuoted) --delete")
    }

    private func invalid(_ what: String) -> Problem {
        Problem(
            .invalid, code: "invalid-source", subject: "\(plugin.id.subject) \(file)",
            message: "\(file) of \(plugin.name) \(what). Nothing was changed.",
            next: "phsync edit-source \(plugin.id.subject) --file \(file.shellQuoted)")
    }

    /// Refuses names that are none.
    static func checkName(_ name: String, form: SourceForm) throws(Problem) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = !parts.contains { $0.isEmpty || $0 == "." || $0 == ".." }
        let isClean = !name.unicodeScalars.contains { TerminalEscape.isUnsafe($0) || $0 == "\\" }
        guard isPlain, isClean, name.unicodeScalars.count <= SourceLimits.nameCharacters else {
            throw Problem(
                .usage, code: "bad-file-name", subject: name,
                message: "\"\(name)\" is no name for a file of a plugin: at most \(SourceLimits.nameCharacters) characters, as in index.ts")
        }
        guard form == .endpoint || name == form.mainFile else {
            throw Problem(
                .usage, code: "one-file", subject: name,
                message: "this server keeps one text for each plugin: \(form.mainFile). Its schema is changed in the web page")
        }
    }

    /// What is worth knowing about the edit, without anything being wrong.
    func notices() -> [Problem] {
        var notices: [Problem] = []
        if let type = plugin.type, type != "source" {
            notices.append(
                Problem(
                    .notice, code: "upgrade-overwrites", subject: plugin.id.subject,
                    message: "\(plugin.name) is installed (\(type)), not written on the instance: the next upgrade overwrites its code."))
        }
        if form == .endpoint, !SourceEditor.usedFiles.contains(file) {
            notices.append(
                Problem(
                    .notice, code: "unused-file", subject: "\(plugin.id.subject) \(file)",
                    message: "\(file) is stored, but the plugin server only uses \(SourceEditor.usedFiles.joined(separator: ", "))."))
        }
        return notices
    }
}
