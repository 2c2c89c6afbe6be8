import Dispatch

/// A serial queue of its own for blocking SQLite calls, so that they never take a thread of the cooperative pool.
final class MirrorExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}

/// One owner of one connection, which it opens at first use.
actor MirrorLane {
    private let executor: MirrorExecutor
    private let file: MirrorFile
    private let isWriter: Bool
    private var connection: Connection?

    init(_ file: MirrorFile, isWriter: Bool, connection: sending Connection?) {
        self.file = file
        self.isWriter = isWriter
        self.connection = connection
        executor = MirrorExecutor(label: isWriter ? "phsync.mirror.write" : "phsync.mirror.read")
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func run<T: Sendable>(
        _ durability: Durability, _ body: @Sendable (MirrorTransaction) throws -> T
    ) throws(MirrorError) -> T {
        if let connection { return try file.transact(on: connection, durability, body) }
        let opened = try file.connect(isWriter ? .write : .read)
        connection = opened
        return try file.transact(on: opened, durability, body)
    }

    func close() {
        connection = nil
    }
}
