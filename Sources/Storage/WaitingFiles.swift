/// Private files that wait for a push, each 0600 in a folder of 0700, named by a random reference.
struct WaitingFiles: Sendable {
    let directory: String
    let environment: MirrorEnvironment

    private var files: FileSystem { environment.files }

    /// Writes a new file; it is on the disk when this returns.
    ///
    /// - Returns: The file's name: 32 hexadecimal digits.
    func put(_ bytes: [UInt8]) throws(FileError) -> String {
        try files.makeDirectory(directory)
        let reference = Hexadecimal.text(environment.randomBytes(16))
        try files.writeNew(path(reference), bytes)
        return reference
    }

    /// The contents; nil when they are gone.
    func read(_ reference: String) throws(FileError) -> [UInt8]? {
        guard isReference(reference) else { return nil }
        return try files.read(path(reference))
    }

    /// Removes the file; false when it was gone already.
    @discardableResult
    func remove(_ reference: String) throws(FileError) -> Bool {
        guard isReference(reference) else { return false }
        return try files.remove(path(reference))
    }

    /// Removes every file that is not in `references`.
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

    /// Only such names are ours; anything else, "../x" in a damaged row too, is no file of this folder.
    private func isReference(_ name: String) -> Bool {
        name.utf8.count == 32 && Hexadecimal.bytes(name) != nil
    }
}
