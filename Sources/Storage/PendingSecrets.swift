package import Models

/// New secrets that wait for a push, each in a 0600 file of its own in `<mirror>/secrets`, named by a random reference.
package struct PendingSecrets: Sendable {
    private let files: WaitingFiles

    init(directory: String, environment: MirrorEnvironment) {
        files = WaitingFiles(directory: directory, environment: environment)
    }

    package var directory: String { files.directory }

    /// Writes the secret to a new file; it is on the disk when this returns.
    ///
    /// - Returns: The file's name: 32 hexadecimal digits.
    package func put(_ secret: Secret) throws(FileError) -> String {
        try files.put(Array(secret.reveal().utf8))
    }

    /// The secret; nil when it is gone: the edit was replaced or confirmed meanwhile.
    package func read(_ reference: String) throws(FileError) -> Secret? {
        guard let bytes = try files.read(reference) else { return nil }
        return Secret(String(decoding: bytes, as: UTF8.self))
    }

    /// Removes the secret's file; false when it was gone already.
    @discardableResult
    package func remove(_ reference: String) throws(FileError) -> Bool {
        try files.remove(reference)
    }

    /// Removes every file of a secret that is not in `references`. Call it through `MirrorTransaction.sweepSecrets`.
    ///
    /// - Returns: How many were removed.
    @discardableResult
    func sweep(keeping references: Set<String>) throws(FileError) -> Int {
        try files.sweep(keeping: references)
    }
}
