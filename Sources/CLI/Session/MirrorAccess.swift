import Glibc
import Models
import Storage
import Sync

/// How commands reach the mirror of the chosen instance.
extension CommandContext {
    /// The mirror for reading only; never creates one.
    func mirrorToRead(_ instance: Instance) throws(Problem) -> Mirror {
        try open(instance, .readOnly)
    }

    /// Whether there is a mirror file, whatever state it is in.
    func hasMirror(_ instance: Instance) throws(Problem) -> Bool {
        access(try places().mirrorFile(instance.name), F_OK) == 0
    }

    /// The mirror for editing: it must exist already, so that an edit always stands on something pulled.
    func mirrorToEdit(_ instance: Instance) throws(Problem) -> Mirror {
        _ = try mirrorToRead(instance)
        return try mirrorToPull(instance)
    }

    /// The mirror for a pull: made when it is missing.
    func mirrorToPull(_ instance: Instance) throws(Problem) -> Mirror {
        try open(instance, .readWriteCreate)
    }

    private func open(_ instance: Instance, _ mode: Mirror.Mode) throws(Problem) -> Mirror {
        let directory = try places().mirrorDirectory(instance.name)
        do {
            return try Mirror.open(directory: directory, mode: mode)
        } catch where error.code == .damaged {
            throw error.problem(readableEdits: Mirror.salvageEdits(directory: directory).count)
        } catch {
            throw error.problem
        }
    }

    /// The run lock that pull and push hold while they work; free again when the value goes.
    func runLock(_ instance: Instance, command: String) throws(Problem) -> MirrorLock {
        try MirrorLock.take(directory: try places().mirrorDirectory(instance.name), command: command)
    }

    /// The process of a push that is under way on this mirror; nil when there is none.
    func runningPush(_ instance: Instance) throws(Problem) -> Int32? {
        let holder = MirrorLock.holder(directory: try places().mirrorDirectory(instance.name))
        return holder?.command == "push" ? holder?.pid : nil
    }

    var now: NowSource {
        { [clock] in Timestamp(milliseconds: clock.nowMilliseconds()) }
    }
}

extension Mirror {
    /// One consistent read, its failure as the person meets it.
    func look<T: Sendable>(_ body: @Sendable (MirrorTransaction) throws -> T) throws(Problem) -> T {
        do {
            return try readSync(body)
        } catch {
            throw error.problem
        }
    }
}

extension Freshness {
    /// Each collection's row with what people call it.
    static func titled(in mirror: MirrorTransaction) throws(MirrorError) -> [(row: FreshnessRow, freshness: Freshness)] {
        let names = try mirror.projects.all().reduce(into: [:]) { $0[FreshnessRow.configs(of: $1.id)] = $1.name }
        return try mirror.freshness.all().map { row in
            (row, Freshness(row, title: names[row.collection].map { "configs of \($0)" } ?? row.collection))
        }
    }

    private init(_ row: FreshnessRow, title: String) {
        self.init(collection: title, pulledAtMilliseconds: row.checkedAt?.milliseconds)
    }
}
