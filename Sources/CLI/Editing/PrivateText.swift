import Models

/// A text that a person edits, 0600 in a folder of its own (0700): editors leave copies beside what they edit.
struct PrivateText: Sendable {
    private let files: Files
    private let folder: String
    let path: String

    /// - Parameters:
    ///   - directory: The folder for all of them.
    ///   - name: The file's name: editors show it, and choose their colours by it.
    init(in directory: String, name: String, files: Files) throws(FileError) {
        var random = SystemRandomNumberGenerator()
        folder = "\(directory)/\(String(UInt64.random(in: .min ... .max, using: &random), radix: 36))"
        path = "\(folder)/\(name)"
        self.files = files
        try files.makePrivateDirectory(folder)
    }

    /// Puts a text in its place; nothing is left of the one before.
    func write(_ text: String) throws(FileError) {
        try files.erase(path)
        try files.replace(path, with: Array(text.utf8))
    }

    /// The text as it is now; empty when the editor has removed it.
    func read() throws(FileError) -> String {
        String(decoding: try files.read(path, limit: PrivateText.maximumBytes) ?? [], as: UTF8.self)
    }

    /// Overwrites and removes the text, and everything that the editor has put beside it.
    func destroy() throws(FileError) {
        for name in try files.names(in: folder) { try files.erase("\(folder)/\(name)") }
        try files.removeDirectory(folder)
    }

    /// More than any config that the server takes.
    private static let maximumBytes = 64 << 20
}
