import Models
import Storage

extension Services {
    /// Says whether a context's mirror holds edits that were not pushed, for `context remove`.
    static let hasUnsentEditsInMirror: HasUnsentEdits = { (file) throws(Problem) in
        let directory = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        do throws(MirrorError) {
            return try Mirror.open(directory: directory, mode: .readOnly).readSync { mirror in try mirror.configs.counts().edits } > 0
        } catch {
            if error.code == .missing { return false }
            throw error.problem
        }
    }
}

extension DoctorCheck {
    /// Whether the mirror can be read and how much waits in it.
    static let mirror = DoctorCheck(name: "mirror") { context in
        do throws(Problem) {
            let counts = try context.mirrorToRead(try context.instance()).look { mirror in try mirror.configs.counts() }
            return .good(
                "\(counts.plugins.counted("plugin")), \(counts.configs.counted("config")), \(counts.edits.counted("edit")) waiting")
        } catch where error.code == "no-context" {
            return .notice("no context, so no mirror")
        } catch {
            return error.code == "mirror-missing" ? .notice("there is no mirror yet", next: "phsync pull") : .failed(error)
        }
    }
}
