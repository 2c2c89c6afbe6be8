package import Models

extension ErrorTable {
    /// Applies what a person did to a group.
    ///
    /// - Returns: The state before and after; nil when there is no such group.
    @discardableResult
    package func apply(
        _ event: InboxEvent, to group: ErrorGroupID, at time: Timestamp
    ) throws(MirrorError) -> (before: InboxState, after: InboxState)? {
        let state = try transaction.first(
            "SELECT state FROM error_group WHERE id = ?1", SQLiteValue(group.rawValue)
        ) { (row) throws(SQLiteError) in try row.closed("state", InboxState.init) }
        guard let state else { return nil }
        let next = state.after(event)
        // Resolved once more counts from now on.
        if next != state || event == .resolved {
            try transaction.execute(
                "UPDATE error_group SET state = ?2, state_at = ?3 WHERE id = ?1", SQLiteValue(group.rawValue), SQLiteValue(next.rawValue),
                SQLiteValue(time))
        }
        return (state, next)
    }

    /// Writes a note to a group; an empty one removes it. False when there is no such group.
    @discardableResult
    package func setNote(_ text: String, of group: ErrorGroupID) throws(MirrorError) -> Bool {
        try transaction.execute(
            "UPDATE error_group SET note = ?2 WHERE id = ?1", SQLiteValue(group.rawValue), SQLiteValue(text)) > 0
    }

    /// Marks all as seen that nobody has looked at.
    ///
    /// - Returns: How many there were.
    package func lookAtAll(at time: Timestamp) throws(MirrorError) -> Int {
        try transaction.execute(
            "UPDATE error_group SET state = 'seen', state_at = ?1 WHERE state IN ('new', 'came back')", SQLiteValue(time))
    }
}
