import Models
import Sync

/// The code of a plugin's version that is not installed.
enum NewerCode {
    /// As the server would keep it: from a folder or archive of the person's, else from the plugin's public archive.
    ///
    /// - Parameter path: nil downloads it; nothing stays of that.
    static func files(
        of plugin: Plugin, _ tag: String, from path: String?, _ instance: Instance, _ context: CommandContext
    ) async throws(Problem) -> SourceFiles {
        if let path { return try GivenCode(candidate: try CodeArchive(path, files: context.files)).files }
        var json = plugin.json.object ?? JSONObject()
        json["tag"] = .string(tag)
        let newer: Plugin
        do throws(DecodeError) {
            newer = try Plugin(.object(json))
        } catch {
            throw Problem(.failed, code: "not-the-api", subject: plugin.id.subject, message: "\(error)")
        }
        let archive = try PluginArchive(of: newer, loopback: instance.context.archiveOrigin?.description)
        let file = try await ArchiveDownload(archive, of: newer, context, settings: instance.context)
        defer { file.remove() }
        return try GivenCode(candidate: try CodeArchive(file.path, format: archive.format, subfolder: archive.subfolder, files: context.files)).files
    }
}
