import CSQLite

/// A prepared statement; belongs to its connection and never outlives it.
final class Statement {
    let sql: String
    private let handle: OpaquePointer
    private let database: OpaquePointer
    /// Column names by index.
    private(set) lazy var columns: [String] = (0..<sqlite3_column_count(handle)).map { index in
        sqlite3_column_name(handle, index).map { String(cString: $0) } ?? ""
    }

    init(_ sql: String, database: OpaquePointer) throws(SQLiteError) {
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else {
            throw SQLiteError(code, database: database, sql: sql)
        }
        self.sql = sql
        self.database = database
        handle = prepared
    }

    deinit {
        sqlite3_finalize(handle)
    }

    func bind(_ values: [SQLiteValue]) throws(SQLiteError) {
        precondition(values.count == sqlite3_bind_parameter_count(handle), "one value for each parameter: \(sql)")
        for (offset, value) in values.enumerated() {
            let index = Int32(offset + 1)
            let code = bind(value, at: index)
            guard code == SQLITE_OK else { throw SQLiteError(code, database: database, sql: sql) }
        }
    }

    private func bind(_ value: SQLiteValue, at index: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(handle, index)
        case .integer(let value): return sqlite3_bind_int64(handle, index, value)
        case .text(var text):
            return text.withUTF8 { bytes in
                // An empty string may have no address, and SQLite takes that for NULL.
                guard let start = bytes.baseAddress, !bytes.isEmpty else {
                    return phsync_bind_text(handle, index, "", 0)
                }
                return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { text in
                    phsync_bind_text(handle, index, text, Int32(clamping: bytes.count))
                }
            }
        case .blob(let bytes): return phsync_bind_blob(handle, index, bytes, Int32(clamping: bytes.count))
        }
    }

    /// - Returns: Whether there is a row.
    func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw SQLiteError(code, database: database, sql: sql)
        }
    }

    /// Makes it ready for the next use; what went wrong before was thrown by `step`.
    func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }
}

/// Reading the current row.
extension Statement {
    /// SQLITE_INTEGER, SQLITE_TEXT, …
    func kind(_ index: Int32) -> Int32 { sqlite3_column_type(handle, index) }

    func integer(_ index: Int32) -> Int64 { sqlite3_column_int64(handle, index) }

    func blob(_ index: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, index) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index))))
    }

    func text(_ index: Int32) -> String {
        guard let start = sqlite3_column_text(handle, index) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, index))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }
}

extension SQLiteError {
    init(_ code: Int32, database: OpaquePointer?, sql: String) {
        // The connection's code is the extended one of the same failure.
        let extended = database.map { sqlite3_extended_errcode($0) } ?? code
        let fits = extended & 0xFF == code & 0xFF
        let words = fits ? database.flatMap { sqlite3_errmsg($0) } : sqlite3_errstr(code)
        self.init(
            code: ResultCode(extended: fits ? extended : code), extendedCode: fits ? extended : code,
            message: words.map { String(cString: $0) } ?? "unknown", sql: sql)
    }
}
