/// How conflicts were settled, to be offered again when the very same one comes back.
///
/// Digests are keyed with the mirror's own key: nobody can try values against them elsewhere. Of secrets and files there are no
/// rows.
enum Migration007 {
    static let sql: StaticString = """
        CREATE TABLE resolution (
            kind TEXT NOT NULL CHECK (kind IN ('config', 'source')),
            field TEXT NOT NULL CHECK (field <> ''),
            base_digest TEXT NOT NULL CHECK (length(base_digest) = 64),
            local_digest TEXT NOT NULL CHECK (length(local_digest) = 64),
            remote_digest TEXT NOT NULL CHECK (length(remote_digest) = 64),
            side TEXT NOT NULL CHECK (side IN ('local', 'remote', 'edit')),
            result_json TEXT,
            subject TEXT NOT NULL,
            settled_at INTEGER NOT NULL,
            PRIMARY KEY (kind, field, base_digest, local_digest, remote_digest),
            CHECK (side = 'edit' OR result_json IS NULL)
        ) STRICT, WITHOUT ROWID;
        """
}
