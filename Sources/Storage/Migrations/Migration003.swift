/// Metrics, errors, activity and sample events.
///
/// Configs, plugins and projects are named without foreign keys, for the same reason as in `config`: what happened stays
/// when a list no longer shows where. `error_text` has no content of its own: its rowids are those of `error`.
enum Migration003 {
    static let sql: StaticString = """
        CREATE TABLE metric_series (
            config_id INTEGER NOT NULL,
            category TEXT NOT NULL CHECK (category <> ''),
            known_at INTEGER NOT NULL,
            is_refused INTEGER NOT NULL CHECK (is_refused IN (0, 1)),
            PRIMARY KEY (config_id, category)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE metric (
            config_id INTEGER NOT NULL,
            category TEXT NOT NULL CHECK (category <> ''),
            granularity TEXT NOT NULL CHECK (granularity IN ('day', 'hour')),
            bucket TEXT NOT NULL CHECK (length(bucket) >= 10),
            successes INTEGER NOT NULL,
            successes_on_retry INTEGER NOT NULL,
            failures INTEGER NOT NULL,
            PRIMARY KEY (config_id, category, granularity, bucket)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE error_type (
            config_id INTEGER NOT NULL,
            category TEXT NOT NULL,
            type TEXT NOT NULL,
            count INTEGER NOT NULL,
            last_seen TEXT NOT NULL,
            counted_from TEXT NOT NULL,
            is_read INTEGER NOT NULL CHECK (is_read IN (0, 1)),
            PRIMARY KEY (config_id, category, type)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX error_type_unread ON error_type (config_id) WHERE is_read = 0;

        CREATE TABLE error_group (
            id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
            fingerprint TEXT NOT NULL UNIQUE CHECK (length(fingerprint) = 64),
            plugin_id INTEGER NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE error (
            id INTEGER PRIMARY KEY NOT NULL,
            key TEXT NOT NULL UNIQUE,
            group_id INTEGER NOT NULL REFERENCES error_group (id),
            source TEXT NOT NULL CHECK (source IN ('config', 'plugin', 'metric')),
            plugin_id INTEGER NOT NULL,
            config_id INTEGER,
            project_id INTEGER,
            category TEXT,
            type TEXT,
            name TEXT NOT NULL,
            message TEXT NOT NULL,
            at INTEGER NOT NULL,
            at_text TEXT NOT NULL,
            details TEXT NOT NULL,
            CHECK ((source = 'plugin') = (config_id IS NULL)),
            CHECK ((config_id IS NULL) = (project_id IS NULL)),
            CHECK ((source = 'metric') = (category IS NOT NULL)),
            CHECK ((category IS NULL) = (type IS NULL))
        ) STRICT;
        CREATE INDEX error_of_group ON error (group_id, at);
        CREATE INDEX error_of_type ON error (config_id, category, type);

        CREATE VIRTUAL TABLE error_text USING fts5 (name, message, stack, content = '');

        CREATE TABLE activity (
            key TEXT PRIMARY KEY NOT NULL CHECK (length(key) = 64),
            scope TEXT NOT NULL,
            item_id TEXT NOT NULL,
            activity TEXT NOT NULL,
            at INTEGER NOT NULL,
            json TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX activity_of_item ON activity (item_id, at);

        CREATE TABLE event (
            project_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            event TEXT NOT NULL,
            distinct_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            stored_at INTEGER NOT NULL,
            json TEXT NOT NULL,
            PRIMARY KEY (project_id, id)
        ) STRICT;
        CREATE INDEX event_at ON event (project_id, at);
        """
}
