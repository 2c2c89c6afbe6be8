package import Foundation

/// A fresh, private directory that goes away with the value that holds it.
///
/// A class, so that the last test that holds it removes it, also when the test fails.
package final class TemporaryDirectory: Sendable {
    package let url: URL

    /// Creates the directory, readable by this user only.
    package init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "phsync-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    /// The directory's path as the file system calls take it.
    package var path: String { url.path }

    /// The place of `name` inside.
    package func file(_ name: String) -> String {
        url.appending(path: name).path
    }

    deinit {
        do {
            try FileManager.default.removeItem(at: url)
        } catch {
            // A test may have removed or moved it itself; what is left is the system's to clean.
        }
    }
}

extension TemporaryDirectory {
    /// The bytes of all files below: to look for what must not be in any of them.
    package func allText() throws -> StoredText {
        guard let files = FileManager.default.enumerator(at: url, includingPropertiesForKeys: nil) else { return StoredText(files: []) }
        var contents: [Data] = []
        for case let file as URL in files where !file.hasDirectoryPath { contents.append(try Data(contentsOf: file)) }
        return StoredText(files: contents)
    }
}

/// What files hold, searched as bytes: a search by characters takes longer than most tests.
package struct StoredText: Sendable {
    let files: [Data]

    /// Whether any of the files has these very bytes somewhere.
    package func contains(_ text: String) -> Bool {
        files.contains { $0.range(of: Data(text.utf8)) != nil }
    }
}
