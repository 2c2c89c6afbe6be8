/// A part of the mirror that a change can be about.
package enum MirrorPart: String, Sendable, CaseIterable {
    /// Plugins, configs, projects, and how fresh they are.
    case lists
    /// What waits here: edits of configs and of code.
    case edits
    /// Error groups and what was made of them.
    case errors
    /// Pulls and pushes, begun or ended.
    case runs
}

/// What the mirror was at one moment, as far as it takes to see that it is another one now.
package struct MirrorState: Sendable, Equatable {
    /// SQLite's count of other connections' commits: equal as long as nothing was written.
    fileprivate let dataVersion: String
    fileprivate let marks: [MirrorPart: String]
}

/// Looks whether somebody has written to the mirror: this process or another one.
///
/// It has a connection of its own, because SQLite counts commits for each connection apart. A look at a mirror that has not changed
/// reads no table.
package struct MirrorWatch: Sendable {
    private let lane: MirrorLane

    init(lane: MirrorLane) {
        self.lane = lane
    }

    /// - Parameter known: What `state` gave before; when nothing has been written since, it comes back unread.
    package func state(after known: MirrorState? = nil) async throws(MirrorError) -> MirrorState {
        try await lane.run(.immediate) { transaction in
            let version = try transaction.dataVersion()
            if let known, known.dataVersion == version { return known }
            return MirrorState(dataVersion: version, marks: try transaction.marks())
        }
    }

    package func close() async {
        await lane.close()
    }
}

extension MirrorState {
    /// The parts that differ; none also when something was written that belongs to no part (logs, figures, sample events).
    package func parts(changedSince earlier: MirrorState) -> Set<MirrorPart> {
        Set(MirrorPart.allCases.filter { marks[$0] != earlier.marks[$0] })
    }
}

extension MirrorTransaction {
    fileprivate func dataVersion() throws(MirrorError) -> String {
        do {
            return try connection.pragma("PRAGMA data_version")
        } catch {
            throw MirrorError(error, path: path)
        }
    }

    /// A text for each part that is another one whenever the part has changed; from indexes and small tables.
    fileprivate func marks() throws(MirrorError) -> [MirrorPart: String] {
        [
            .lists: try mark(
                """
                SELECT (SELECT coalesce(max(attempted_at), 0) FROM freshness) || ' ' || (SELECT coalesce(max(changed_at), 0) FROM config)
                    || ' ' || (SELECT count(*) FROM config WHERE removed_at IS NULL) || ' ' || (SELECT coalesce(max(changed_at), 0) FROM plugin)
                    || ' ' || (SELECT count(*) FROM plugin WHERE removed_at IS NULL) AS mark
                """),
            .edits: try mark(
                """
                SELECT (SELECT value FROM sequence WHERE name = 'edit') || ' ' || (SELECT count(*) FROM edit)
                    || ' ' || (SELECT count(*) FROM edit WHERE state = 'in flight') || ' ' || (SELECT count(*) FROM source_edit)
                    || ' ' || (SELECT count(*) FROM source_edit WHERE state = 'in flight') AS mark
                """),
            .errors: try mark(
                """
                SELECT count(*) || ' ' || coalesce(max(last_seen), 0) || ' ' || coalesce(max(state_at), 0)
                    || ' ' || coalesce(sum(length(note)), 0) AS mark FROM error_group
                """),
            .runs: try mark("SELECT count(*) || ' ' || count(finished_at) || ' ' || coalesce(max(id), 0) AS mark FROM run"),
        ]
    }

    private func mark(_ sql: StaticString) throws(MirrorError) -> String {
        try first(sql) { (row) throws(SQLiteError) in try row.text("mark") } ?? ""
    }
}
