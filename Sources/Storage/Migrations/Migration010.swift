/// What others saved and a push of ours has undone, to be offered until somebody decides; never a secret.
enum Migration010 {
    static let sql: StaticString = """
        CREATE TABLE lost_field (
            config_id INTEGER NOT NULL CHECK (config_id > 0),
            field TEXT NOT NULL CHECK (field <> ''),
            value_json TEXT,
            left_json TEXT,
            author TEXT NOT NULL,
            saved_at INTEGER NOT NULL,
            PRIMARY KEY (config_id, field)
        ) STRICT, WITHOUT ROWID;
        """
}
