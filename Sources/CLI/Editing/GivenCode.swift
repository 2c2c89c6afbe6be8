import Models
import Storage
import Sync

/// Code that a person gives the mirror because the API does not show it; for review and dry runs, never pushed.
struct GivenCode: Sendable {
    /// As the server itself would keep it at an install.
    let files: SourceFiles

    /// Reads what the server keeps of an archive: plugin.json, the main file as index.ts, and two more by name.
    ///
    /// - Throws: `Problem` when it is not the plugin that is installed: name and schema tell.
    init(_ archive: CodeArchive, of plugin: Plugin) throws(Problem) {
        try self.init(candidate: archive) { (json) throws(Problem) in try GivenCode.check(json, plugin, archive) }
    }

    /// The same of any version of a plugin.
    init(candidate archive: CodeArchive, check: (PluginManifest) throws(Problem) -> Void = { (_) throws(Problem) in }) throws(Problem) {
        let manifest = try GivenCode.text(try archive.read(PluginManifest.fileName), PluginManifest.fileName, archive)
        guard let manifest, let json = PluginManifest(manifest) else {
            throw Problem(
                .invalid, code: "no-plugin-json", subject: archive.path, message: "\(archive.path) has no plugin.json that is a JSON object")
        }
        try check(json)
        var files = SourceFiles(texts: [PluginManifest.fileName: manifest])
        for name in json.mainCandidates {
            guard let text = try GivenCode.text(try archive.read(name), name, archive) else { continue }
            files["index.ts"] = text
            break
        }
        for name in ["frontend.tsx", "site.ts"] {
            files[name] = try GivenCode.text(try archive.read(name), name, archive)
        }
        guard files.names.count > 1 else {
            throw Problem(
                .invalid, code: "no-code", subject: archive.path,
                message: "\(archive.path) has none of \((json.mainCandidates + ["frontend.tsx", "site.ts"]).joined(separator: ", "))")
        }
        self.files = files
    }

    private static func check(_ json: PluginManifest, _ plugin: Plugin, _ archive: CodeArchive) throws(Problem) {
        var differences: [String] = []
        if let name = json.name(of: plugin.id), name != plugin.name { differences.append("its name is \"\(name)\"") }
        let schema = json.schema ?? ConfigSchema(.array([]))
        let isEmpty = schema.fields.isEmpty && plugin.schema.fields.isEmpty
        if schema.json != plugin.schema.json, !isEmpty { differences.append("its config schema is another one") }
        guard !differences.isEmpty else { return }
        throw Problem(
            .invalid, code: "other-plugin", subject: plugin.id.subject,
            message: "\(archive.path) is not what the instance has installed as \(plugin.name), version \(plugin.tag ?? "unknown"):"
                + " \(differences.joined(separator: " and ")). Nothing was stored.", next: "phsync show \(plugin.id.subject)")
    }

    private static func text(_ bytes: [UInt8]?, _ name: String, _ archive: CodeArchive) throws(Problem) -> String? {
        guard let bytes else { return nil }
        guard bytes.count <= SourceLimits.fileBytes, let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw Problem(.invalid, code: "not-text", subject: archive.path, message: "\(name) in \(archive.path) is no text that could be code")
        }
        return text
    }
}
