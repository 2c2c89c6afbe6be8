import Synchronization

/// The SQLite file that holds base, local and remote of everything, and the folder around it.
///
/// `write` runs one transaction at a time on one serial writer; `read` runs beside it on a connection of its own and sees
/// the last committed state, never waiting for the writer. A closure is one transaction: it has no await, and what it
/// throws rolls all of it back. A transaction that has begun is not cancelled: each takes milliseconds.
package final class Mirror: Sendable {
    /// Whether the mirror may be made and changed.
    package enum Mode: Sendable {
        /// Makes the folder and the file when they are missing.
        case readWriteCreate
        /// Never changes what is stored; writes throw `.readOnly`. A missing mirror is an error.
        case readOnly
    }

    /// Absolute or relative as it was given; the mirror's files are all in it.
    package let directory: String
    /// New secrets that wait for a push; reading one needs no transaction.
    package let secrets: PendingSecrets
    /// Attached files that wait for a push; reading one needs no transaction.
    package let attachments: PendingAttachments
    private let file: MirrorFile
    private let writer: MirrorLane?
    private let reader: MirrorLane
    private let quickReader: Mutex<Connection?>

    /// Opens the mirror of `directory`; cheap, and migrates a mirror of an older program.
    ///
    /// - Throws: `MirrorError`: `.missing`, `.damaged`, `.fromNewerVersion`, `.fromUnknownProgram`, `.locked`, …
    package static func open(
        directory: String, mode: Mode, environment: MirrorEnvironment = MirrorEnvironment()
    ) throws(MirrorError) -> Mirror {
        let file = MirrorFile(directory: directory, environment: environment)
        switch mode {
        case .readWriteCreate:
            try file.create()
            let connection = try file.connect(.write)
            return Mirror(file, writer: MirrorLane(file, isWriter: true, connection: connection), quickReader: nil)
        case .readOnly:
            return Mirror(file, writer: nil, quickReader: try file.connect(.read))
        }
    }

    private init(_ file: MirrorFile, writer: MirrorLane?, quickReader: sending Connection?) {
        self.file = file
        self.writer = writer
        directory = file.directory
        secrets = file.secrets
        attachments = file.attachments
        reader = MirrorLane(file, isWriter: false, connection: nil)
        self.quickReader = Mutex(quickReader)
    }

    /// `<directory>/mirror.sqlite`.
    package var path: String { file.path }

    /// Runs `body` in one immediate transaction and commits it.
    ///
    /// - Throws: Why the transaction failed, or what `body` threw: a `MirrorError` as it is, a `Problem` as
    ///   `.aborted`. Nothing of it is stored then, but for one case: when the disk failed in the middle of the commit,
    ///   it may be found whole at the next start. Repeating it, or meeting it done, must both be fine.
    @discardableResult
    package func write<T: Sendable>(
        _ durability: Durability = .immediate, _ body: @Sendable (MirrorTransaction) throws -> T
    ) async throws(MirrorError) -> T {
        guard let writer else { throw MirrorError(.readOnly, path: path, detail: "it was opened for reading") }
        return try await writer.run(durability, body)
    }

    /// Runs `body` on one consistent state of the mirror, beside any writer.
    package func read<T: Sendable>(
        _ body: @Sendable (MirrorTransaction) throws -> T
    ) async throws(MirrorError) -> T {
        try await reader.run(.immediate, body)
    }

    /// Like `read`, but on the calling thread: for a command's start, where a hop costs more than the query.
    ///
    /// Not inside another `readSync` of the same mirror: it would wait for itself.
    package func readSync<T: Sendable>(
        _ body: @Sendable (MirrorTransaction) throws -> T
    ) throws(MirrorError) -> T {
        try quickReader.withLock { (slot) throws(MirrorError) in
            if let open = slot { return try file.transact(on: open, .immediate, body) }
            let opened = try file.connect(.read)
            slot = opened
            return try file.transact(on: opened, .immediate, body)
        }
    }

    /// A look-out for changes, with a connection of its own.
    package func watch() -> MirrorWatch { MirrorWatch(lane: MirrorLane(file, isWriter: false, connection: nil)) }

    /// Closes all connections, so that the file is one piece; a later use opens them again.
    package func close() async {
        quickReader.withLock { $0 = nil }
        await reader.close()
        await writer?.close()
    }
}
