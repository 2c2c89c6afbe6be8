package import Models

/// One invocation that synced.
package struct RunRow: Sendable, Equatable {
    /// Which way the run moved things.
    package enum Kind: String, Sendable {
        case pull, push
    }

    /// Grows with every run of the mirror.
    package let id: Int64
    /// Which way it moved things.
    package let kind: Kind
    /// By this machine's clock.
    package let startedAt: Timestamp
    /// nil while it runs, and for ever when it was killed.
    package let finishedAt: Timestamp?
    /// The command's word for how it ended: "pulled", "partly applied".
    package let outcome: String?
    /// Of a push; nil for a pull.
    package let planDigest: String?
    /// What it is told apart by, as the constants below; "" for nothing.
    package let detail: String

    /// The detail of a push that takes another one back.
    package static let undo = "undo"
    /// The detail of a push that goes on with the one before it.
    package static let resume = "resume"
    /// The detail of a push that the person insisted on against what checks or a dry run found.
    package static let unverified = "not verified"

    /// The detail of an upgrade of a plugin, which is no push of edits.
    package static let upgrade = "upgrade"

    /// What a push of edits begins with.
    package static func detail(isResumed: Bool, isUnverified: Bool) -> String {
        [isResumed ? resume : nil, isUnverified ? unverified : nil].compactMap { $0 }.joined(separator: ", ")
    }

    /// Whether it goes on with the push before it.
    package var isResumed: Bool { detail == RunRow.resume || detail.hasPrefix("\(RunRow.resume), ") }

    /// Whether the person insisted on it.
    package var isUnverified: Bool { detail.hasSuffix(RunRow.unverified) }
}

/// Runs of pull and push, the journal's parents.
package struct RunTable {
    let transaction: MirrorTransaction

    /// - Returns: The run's id.
    package func begin(
        _ kind: RunRow.Kind, planDigest: String? = nil, detail: String = "", at time: Timestamp
    ) throws(MirrorError) -> Int64 {
        let id = try transaction.nextNumber("run")
        try transaction.execute(
            "INSERT INTO run (id, kind, started_at, plan_digest, detail) VALUES (?1, ?2, ?3, ?4, ?5)", SQLiteValue(id),
            SQLiteValue(kind.rawValue), SQLiteValue(time), SQLiteValue(planDigest), SQLiteValue(detail))
        return id
    }

    /// - Parameter detail: Replaces what the run began with; nil leaves it.
    package func finish(_ id: Int64, outcome: String, detail: String? = nil, at time: Timestamp) throws(MirrorError) {
        try transaction.execute(
            "UPDATE run SET finished_at = ?2, outcome = ?3, detail = coalesce(?4, detail) WHERE id = ?1", SQLiteValue(id),
            SQLiteValue(time), SQLiteValue(outcome), SQLiteValue(detail))
    }

    /// The run of that id; nil when there is none.
    package func row(_ id: Int64) throws(MirrorError) -> RunRow? {
        try transaction.first("SELECT * FROM run WHERE id = ?1", SQLiteValue(id), decode: RunRow.init)
    }

    /// The latest run of that kind, finished or not.
    package func latest(_ kind: RunRow.Kind) throws(MirrorError) -> RunRow? {
        try transaction.first(
            "SELECT * FROM run WHERE kind = ?1 ORDER BY id DESC LIMIT 1", SQLiteValue(kind.rawValue), decode: RunRow.init)
    }

    /// The latest push of edits that has not come to its end, and those that it goes on with, the newest first.
    ///
    /// One that applied nothing changes nothing about the one before it; one that takes another back is none.
    package func interruptedPushes() throws(MirrorError) -> [RunRow] {
        let latest = try transaction.rows(
            "SELECT * FROM run WHERE kind = 'push' AND detail <> ?1 AND detail NOT LIKE ?2 ORDER BY id DESC LIMIT 100",
            SQLiteValue(RunRow.undo), SQLiteValue("\(RunRow.upgrade)%"), decode: RunRow.init)
        var found: [RunRow] = []
        for run in latest {
            if ["pushed", "taken back"].contains(run.outcome) { break }
            found.append(run)
            guard run.isResumed || run.outcome == "not applied" else { break }
        }
        return found
    }

    /// The latest runs, the newest first.
    package func list(limit: Int) throws(MirrorError) -> [RunRow] {
        try transaction.rows(
            "SELECT * FROM run ORDER BY id DESC LIMIT ?1", SQLiteValue(Int64(limit)), decode: RunRow.init)
    }
}

extension RunRow {
    fileprivate init(_ row: Row) throws(SQLiteError) {
        self.init(
            id: try row.integer("id"), kind: try row.closed("kind", Kind.init), startedAt: try row.time("started_at"),
            finishedAt: try row.optionalTime("finished_at"), outcome: try row.optionalText("outcome"),
            planDigest: try row.optionalText("plan_digest"), detail: try row.text("detail"))
    }
}
