import Models
import Storage
import Sync

/// A plugin's newest release, read from its public archive and stored nowhere.
enum NewestRelease {
    /// - Throws: `Problem` when there is none that is newer, or its archive can't be had.
    static func version(
        of reproduction: Reproduction, _ context: CommandContext, _ instance: Instance
    ) async throws(Problem) -> (tag: String, version: DryRunVersion) {
        let id = reproduction.group.pluginID
        guard let plugin = try context.mirrorToRead(instance).look({ mirror in try mirror.plugins.row(id)?.plugin }) else {
            throw Problem(.failed, code: "no-plugin", subject: id.subject, message: "the mirror does not have \(id.subject)", next: "phsync pull")
        }
        guard let latest = plugin.latestTag, !latest.isEmpty, latest != plugin.tag else {
            throw Problem(
                .usage, code: "no-newer-release", subject: id.subject,
                message: "the instance knows no newer release of \(plugin.name) than the installed \(plugin.tag ?? "one")")
        }
        let newest = try released(plugin, latest)
        let archive = try PluginArchive(of: newest, loopback: instance.context.archiveOrigin?.description)
        let download = try await ArchiveDownload(archive, of: newest, context, settings: instance.context)
        defer { download.remove() }
        let code = try CodeArchive(download.path, format: archive.format, subfolder: archive.subfolder, files: context.files)
        return (latest, try version(code, plugin, latest, in: reproduction))
    }

    private static func released(_ plugin: Plugin, _ tag: String) throws(Problem) -> Plugin {
        var object = plugin.json.object ?? JSONObject()
        object["tag"] = .string(tag)
        do {
            return try Plugin(.object(object))
        } catch {
            throw Problem(.failed, code: "bad-plugin", subject: plugin.id.subject, message: "\(error)")
        }
    }

    private static func version(_ code: CodeArchive, _ plugin: Plugin, _ tag: String, in reproduction: Reproduction) throws(Problem) -> DryRunVersion {
        guard let manifest = try text(code, PluginManifest.fileName), let json = PluginManifest(manifest) else {
            throw Problem(.invalid, code: "no-plugin-json", subject: plugin.id.subject, message: "\(plugin.name) \(tag) has no plugin.json that is a JSON object")
        }
        var version = reproduction.subject.local
        version.manifest = manifest
        version.plugin = PluginIdentity(name: plugin.name, id: Int(plugin.id.rawValue), url: plugin.url, tag: tag)
        version.notChecked.append("the newest release was run with the config as it is now")
        for name in json.mainCandidates {
            guard let source = try text(code, name) else { continue }
            version.files = [PluginManifest.fileName: manifest, "index.ts": source]
            version.entry = "index.ts"
            return version
        }
        throw Problem(.invalid, code: "no-code", subject: plugin.id.subject, message: "\(plugin.name) \(tag) has none of \(json.mainCandidates.joined(separator: ", "))")
    }

    private static func text(_ code: CodeArchive, _ name: String) throws(Problem) -> String? {
        guard let bytes = try code.read(name) else { return nil }
        guard bytes.count <= SourceLimits.fileBytes, let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem(.invalid, code: "not-text", subject: name, message: "\(name) of the newest release is no text that could be code")
        }
        return text
    }
}
