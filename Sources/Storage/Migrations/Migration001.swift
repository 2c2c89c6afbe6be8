/// The first schema. Never edited after its release: the next change is a migration of its own.
///
/// `config` names its plugin and project without foreign keys, because a list may hide a parent that exists.
/// `journal.config_id` has none because a draft's row goes when the remote has created the config.
enum Migration001 {
    static let sql: StaticString = """
        CREATE TABLE meta (
            key TEXT PRIMARY KEY NOT NULL,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE sequence (
            name TEXT PRIMARY KEY NOT NULL CHECK (name IN ('edit', 'draft', 'run')),
            value INTEGER NOT NULL CHECK (value >= 0)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO sequence (name, value) VALUES ('edit', 0), ('draft', 0), ('run', 0);

        CREATE TABLE project (
            id INTEGER PRIMARY KEY NOT NULL,
            name TEXT NOT NULL,
            json TEXT NOT NULL,
            removed_at INTEGER
        ) STRICT;

        CREATE TABLE plugin (
            id INTEGER PRIMARY KEY NOT NULL,
            name TEXT NOT NULL,
            type TEXT,
            tag TEXT,
            latest_tag TEXT,
            digest TEXT NOT NULL CHECK (length(digest) = 64),
            removed_at INTEGER,
            changed_at INTEGER NOT NULL,
            json TEXT NOT NULL
        ) STRICT;

        CREATE TABLE plugin_secret_key (
            plugin_id INTEGER NOT NULL,
            key TEXT NOT NULL,
            PRIMARY KEY (plugin_id, key)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE config (
            id INTEGER PRIMARY KEY NOT NULL CHECK (id <> 0),
            plugin_id INTEGER NOT NULL,
            project_id INTEGER NOT NULL,
            enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
            position INTEGER,
            remote_digest TEXT CHECK (length(remote_digest) = 64),
            removed_at INTEGER,
            changed_at INTEGER NOT NULL,
            base_json TEXT,
            remote_json TEXT,
            CHECK ((id < 0) = (base_json IS NULL)),
            CHECK ((base_json IS NULL) = (remote_json IS NULL)),
            CHECK ((remote_json IS NULL) = (remote_digest IS NULL))
        ) STRICT;
        CREATE INDEX config_plugin ON config (plugin_id, removed_at, enabled);
        CREATE INDEX config_project ON config (project_id);
        CREATE INDEX config_present ON config (removed_at, enabled);

        CREATE TABLE edit (
            config_id INTEGER NOT NULL REFERENCES config (id),
            field TEXT NOT NULL CHECK (field <> ''),
            kind TEXT NOT NULL CHECK (kind IN ('value', 'unset', 'secret')),
            value_json TEXT,
            secret_reference TEXT UNIQUE,
            version INTEGER NOT NULL UNIQUE CHECK (version > 0),
            made_at INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'in flight')),
            PRIMARY KEY (config_id, field),
            CHECK ((kind = 'value') = (value_json IS NOT NULL)),
            CHECK ((kind = 'secret') = (secret_reference IS NOT NULL))
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE run (
            id INTEGER PRIMARY KEY NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('pull', 'push')),
            started_at INTEGER NOT NULL,
            finished_at INTEGER,
            outcome TEXT,
            plan_digest TEXT,
            detail TEXT NOT NULL DEFAULT '',
            CHECK ((finished_at IS NULL) = (outcome IS NULL))
        ) STRICT;
        CREATE INDEX run_kind ON run (kind, id);

        CREATE TABLE journal (
            run_id INTEGER NOT NULL REFERENCES run (id),
            ordinal INTEGER NOT NULL CHECK (ordinal > 0),
            kind TEXT NOT NULL CHECK (kind IN ('create', 'update', 'enable')),
            config_id INTEGER NOT NULL,
            plugin_id INTEGER NOT NULL,
            project_id INTEGER NOT NULL,
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
            CHECK (state NOT IN ('sent', 'applied', 'unknown') OR sent_at IS NOT NULL)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX journal_unsettled ON journal (run_id, ordinal) WHERE state IN ('sent', 'unknown');

        CREATE TABLE history (
            kind TEXT NOT NULL CHECK (kind IN ('config', 'plugin')),
            entity_id INTEGER NOT NULL,
            version INTEGER NOT NULL CHECK (version > 0),
            recorded_at INTEGER NOT NULL,
            origin TEXT NOT NULL CHECK (origin IN ('pull', 'push', 'create')),
            run_id INTEGER REFERENCES run (id),
            digest TEXT NOT NULL CHECK (length(digest) = 64),
            content TEXT NOT NULL,
            PRIMARY KEY (kind, entity_id, version)
        ) STRICT;
        CREATE INDEX history_run ON history (run_id);

        CREATE TABLE freshness (
            collection TEXT PRIMARY KEY NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('complete', 'incomplete', 'unreachable')),
            checked_at INTEGER,
            attempted_at INTEGER NOT NULL,
            count INTEGER NOT NULL CHECK (count >= 0),
            detail TEXT NOT NULL,
            CHECK (state <> 'complete' OR checked_at IS NOT NULL)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE cursor (
            collection TEXT PRIMARY KEY NOT NULL,
            position INTEGER NOT NULL CHECK (position >= 0),
            started_at INTEGER NOT NULL,
            run_id INTEGER NOT NULL REFERENCES run (id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX cursor_run ON cursor (run_id);
        """
}
