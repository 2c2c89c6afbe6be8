import Glibc
import Models
import Sync

/// A plugin's public archive in a private file; gone when it was read.
struct ArchiveDownload {
    let path: String
    private let folder: String

    init(
        _ archive: PluginArchive, of plugin: Plugin, _ context: CommandContext, settings: ContextSettings
    ) async throws(Problem) {
        context.progress.update("downloading \(archive.url)")
        let bytes = try await ArchiveDownload.bytes(archive, of: plugin, context, settings)
        var random = SystemRandomNumberGenerator()
        folder = try context.places().cacheDirectory + "/archive-" + String(random.next(), radix: 16)
        path = folder + "/code" + (archive.format == .zip ? ".zip" : ".tgz")
        do throws(FileError) {
            try context.files.makePrivateDirectory(folder)
            try context.files.replace(path, with: bytes)
        } catch {
            remove()
            throw error.problem
        }
    }

    func remove() {
        unlink(path)
        rmdir(folder)
    }

    private static func bytes(
        _ archive: PluginArchive, of plugin: Plugin, _ context: CommandContext, _ settings: ContextSettings
    ) async throws(Problem) -> [UInt8] {
        let transport = NetworkAccess.transport(settings: settings, progress: context.progress)
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await archive.download(transport)
        } catch {
            throw Problem(
                .temporary, code: "no-answer", subject: plugin.id.subject,
                message: "the archive of \(plugin.name) can't be downloaded from \(archive.url): \(error.message)",
                next: "phsync source \(plugin.id.subject) --fetch")
        }
        guard response.status == 200 else {
            throw Problem(
                response.status >= 500 || response.status == 429 ? .temporary : .failed, code: "no-archive", subject: plugin.id.subject,
                message: "the archive of \(plugin.name) can't be downloaded: \(archive.url) answered \(response.status)",
                next: "phsync source \(plugin.id.subject) --from DIR")
        }
        return response.body
    }
}
