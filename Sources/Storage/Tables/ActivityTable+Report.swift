package import Models

extension ActivityTable {
    /// The entries from `time` on up to the first pull that came to its end, the newest first: what no version tells of.
    package func beforeFirstPull(since time: Timestamp, limit: Int) throws(MirrorError) -> [ActivityRow] {
        try transaction.rows(
            """
            SELECT at, activity, json FROM activity
            WHERE at >= ?1 AND at < coalesce(
                (SELECT min(started_at) FROM run WHERE kind = 'pull' AND outcome IN ('pulled', 'partly pulled')), 0)
            ORDER BY at DESC LIMIT ?2
            """, SQLiteValue(time), SQLiteValue(Int64(limit)), decode: ActivityRow.init)
    }
}
