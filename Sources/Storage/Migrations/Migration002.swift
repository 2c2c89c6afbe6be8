/// Attached files that wait for a push.
///
/// An edit that attaches a file is of kind 'secret': its contents wait in a private file that `secret_reference` names, as
/// those of a secret do. What may be known of the file is here, and goes with its edit.
enum Migration002 {
    static let sql: StaticString = """
        CREATE TABLE attachment (
            reference TEXT PRIMARY KEY NOT NULL REFERENCES edit (secret_reference) ON DELETE CASCADE,
            name TEXT NOT NULL CHECK (name <> ''),
            content_type TEXT NOT NULL,
            size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0)
        ) STRICT, WITHOUT ROWID;
        """
}
