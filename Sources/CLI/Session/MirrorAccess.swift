import Models
import Storage

/// How commands reach the mirror of the chosen instance.
extension CommandContext {
    /// The mirror for reading only; never creates one.
    func mirrorToRead(_ instance: Instance) throws(Problem) -> Mirror {
        do {
            return try Mirror.open(directory: try places().mirrorDirectory(instance.name), mode: .readOnly)
        } catch let error as MirrorError {
            throw error.problem
        } catch let problem as Problem {
            throw problem
        } catch {
            preconditionFailure("opening a mirror throws MirrorError or Problem")
        }
    }

    /// The mirror for editing: it must exist already, so that an edit always stands on something pulled.
    func mirrorToEdit(_ instance: Instance) throws(Problem) -> Mirror {
        _ = try mirrorToRead(instance)
        return try mirrorToPull(instance)
    }

    /// The mirror for a pull: made when it is missing.
    func mirrorToPull(_ instance: Instance) throws(Problem) -> Mirror {
        let directory = try places().mirrorDirectory(instance.name)
        do {
            return try Mirror.open(directory: directory, mode: .readWriteCreate)
        } catch {
            throw error.problem
        }
    }

    /// The run lock that pull and push hold while they work; free again when the value goes.
    func runLock(_ instance: Instance, command: String) throws(Problem) -> MirrorLock {
        try MirrorLock.take(directory: try places().mirrorDirectory(instance.name), command: command)
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

    /// One transaction, its failure as the person meets it; nothing of it is stored then.
    func change<T: Sendable>(_ body: @Sendable (MirrorTransaction) throws -> T) async throws(Problem) -> T {
        do {
            return try await write(body)
        } catch {
            throw error.problem
        }
    }
}

extension Freshness {
    init(_ row: FreshnessRow, title: String) {
        self.init(collection: title, pulledAtMilliseconds: row.checkedAt?.milliseconds)
    }
}
