/// The inbox: what a person made of each error group, figures of groups that need no look at their occurrences, failures
/// that only the mirror sees, and what alerts have told.
///
/// `error_group.shape` finds groups that may be the same; null until a pull has computed it. `error_day.day` counts days
/// since 1970 on the clock of the config's project, or in UTC; sources tell of the same occurrences, so a day's count is the
/// largest of them. `error_log` names entries of `log`, which go before it does. A row of `error_text` begins with the `rowid & 15`th text of the group `rowid >> 4`.
/// `error` is made anew because its CHECKs can't be changed; its rows stay as they are.
enum Migration009 {
    static let sql: StaticString = """
        ALTER TABLE error_group ADD COLUMN kind TEXT NOT NULL DEFAULT 'error' CHECK (kind IN ('error', 'switched off', 'delivery'));
        ALTER TABLE error_group ADD COLUMN name TEXT NOT NULL DEFAULT '';
        ALTER TABLE error_group ADD COLUMN message TEXT NOT NULL DEFAULT '';
        ALTER TABLE error_group ADD COLUMN shape INTEGER;
        ALTER TABLE error_group ADD COLUMN function TEXT NOT NULL DEFAULT '';
        ALTER TABLE error_group ADD COLUMN method TEXT NOT NULL DEFAULT '';
        ALTER TABLE error_group ADD COLUMN config_id INTEGER;
        ALTER TABLE error_group ADD COLUMN project_id INTEGER;
        ALTER TABLE error_group ADD COLUMN first_seen INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE error_group ADD COLUMN last_seen INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE error_group ADD COLUMN texts INTEGER NOT NULL DEFAULT 0 CHECK (texts BETWEEN 0 AND 16);
        ALTER TABLE error_group ADD COLUMN state TEXT NOT NULL DEFAULT 'new'
            CHECK (state IN ('new', 'seen', 'muted', 'resolved', 'came back'));
        ALTER TABLE error_group ADD COLUMN state_at INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE error_group ADD COLUMN returned_at INTEGER;
        ALTER TABLE error_group ADD COLUMN note TEXT NOT NULL DEFAULT '';
        CREATE INDEX error_group_shape ON error_group (shape);
        CREATE INDEX error_group_state ON error_group (state, last_seen);
        CREATE INDEX error_group_seen ON error_group (last_seen);

        CREATE TABLE error_next (
            id INTEGER PRIMARY KEY NOT NULL,
            key TEXT NOT NULL UNIQUE,
            group_id INTEGER NOT NULL REFERENCES error_group (id),
            source TEXT NOT NULL CHECK (source IN ('config', 'plugin', 'metric', 'switch', 'figures')),
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
        INSERT INTO error_next (id, key, group_id, source, plugin_id, config_id, project_id, category, type, name, message, at,
            at_text, details)
        SELECT id, key, group_id, source, plugin_id, config_id, project_id, category, type, name, message, at, at_text, details
        FROM error;
        DROP TABLE error;
        ALTER TABLE error_next RENAME TO error;
        CREATE INDEX error_of_group ON error (group_id, at);
        CREATE INDEX error_of_type ON error (config_id, category, type);

        CREATE TABLE error_place (
            group_id INTEGER NOT NULL REFERENCES error_group (id),
            config_id INTEGER NOT NULL,
            project_id INTEGER,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            PRIMARY KEY (group_id, config_id),
            CHECK ((config_id = 0) = (project_id IS NULL))
        ) STRICT, WITHOUT ROWID;
        INSERT INTO error_place (group_id, config_id, project_id, first_seen, last_seen)
        SELECT group_id, coalesce(config_id, 0), max(project_id), min(at), max(at) FROM error GROUP BY group_id, coalesce(config_id, 0);

        CREATE TABLE error_day (
            group_id INTEGER NOT NULL REFERENCES error_group (id),
            day INTEGER NOT NULL,
            config_id INTEGER NOT NULL,
            source TEXT NOT NULL CHECK (source IN ('config', 'plugin', 'metric', 'log', 'switch', 'figures')),
            count INTEGER NOT NULL CHECK (count > 0),
            PRIMARY KEY (group_id, day, config_id, source)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO error_day (group_id, day, config_id, source, count)
        SELECT group_id, at / 86400000, coalesce(config_id, 0), source, count(*) FROM error
        GROUP BY group_id, at / 86400000, coalesce(config_id, 0), source;

        CREATE TABLE error_log (
            group_id INTEGER NOT NULL REFERENCES error_group (id),
            number INTEGER NOT NULL,
            PRIMARY KEY (group_id, number)
        ) STRICT, WITHOUT ROWID;

        DROP TABLE error_text;
        CREATE VIRTUAL TABLE error_text USING fts5 (name, message, stack, content = '');
        INSERT INTO error_text (rowid, name, message, stack)
        SELECT group_id << 4 | (place - 1), name, message, coalesce(stack, '') FROM (
            SELECT group_id, name, message, row_number() OVER (PARTITION BY group_id ORDER BY id) AS place,
                CASE WHEN json_valid(details)
                    THEN coalesce(json_extract(details, '$.error.stack'), json_extract(details, '$.stack')) END AS stack
            FROM error)
        WHERE place <= 16 ORDER BY group_id, place;

        UPDATE error_group SET (name, message, config_id, project_id) = (
            SELECT name, message, config_id, project_id FROM error WHERE group_id = error_group.id ORDER BY at DESC, id DESC LIMIT 1)
        WHERE EXISTS (SELECT 1 FROM error WHERE group_id = error_group.id);
        UPDATE error_group SET
            first_seen = coalesce((SELECT min(at) FROM error WHERE group_id = error_group.id), created_at),
            last_seen = coalesce((SELECT max(at) FROM error WHERE group_id = error_group.id), created_at),
            texts = (SELECT min(16, count(*)) FROM error WHERE group_id = error_group.id);

        INSERT INTO meta (key, value) SELECT 'grouped_logs', '-1' WHERE EXISTS (SELECT 1 FROM log);

        CREATE TABLE switch_off (
            config_id INTEGER PRIMARY KEY NOT NULL,
            after INTEGER NOT NULL,
            seen_at INTEGER NOT NULL,
            updated_before TEXT,
            updated_after TEXT
        ) STRICT;

        CREATE TABLE alert_state (
            rule TEXT NOT NULL,
            subject TEXT NOT NULL,
            since INTEGER NOT NULL,
            told_at INTEGER,
            PRIMARY KEY (rule, subject)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE fixture (
            id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
            plugin_id INTEGER NOT NULL,
            config_id INTEGER,
            group_id INTEGER REFERENCES error_group (id),
            method TEXT NOT NULL CHECK (method <> ''),
            event TEXT NOT NULL,
            saved_at INTEGER NOT NULL,
            UNIQUE (plugin_id, method, event)
        ) STRICT;
        CREATE INDEX fixture_group ON fixture (group_id);
        """
}
