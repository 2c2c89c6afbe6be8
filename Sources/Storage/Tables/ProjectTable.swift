package import Models

/// A project as the mirror has it.
package struct ProjectRow: Sendable, Equatable {
    /// By the server.
    package let id: ProjectID
    /// As the server last said it.
    package let name: String
    /// When a complete list no longer held it.
    package let removedAt: Timestamp?
}

/// The projects that the remote has shown.
package struct ProjectTable {
    let transaction: MirrorTransaction

    /// Stores the project as the server names it; one that was marked as removed is back.
    @discardableResult
    package func store(_ project: Project) throws(MirrorError) -> Stored {
        let text = project.json.text
        let known = try transaction.first(
            "SELECT json, removed_at FROM project WHERE id = ?1", SQLiteValue(project.id.rawValue)
        ) { (row) throws(SQLiteError) in (text: try row.text("json"), removed: try row.optionalInteger("removed_at")) }
        if let known, known.removed == nil, known.text.hasSameBytes(as: text) { return .unchanged }
        try transaction.execute(
            """
            INSERT INTO project (id, name, json) VALUES (?1, ?2, ?3)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, json = excluded.json, removed_at = NULL
            """, SQLiteValue(project.id.rawValue), SQLiteValue(project.name), SQLiteValue(text))
        return known == nil ? .inserted : .changed
    }

    /// Marks it gone from the remote; its rows and edits stay. False when it was marked already or is unknown.
    @discardableResult
    package func markRemoved(_ id: ProjectID, at time: Timestamp) throws(MirrorError) -> Bool {
        try transaction.execute(
            "UPDATE project SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL", SQLiteValue(id.rawValue),
            SQLiteValue(time)) > 0
    }

    /// The zone that the project counts its days in.
    ///
    /// - Parameter id: nil for what belongs to no project, and is counted in UTC.
    package func zone(_ id: ProjectID?) throws(MirrorError) -> ProjectZone {
        guard let id else { return .utc }
        if let known = transaction.projectZones[id] { return known }
        let json = try transaction.first(
            "SELECT json FROM project WHERE id = ?1", SQLiteValue(id.rawValue)
        ) { (row) throws(SQLiteError) in try row.json("json") }
        let zone = ProjectZone(json?["timezone"]?.string, find: transaction.zones.rules)
        transaction.projectZones[id] = zone
        return zone
    }

    /// The one zone of all projects that are there; nil when they have several.
    package func commonZone() throws(MirrorError) -> ProjectZone? {
        var common: ProjectZone?
        for project in try all() where project.removedAt == nil {
            let zone = try zone(project.id)
            if let common, common != zone { return nil }
            common = zone
        }
        return common ?? .utc
    }

    /// All projects in the order of their ids, removed ones included.
    package func all() throws(MirrorError) -> [ProjectRow] {
        try transaction.rows(
            "SELECT id, name, removed_at FROM project ORDER BY id"
        ) { (row) throws(SQLiteError) in
            ProjectRow(
                id: ProjectID(try row.integer("id")), name: try row.text("name"),
                removedAt: try row.optionalTime("removed_at"))
        }
    }
}
