/// Code of plugins: texts stored once by their digest, what each side has, edits, versions; and a journal with steps about it.
///
/// `source` names its plugin without a foreign key, as `config` does. The journal is made anew because its CHECKs can't be
/// changed; its rows stay as they are.
enum Migration005 {
    static let sql: StaticString = """
        CREATE TABLE source_text (
            digest TEXT PRIMARY KEY NOT NULL CHECK (length(digest) = 64),
            text TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 8388608)
        ) STRICT;

        CREATE TABLE source (
            plugin_id INTEGER PRIMARY KEY NOT NULL,
            form TEXT NOT NULL CHECK (form IN ('endpoint', 'field')),
            read_at INTEGER,
            read_of TEXT NOT NULL,
            attempted_at INTEGER NOT NULL,
            detail TEXT NOT NULL,
            given_at INTEGER,
            given_from TEXT,
            CHECK ((given_at IS NULL) = (given_from IS NULL))
        ) STRICT;

        CREATE TABLE source_file (
            plugin_id INTEGER NOT NULL REFERENCES source (plugin_id),
            side TEXT NOT NULL CHECK (side IN ('base', 'remote', 'given')),
            name TEXT NOT NULL CHECK (name <> ''),
            digest TEXT REFERENCES source_text (digest),
            PRIMARY KEY (plugin_id, side, name)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX source_file_text ON source_file (digest);

        CREATE TABLE source_edit (
            plugin_id INTEGER NOT NULL REFERENCES source (plugin_id),
            name TEXT NOT NULL CHECK (name <> ''),
            kind TEXT NOT NULL CHECK (kind IN ('text', 'deletion')),
            digest TEXT REFERENCES source_text (digest),
            version INTEGER NOT NULL UNIQUE CHECK (version > 0),
            made_at INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'in flight')),
            PRIMARY KEY (plugin_id, name),
            CHECK ((kind = 'text') = (digest IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX source_edit_text ON source_edit (digest);

        CREATE TABLE source_version (
            plugin_id INTEGER NOT NULL,
            version INTEGER NOT NULL CHECK (version > 0),
            recorded_at INTEGER NOT NULL,
            origin TEXT NOT NULL CHECK (origin IN ('pull', 'push')),
            run_id INTEGER REFERENCES run (id),
            digest TEXT NOT NULL CHECK (length(digest) = 64),
            PRIMARY KEY (plugin_id, version)
        ) STRICT;
        CREATE INDEX source_version_run ON source_version (run_id);

        CREATE TABLE source_version_file (
            plugin_id INTEGER NOT NULL,
            version INTEGER NOT NULL,
            name TEXT NOT NULL CHECK (name <> ''),
            digest TEXT REFERENCES source_text (digest),
            PRIMARY KEY (plugin_id, version, name),
            FOREIGN KEY (plugin_id, version) REFERENCES source_version (plugin_id, version)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX source_version_file_text ON source_version_file (digest);

        CREATE TABLE journal_next (
            run_id INTEGER NOT NULL REFERENCES run (id),
            ordinal INTEGER NOT NULL CHECK (ordinal > 0),
            kind TEXT NOT NULL CHECK (kind IN ('create', 'update', 'enable', 'source')),
            config_id INTEGER,
            plugin_id INTEGER NOT NULL,
            project_id INTEGER,
            method TEXT NOT NULL,
            path TEXT NOT NULL,
            fields TEXT NOT NULL,
            edits TEXT NOT NULL,
            before_json TEXT,
            expected_json TEXT,
            state TEXT NOT NULL CHECK (state IN ('planned', 'sent', 'applied', 'refused', 'unknown', 'skipped')),
            sent_at INTEGER,
            settled_at INTEGER,
            detail TEXT NOT NULL,
            PRIMARY KEY (run_id, ordinal),
            CHECK (state NOT IN ('sent', 'applied', 'unknown') OR sent_at IS NOT NULL),
            CHECK ((kind = 'source') = (config_id IS NULL)),
            CHECK ((kind = 'source') = (project_id IS NULL))
        ) STRICT, WITHOUT ROWID;
        INSERT INTO journal_next (run_id, ordinal, kind, config_id, plugin_id, project_id, method, path, fields, edits,
            before_json, expected_json, state, sent_at, settled_at, detail)
        SELECT run_id, ordinal, kind, config_id, plugin_id, project_id, method, path, fields, edits,
            before_json, expected_json, state, sent_at, settled_at, detail FROM journal;
        DROP TABLE journal;
        ALTER TABLE journal_next RENAME TO journal;
        CREATE INDEX journal_unsettled ON journal (run_id, ordinal) WHERE state IN ('sent', 'unknown');
        """
}
