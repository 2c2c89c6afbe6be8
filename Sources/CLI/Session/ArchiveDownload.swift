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
        let bytes = try await archive.download(NetworkAccess.transport(settings: settings, progress: context.progress), of: plugin)
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
}
