import Models

/// The timezones that this machine knows.
struct ZoneFiles: Sendable {
    let files: Files
    private static let directory = "/usr/share/zoneinfo/"
    private static let largest = 1 << 20

    /// The rules of "Europe/Zurich"; nil when the machine doesn't know the zone, or the name is none.
    func rules(_ name: String) -> ZoneRules? {
        if name == "UTC" { return .utc }
        let isName = !name.isEmpty && name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || [0x2B, 0x2D, 0x2F, 0x5F].contains(byte)
        }
        // The name comes from a server: it must not lead anywhere else.
        guard isName, !name.hasPrefix("/") else { return nil }
        do throws(FileError) {
            return try files.read(ZoneFiles.directory + name, limit: ZoneFiles.largest).flatMap { ZoneRules(file: $0) }
        } catch {
            // As if the machine didn't know it: days are then those of UTC, and that is said.
            return nil
        }
    }
}
