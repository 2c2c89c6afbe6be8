package import Models

/// New secrets that wait for a push, each in a 0600 file of its own in `<mirror>/secrets`, named by a random reference.
package struct PendingSecrets: Sendable {
    package let directory: String
    private let environment: MirrorEnvironment

    init(directory: String, environment: MirrorEnvironment) {
        self.directory = directory
        self.environment = environment
    }

    private var files: FileSystem { environment.files }

    /// Writes the secret to a new file; it is on the disk when this returns.
    ///
    /// - Returns: The file's name: 32 hexadecimal digits.
    package func put(_ secret: Secret) throws(FileError) -> String {
        try files.makeDirectory(directory)
        let reference = Hexadecimal.text(environment.randomBytes(16))
        try files.writeNew(path(reference), Array(secret.reveal().utf8))
        return reference
    }

    /// The secret; nil when it is gone: the edit was replaced or confirmed meanwhile.
    package func read(_ reference: String) throws(FileError) -> Secret? {
        guard isReference(reference), let bytes = try files.read(path(reference)) else { return nil }
        return Secret(String(decoding: bytes, as: UTF8.self))
    }

    /// Removes the secret's file; false when it was gone already.
    @discardableResult
    package func remove(_ reference: String) throws(FileError) -> Bool {
        guard isReference(reference) else { return false }
        return try files.remove(path(reference))
    }

    /// Removes every file of a secret that is not in `references`. Call it through `MirrorTransaction.sweepSecrets`.
    ///
    /// - Returns: How many were removed.
    @discardableResult
    func sweep(keeping references: Set<String>) throws(FileError) -> Int {
        var count = 0
        for name in try files.list(directory) where isReference(name) && !references.contains(name) {
            if try files.remove(path(name)) { count += 1 }
        }
        return count
    }

    private func path(_ reference: String) -> String { "\(directory)/\(reference)" }

    /// Only such names are ours; anything else, "../x" in a damaged row too, is no file of a secret.
    private func isReference(_ name: String) -> Bool {
        name.utf8.count == 32 && Hexadecimal.bytes(name) != nil
    }
}
