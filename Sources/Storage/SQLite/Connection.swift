import CSQLite

/// One SQLite connection with one owner; never crosses an isolation.
final class Connection {
    enum Access: Sendable, Equatable {
        case readWrite
        case readOnly
        /// Reading a folder that nobody can write to: the file can't change, and needs no locks or log.
        case immutable
    }

    let isReadOnly: Bool
    private let database: OpaquePointer
    private var cache = StatementCache()
    /// Nil until the connection was prepared for writing.
    private var durability: Durability?

    /// Opens an existing file.
    ///
    /// - Parameter vfs: A registered VFS, nil for the default.
    init(path: String, access: Access, busyTimeoutMilliseconds: Int32, vfs: String?) throws(SQLiteError) {
        var opened: OpaquePointer?
        let flags = (access == .readWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY)
            | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let uri = "file:\(Connection.escaped(path))" + (access == .immutable ? "?immutable=1" : "")
        let code = sqlite3_open_v2(uri, &opened, flags, vfs)
        guard code == SQLITE_OK, let opened else {
            let error = SQLiteError(code, database: opened, sql: "")
            sqlite3_close_v2(opened)
            throw error
        }
        database = opened
        isReadOnly = access != .readWrite
        sqlite3_busy_timeout(database, busyTimeoutMilliseconds)
        try configure()
    }

    deinit {
        cache.removeAll()
        sqlite3_close_v2(database)
    }

    /// Everything but unreserved characters and "/" as %XX, so that no path can add a parameter.
    private static func escaped(_ path: String) -> String {
        var result = ""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16)
            }
        }
        return result
    }

    private func configure() throws(SQLiteError) {
        try set(SQLITE_DBCONFIG_ENABLE_FKEY, to: 1)
        try set(SQLITE_DBCONFIG_DQS_DML, to: 0)
        try set(SQLITE_DBCONFIG_DQS_DDL, to: 0)
        try set(SQLITE_DBCONFIG_TRUSTED_SCHEMA, to: 0)
        try set(SQLITE_DBCONFIG_DEFENSIVE, to: 1)
    }

    private func set(_ option: Int32, to value: Int32) throws(SQLiteError) {
        var now: Int32 = -1
        let code = phsync_db_config(database, option, value, &now)
        guard code == SQLITE_OK, now == value else {
            throw SQLiteError(
                code: .other, extendedCode: code, message: "this SQLite can't set option \(option)", sql: "")
        }
    }

    /// Makes commits durable and the log a WAL; reads each setting back.
    ///
    /// Call after the file has proved to be ours: it changes the file.
    func prepareForWriting() throws(SQLiteError) {
        try expect("PRAGMA journal_mode = WAL", "wal")
        try setDurability(.immediate)
        // What is deleted is overwritten: a secret that was scrubbed must not linger in free pages.
        try expect("PRAGMA secure_delete = ON", "1")
        try expect("PRAGMA foreign_keys", "1")
        // 16 MiB of pages, and a log that is written back every 16 MiB: a first pull of many logs writes all over its
        // indexes, and takes half the time with this.
        try run("PRAGMA cache_size = -16384")
        try run("PRAGMA wal_autocheckpoint = 4096")
    }

    /// Not inside a transaction.
    func setDurability(_ wanted: Durability) throws(SQLiteError) {
        guard wanted != durability else { return }
        switch wanted {
        case .immediate:
            try run("PRAGMA synchronous = FULL")
            try expect("PRAGMA synchronous", "2")
        case .deferred:
            try run("PRAGMA synchronous = NORMAL")
        }
        durability = wanted
    }

    private func expect(_ sql: StaticString, _ wanted: String) throws(SQLiteError) {
        let found = try pragma(sql)
        guard found == wanted else {
            throw SQLiteError(
                code: .other, extendedCode: SQLITE_ERROR, message: "answered \(found), not \(wanted)",
                sql: sql.description)
        }
    }

    /// The single value of a pragma, as text.
    func pragma(_ sql: StaticString) throws(SQLiteError) -> String {
        try withStatement(sql, []) { (statement) throws(SQLiteError) in
            guard try statement.step() else { return "" }
            let value = statement.text(0)
            while try statement.step() {}
            return value
        }
    }

    /// Runs one statement without values or rows.
    func run(_ sql: StaticString) throws(SQLiteError) {
        try withStatement(sql, []) { (statement) throws(SQLiteError) in
            while try statement.step() {}
        }
    }

    /// Runs all statements of a script of ours.
    func runScript(_ sql: StaticString) throws(SQLiteError) {
        let text = sql.description
        let code = sqlite3_exec(database, text, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteError(code, database: database, sql: text) }
    }

    /// Lends a statement that is bound to `values`; one that failed is not used again.
    func withStatement<T>(
        _ sql: StaticString, _ values: [SQLiteValue], _ body: (Statement) throws(SQLiteError) -> T
    ) throws(SQLiteError) -> T {
        let statement = if let idle = cache.take(sql) { idle } else { try Statement(sql.description, database: database) }
        try statement.bind(values)
        let result = try body(statement)
        cache.giveBack(statement, sql)
        return result
    }

    /// Runs a statement without rows once for each item; preparing and finding it costs once.
    func runEach<Item>(
        _ sql: StaticString, _ items: some Sequence<Item>, _ values: (Item) -> [SQLiteValue], done: (Int) -> Void
    ) throws(SQLiteError) {
        let statement = if let idle = cache.take(sql) { idle } else { try Statement(sql.description, database: database) }
        for item in items {
            try statement.bind(values(item))
            while try statement.step() {}
            done(changedRows)
            statement.reset()
        }
        cache.giveBack(statement, sql)
    }

    /// Rows that the last INSERT, UPDATE or DELETE changed.
    var changedRows: Int { Int(sqlite3_changes64(database)) }

    /// False also when SQLite has rolled a transaction back by itself, after a full disk or an I/O error.
    var isInTransaction: Bool { sqlite3_get_autocommit(database) == 0 }
}
