import Glibc
import Models

/// Texts of editors that were never stored: kept after a refusal, or left behind when phsync was killed.
struct LeftTexts {
    /// After this long nobody wants one back.
    static let keptMilliseconds: Int64 = 30 * 86_400_000

    let directory: String
    let files: Files

    /// The latest text of a subject that no other phsync has open.
    func find(_ key: String, name: String) throws(FileError) -> (text: PrivateText, changedAt: Int64)? {
        var found: (text: PrivateText, changedAt: Int64)?
        for folder in try files.names(in: directory) where folder.utf8.starts(with: "\(key).".utf8) {
            let path = "\(directory)/\(folder)"
            guard let changedAt = LeftTexts.changedAt("\(path)/\(name)"), changedAt > found?.changedAt ?? 0,
                let text = try PrivateText(existing: path, name: name, files: files)
            else { continue }
            found?.text.release()
            found = (text, changedAt)
        }
        return found
    }

    /// Overwrites and removes what is old and not open.
    func sweep(now: Int64) throws(FileError) {
        for folder in try files.names(in: directory) {
            let path = "\(directory)/\(folder)"
            let times = try files.names(in: path).compactMap { LeftTexts.changedAt("\(path)/\($0)") }
            guard (times.max() ?? LeftTexts.changedAt(path) ?? now) < now - LeftTexts.keptMilliseconds,
                let text = try PrivateText(existing: path, name: "", files: files)
            else { continue }
            try text.destroy()
        }
    }

    private static func changedAt(_ path: String) -> Int64? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return Int64(status.st_mtim.tv_sec) * 1000
    }
}
