import Models

/// Brings a file to today's schema: an append-only list, one transaction for each step.
struct Migrator {
    /// "phsy": says that an SQLite file is a mirror.
    static let applicationID: Int64 = 0x7068_7379
    /// Each with the statement that stamps its version: a pragma takes no bound value.
    static let migrations: [(sql: StaticString, stamp: StaticString)] = [
        (Migration001.sql, "PRAGMA user_version = 1"),
        (Migration002.sql, "PRAGMA user_version = 2"),
        (Migration003.sql, "PRAGMA user_version = 3"),
        (Migration004.sql, "PRAGMA user_version = 4"),
        (Migration005.sql, "PRAGMA user_version = 5"),
        (Migration006.sql, "PRAGMA user_version = 6"),
        (Migration007.sql, "PRAGMA user_version = 7"),
        (Migration008.sql, "PRAGMA user_version = 8"),
        (Migration009.sql, "PRAGMA user_version = 9"),
        (Migration010.sql, "PRAGMA user_version = 10"),
        (Migration011.sql, "PRAGMA user_version = 11"),
    ]
    static var currentVersion: Int64 { Int64(migrations.count) }

    enum State: Equatable {
        /// An SQLite file without anything in it.
        case empty
        case current
        case older(Int64)
    }

    let connection: Connection
    let path: String

    /// What the file is.
    ///
    /// - Throws: `MirrorError` with `.fromNewerVersion`, `.fromUnknownProgram`, `.damaged` or a failed read.
    func inspect() throws(MirrorError) -> State {
        let id = try number("PRAGMA application_id")
        let version = try number("PRAGMA user_version")
        if id == Migrator.applicationID, version > 0 {
            if version > Migrator.currentVersion {
                throw MirrorError(.fromNewerVersion(found: version, known: Migrator.currentVersion), path: path)
            }
            return version == Migrator.currentVersion ? .current : .older(version)
        }
        guard id == 0, version == 0, try number("SELECT count(*) FROM sqlite_schema") == 0 else {
            throw MirrorError(.fromUnknownProgram, path: path)
        }
        return .empty
    }

    /// Applies what is missing. Two processes may do it at once: the second finds it done.
    func migrate(environment: MirrorEnvironment) throws(MirrorError) {
        while true {
            let from: Int64
            switch try inspect() {
            case .current: return
            case .empty: from = 0
            case .older(let version): from = version
            }
            try apply(from: from, environment: environment)
        }
    }

    private func apply(from version: Int64, environment: MirrorEnvironment) throws(MirrorError) {
        do throws(SQLiteError) {
            try connection.run("BEGIN IMMEDIATE")
            guard try connection.pragma("PRAGMA user_version") == String(version) else {
                return try connection.run("ROLLBACK")
            }
            try connection.runScript(Migrator.migrations[Int(version)].sql)
            if version == 0 { try fill(environment) }
            guard try connection.pragma("PRAGMA foreign_key_check") == "" else {
                throw SQLiteError(
                    code: .corrupt, extendedCode: 0, message: "a row refers to nothing after migration \(version + 1)",
                    sql: "")
            }
            try connection.run("PRAGMA application_id = 0x70687379")
            try connection.run(Migrator.migrations[Int(version)].stamp)
            try connection.run("COMMIT")
        } catch {
            throw rolledBack(error)
        }
    }

    private func fill(_ environment: MirrorEnvironment) throws(SQLiteError) {
        let key = Hexadecimal.text(environment.randomBytes(32))
        try insert("redaction_key", key)
        try insert("created_at", String(environment.now().milliseconds))
    }

    private func insert(_ key: String, _ value: String) throws(SQLiteError) {
        try connection.withStatement(
            "INSERT INTO meta (key, value) VALUES (?1, ?2)", [SQLiteValue(key), SQLiteValue(value)]
        ) { (statement) throws(SQLiteError) in
            while try statement.step() {}
        }
    }

    private func rolledBack(_ error: SQLiteError) -> MirrorError {
        guard connection.isInTransaction else { return MirrorError(error, path: path) }
        do {
            try connection.run("ROLLBACK")
        } catch {
            return MirrorError(error, path: path)
        }
        return MirrorError(error, path: path)
    }

    private func number(_ sql: StaticString) throws(MirrorError) -> Int64 {
        do {
            return Int64(try connection.pragma(sql)) ?? -1
        } catch {
            throw MirrorError(error, path: path)
        }
    }
}
