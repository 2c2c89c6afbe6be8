import Models

/// A text that a person edits, 0600 in a folder of its own (0700): editors leave copies beside what they edit.
///
/// The folder is locked as long as the text is open, so that another phsync takes it for nothing that was left behind.
struct PrivateText {
    private let files: Files
    private let folder: String
    private let lock: FolderLock
    let path: String

    /// - Parameters:
    ///   - directory: The folder for all of them.
    ///   - key: Begins the folder's name; texts of one subject have the same.
    ///   - name: The file's name.
    init(in directory: String, key: String, name: String, files: Files) throws(FileError) {
        var random = SystemRandomNumberGenerator()
        folder = "\(directory)/\(key).\(String(UInt64.random(in: .min ... .max, using: &random), radix: 36))"
        path = "\(folder)/\(name)"
        self.files = files
        try files.makePrivateDirectory(folder)
        lock = try files.lock(folder)
    }

    /// A text that is there already; nil when somebody has it open.
    init?(existing folder: String, name: String, files: Files) throws(FileError) {
        guard let lock = try files.lockIfFree(folder) else { return nil }
        self.folder = folder
        self.lock = lock
        self.files = files
        path = "\(folder)/\(name)"
    }

    /// Leaves the text as it is.
    func release() { lock.release() }

    /// Puts a text in its place; nothing is left of the one before.
    func write(_ bytes: [UInt8]) throws(FileError) {
        try files.erase(path)
        try files.replace(path, with: bytes)
    }

    /// The text as it is now; empty when the editor has removed it.
    func read() throws(FileError) -> [UInt8] {
        try files.read(path, limit: PrivateText.maximumBytes) ?? []
    }

    /// Leaves this text alone there, without anything that an editor has put beside it.
    func keep(_ bytes: [UInt8]) throws(FileError) {
        for name in try files.names(in: folder) { try files.erase("\(folder)/\(name)") }
        try files.replace(path, with: bytes)
        release()
    }

    /// Overwrites and removes the text, and everything that the editor has put beside it.
    func destroy() throws(FileError) {
        for name in try files.names(in: folder) { try files.erase("\(folder)/\(name)") }
        try files.removeDirectory(folder)
        release()
    }

    /// More than any config or code that the server takes.
    private static let maximumBytes = 64 << 20
}
