package import Models

/// Fields of others that a push has undone, as long as nobody has decided about them.
package struct LostFieldTable {
    let transaction: MirrorTransaction

    /// Remembers one; a later one of the same field takes its place.
    package func put(_ lost: LostField) throws(MirrorError) {
        try transaction.execute(
            """
            INSERT INTO lost_field (config_id, field, value_json, left_json, author, saved_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (config_id, field) DO UPDATE SET value_json = ?3, left_json = ?4, author = ?5, saved_at = ?6
            """, SQLiteValue(lost.configID.rawValue), SQLiteValue(lost.field.text), SQLiteValue(lost.value?.text), SQLiteValue(lost.left?.text),
            SQLiteValue(lost.author), SQLiteValue(lost.savedAt))
    }

    /// Forgets one, whichever way it was decided.
    package func remove(_ id: PluginConfigID, _ field: ConfigField) throws(MirrorError) {
        try transaction.execute(
            "DELETE FROM lost_field WHERE config_id = ?1 AND field = ?2", SQLiteValue(id.rawValue), SQLiteValue(field.text))
    }

    /// All that are remembered, by config; some may have been settled on the remote since.
    package func all() throws(MirrorError) -> [LostField] {
        try transaction.rows("SELECT * FROM lost_field ORDER BY config_id, field", decode: LostField.init)
    }

    /// Forgets fields whose key has become secret: their value is in clear here.
    func scrub(_ keys: Set<String>, of id: PluginConfigID) throws(MirrorError) {
        for key in keys {
            let removed = try transaction.execute(
                "DELETE FROM lost_field WHERE config_id = ?1 AND field = ?2", SQLiteValue(id.rawValue),
                SQLiteValue(ConfigField.key(key).text))
            if removed > 0 { transaction.hasScrubbed = true }
        }
    }
}

extension LostField {
    fileprivate init(_ row: Row) throws(SQLiteError) {
        self.init(
            configID: PluginConfigID(try row.integer("config_id")), field: try row.closed("field", ConfigField.init(text:)),
            value: try row.optionalJSON("value_json"),
            left: try row.optionalJSON("left_json"), author: try row.text("author"), savedAt: try row.time("saved_at"))
    }
}
