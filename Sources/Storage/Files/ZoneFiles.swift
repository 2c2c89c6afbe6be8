import Models
import Synchronization

/// The timezones that this machine knows; each is read once.
package final class ZoneFiles: Sendable {
    private static let largest: Int64 = 1 << 20

    private let directory: String
    private let known = Mutex<[String: ZoneRules?]>([:])

    package static let system = ZoneFiles(directory: "/usr/share/zoneinfo/")

    /// - Parameter directory: With a slash at its end.
    package init(directory: String) {
        self.directory = directory
    }

    /// The rules of "Europe/Zurich"; nil when the machine doesn't know the zone, or the name is none.
    func rules(_ name: String) -> ZoneRules? {
        known.withLock { known in
            if let rules = known[name] { return rules }
            let rules = read(name)
            known[name] = .some(rules)
            return rules
        }
    }

    private func read(_ name: String) -> ZoneRules? {
        let isName = !name.isEmpty && name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || [0x2B, 0x2D, 0x2F, 0x5F].contains(byte)
        }
        // The name comes from a server: it must not lead anywhere else.
        guard isName, !name.hasPrefix("/") else { return nil }
        let (files, path) = (FileSystem(), directory + name)
        guard let size = files.size(path), size <= ZoneFiles.largest else { return nil }
        do throws(FileError) {
            return try files.read(path).flatMap { ZoneRules(file: $0) }
        } catch {
            // As if the machine didn't know it: days are then those of UTC, and that is said.
            return nil
        }
    }
}
