import Models

/// Where a mirror is and how its connections are opened and used.
struct MirrorFile: Sendable {
    enum Purpose: Sendable {
        case read, write
    }

    let directory: String
    let environment: MirrorEnvironment

    var path: String { "\(directory)/mirror.sqlite" }
    var attachments: PendingAttachments {
        PendingAttachments(directory: "\(directory)/attachments", environment: environment)
    }
    var secrets: PendingSecrets { PendingSecrets(directory: "\(directory)/secrets", environment: environment) }

    /// Makes folder and file where they are missing, private from the start. SQLite gives its log the file's rights.
    func create() throws(MirrorError) {
        do {
            try environment.files.makeDirectory(directory)
            try environment.files.createIfMissing(path)
        } catch {
            throw MirrorError(error)
        }
    }

    /// Opens a connection on a mirror that is ours and of today's schema.
    func connect(_ purpose: Purpose) throws(MirrorError) -> Connection {
        // A file without a byte is what a crash leaves between its creation and its first transaction.
        guard let size = environment.files.size(path), size > 0 || purpose == .write else {
            throw MirrorError(.missing, path: path)
        }
        switch purpose {
        case .write: return try connectForWriting()
        case .read: return try connectForReading()
        }
    }

    private func connectForWriting() throws(MirrorError) -> Connection {
        let connection = try open(.readWrite)
        let migrator = Migrator(connection: connection, path: path)
        let state = try migrator.inspect()
        do {
            try connection.prepareForWriting()
        } catch {
            throw MirrorError(error, path: path)
        }
        if state != .current { try migrator.migrate(environment: environment) }
        return connection
    }

    private func connectForReading() throws(MirrorError) -> Connection {
        let connection = try openForReading()
        switch try Migrator(connection: connection, path: path).inspect() {
        case .current: return connection
        case .empty: throw MirrorError(.missing, path: path)
        case .older:
            _ = try connectForWriting()
            return try connectForReading()
        }
    }

    /// A WAL file needs a shared-memory file beside it; where nobody can make one, nobody can write either.
    private func openForReading() throws(MirrorError) -> Connection {
        let files = environment.files
        let hasLog = (files.size(path + "-wal") ?? 0) > 0
        let isFrozen = !files.isWritable(directory) && !hasLog && files.size(path + "-shm") == nil
        return try open(isFrozen ? .immutable : .readOnly)
    }

    private func open(_ access: Connection.Access) throws(MirrorError) -> Connection {
        do {
            return try Connection(
                path: path, access: access, busyTimeoutMilliseconds: environment.busyTimeoutMilliseconds,
                vfs: environment.vfs)
        } catch {
            // SQLite does not say that it was not let in.
            if error.code == .canNotOpen, let refusal = environment.files.refusal(toRead: path) { throw MirrorError(refusal) }
            throw MirrorError(error, path: path)
        }
    }
}
