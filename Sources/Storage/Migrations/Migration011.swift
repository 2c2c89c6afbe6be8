/// What tells later whether a write arrived that the remote shows no trace of: when the remote said that it took it, its stamp
/// of the config before, and the newest entry of its activity log that was known, by its own clock. `left` names the fields or
/// files of which the remote still had what was sent, in a step that somebody has saved over.
enum Migration011 {
    static let sql: StaticString = """
        ALTER TABLE journal ADD COLUMN acknowledged_at INTEGER;
        ALTER TABLE journal ADD COLUMN stamp_before TEXT;
        ALTER TABLE journal ADD COLUMN activity_before INTEGER;
        ALTER TABLE journal ADD COLUMN left TEXT;
        """
}
