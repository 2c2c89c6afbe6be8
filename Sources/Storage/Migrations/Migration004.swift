/// The logs of the configs, their search index, and how far each config's log is read.
///
/// `log.number` is a span of 2^30 microseconds (18 minutes) of the entry's time, then 24 bits of counting: descending
/// numbers go back in time span by span, which lets the search index answer newest first, and entries of one page still
/// lie together, which makes a page of a thousand cost dozens of pages of the file instead of two thousand.
/// An entry is the same when config, time and id are: that index lies together too, where one of ids alone would be
/// hit at random, and it lists a config's log in exact order of time.
/// `log.level` and `log.source` are the numbers of `LogLevel` and `LogSource`.
enum Migration004 {
    static let sql: StaticString = """
        CREATE TABLE log (
            number INTEGER PRIMARY KEY NOT NULL,
            config_id INTEGER NOT NULL,
            at INTEGER NOT NULL,
            id BLOB NOT NULL,
            level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 5),
            source INTEGER NOT NULL CHECK (source BETWEEN 0 AND 3),
            message TEXT NOT NULL,
            instance_id BLOB CHECK (length(instance_id) = 16),
            extra TEXT,
            CHECK (number >> 24 = at >> 30)
        ) STRICT;
        CREATE UNIQUE INDEX log_entry ON log (config_id, at, id);
        CREATE INDEX log_trouble ON log (number) WHERE level >= 3;

        CREATE VIRTUAL TABLE log_text USING fts5 (
            config_id, message, content = 'log', content_rowid = 'number', columnsize = 0
        );

        CREATE TABLE log_walk (
            config_id INTEGER PRIMARY KEY NOT NULL,
            through INTEGER,
            attempted_at INTEGER NOT NULL,
            complete_at INTEGER,
            config_updated TEXT,
            has_gap INTEGER NOT NULL CHECK (has_gap IN (0, 1)),
            gap_after INTEGER,
            gap_before INTEGER,
            gap_began_at INTEGER,
            CHECK (has_gap = (gap_began_at IS NOT NULL))
        ) STRICT;
        """
}
