/// Contents of attached files that wait for a push, each in a 0600 file of its own in `<mirror>/attachments`.
///
/// Their names, types and sizes are in the mirror; the contents may be secret, and are nowhere else.
package struct PendingAttachments: Sendable {
    private let files: WaitingFiles

    init(directory: String, environment: MirrorEnvironment) {
        files = WaitingFiles(directory: directory, environment: environment)
    }

    package var directory: String { files.directory }

    /// Writes the contents to a new file; they are on the disk when this returns.
    ///
    /// - Returns: The file's name: 32 hexadecimal digits.
    func put(_ bytes: [UInt8]) throws(FileError) -> String {
        try files.put(bytes)
    }

    /// The contents; nil when they are gone: the edit was replaced or confirmed meanwhile.
    package func read(_ reference: String) throws(FileError) -> [UInt8]? {
        try files.read(reference)
    }

    @discardableResult
    func remove(_ reference: String) throws(FileError) -> Bool {
        try files.remove(reference)
    }

    @discardableResult
    func sweep(keeping references: Set<String>) throws(FileError) -> Int {
        try files.sweep(keeping: references)
    }
}
