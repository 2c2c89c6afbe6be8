extension MirrorFile {
    /// Runs `body` in one transaction: immediate on a connection that writes, deferred on one that reads.
    ///
    /// A file may go only when no power cut can bring back the row that refers to it, so a transaction that turns out to
    /// remove one is run again, durably.
    func transact<T>(
        on connection: Connection, _ durability: Durability, _ body: (MirrorTransaction) throws -> T
    ) throws(MirrorError) -> T {
        let transaction = MirrorTransaction(connection: connection, secrets: secrets, files: attachments, zones: environment.zones, path: path)
        try begin(on: connection, durability)
        let result: T
        do {
            result = try body(transaction)
            if let failure = transaction.failure { throw failure }
        } catch {
            rollBack(connection)
            forget(transaction.createdSecrets)
            throw MirrorError(thrown: error, path: path)
        }
        if durability == .deferred, !transaction.secretsToRemove.isEmpty {
            rollBack(connection)
            forget(transaction.createdSecrets)
            return try transact(on: connection, .immediate, body)
        }
        try commit(connection)
        forget(transaction.secretsToRemove)
        if transaction.hasScrubbed { emptyLog(connection) }
        return result
    }

    private func begin(on connection: Connection, _ durability: Durability) throws(MirrorError) {
        do {
            if !connection.isReadOnly { try connection.setDurability(durability) }
            try connection.run(connection.isReadOnly ? "BEGIN" : "BEGIN IMMEDIATE")
        } catch {
            throw MirrorError(error, path: path)
        }
    }

    /// A COMMIT that failed half-way may still be found in the log after a crash, so files of secrets that its rows
    /// refer to stay; a sweep removes them when the rows did not survive.
    private func commit(_ connection: Connection) throws(MirrorError) {
        do {
            try run("COMMIT", on: connection)
        } catch {
            rollBack(connection)
            throw error
        }
    }

    private func rollBack(_ connection: Connection) {
        // SQLite has done it by itself after some errors, and asking again would be one more.
        guard connection.isInTransaction else { return }
        do {
            try connection.run("ROLLBACK")
        } catch {
            // Nothing more can be done with it here: the next BEGIN on this connection says so.
        }
    }

    /// A file that can't be removed now is removed by the next sweep.
    private func forget(_ references: [String]) {
        for reference in references {
            do {
                if try !secrets.remove(reference) { try attachments.remove(reference) }
            } catch {
                continue
            }
        }
    }

    /// Old pages in the log hold what was scrubbed. A reader may keep it from being emptied; closing the mirror does it then.
    private func emptyLog(_ connection: Connection) {
        do {
            try connection.run("PRAGMA wal_checkpoint(TRUNCATE)")
        } catch {
            return
        }
    }

    private func run(_ sql: StaticString, on connection: Connection) throws(MirrorError) {
        do {
            try connection.run(sql)
        } catch {
            throw MirrorError(error, path: path)
        }
    }
}
