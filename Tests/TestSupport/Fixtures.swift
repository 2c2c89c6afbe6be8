package import Foundation

/// Finds and reads files under Tests/Fixtures, wherever the package is checked out.
package enum Fixtures {
    /// The folder itself, found relative to this source file.
    package static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

    /// The place of `path`, e.g. `recorded/posthog-2023-11/state.json`.
    package static func url(_ path: String) -> URL {
        root.appending(path: path)
    }

    /// The bytes of the file at `path`.
    package static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: url(path)))
    }

    /// File names directly in the folder `path` that end in `suffix`, sorted.
    package static func names(in path: String, endingIn suffix: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url(path).path)
            .filter { $0.hasSuffix(suffix) }.sorted()
    }
}
