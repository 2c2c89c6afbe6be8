import CSQLite
import Models

/// The current row of a statement, decoded by column name into exact types; valid until the next step.
struct Row {
    private let statement: Statement

    init(_ statement: Statement) {
        self.statement = statement
    }

    func integer(_ column: String) throws(SQLiteError) -> Int64 {
        guard let value = try optionalInteger(column) else { throw wrongKind(column, found: SQLITE_NULL) }
        return value
    }

    func optionalInteger(_ column: String) throws(SQLiteError) -> Int64? {
        let index = index(of: column)
        switch statement.kind(index) {
        case SQLITE_INTEGER: return statement.integer(index)
        case SQLITE_NULL: return nil
        case let kind: throw wrongKind(column, found: kind)
        }
    }

    func text(_ column: String) throws(SQLiteError) -> String {
        guard let value = try optionalText(column) else { throw wrongKind(column, found: SQLITE_NULL) }
        return value
    }

    func optionalText(_ column: String) throws(SQLiteError) -> String? {
        let index = index(of: column)
        switch statement.kind(index) {
        case SQLITE_TEXT: return statement.text(index)
        case SQLITE_NULL: return nil
        case let kind: throw wrongKind(column, found: kind)
        }
    }

    func blob(_ column: String) throws(SQLiteError) -> [UInt8] {
        guard let value = try optionalBlob(column) else { throw wrongKind(column, found: SQLITE_NULL) }
        return value
    }

    func optionalBlob(_ column: String) throws(SQLiteError) -> [UInt8]? {
        let index = index(of: column)
        switch statement.kind(index) {
        case SQLITE_BLOB: return statement.blob(index)
        case SQLITE_NULL: return nil
        case let kind: throw wrongKind(column, found: kind)
        }
    }

    func bool(_ column: String) throws(SQLiteError) -> Bool {
        switch try integer(column) {
        case 0: return false
        case 1: return true
        default: throw wrong(column, "is neither 0 nor 1")
        }
    }

    func time(_ column: String) throws(SQLiteError) -> Timestamp {
        Timestamp(milliseconds: try integer(column))
    }

    func optionalTime(_ column: String) throws(SQLiteError) -> Timestamp? {
        try optionalInteger(column).map(Timestamp.init(milliseconds:))
    }

    /// A text out of a closed set.
    func closed<T>(_ column: String, _ make: (String) -> T?) throws(SQLiteError) -> T {
        guard let value = make(try text(column)) else { throw wrong(column, "holds a word that is not in its set") }
        return value
    }

    func json(_ column: String) throws(SQLiteError) -> JSONValue {
        do {
            return try JSONValue(parsing: try text(column))
        } catch let error as SQLiteError {
            throw error
        } catch {
            throw wrong(column, "is not JSON")
        }
    }

    func optionalJSON(_ column: String) throws(SQLiteError) -> JSONValue? {
        // Written out: a bare nil beside a JSONValue would be JSON's null.
        guard try optionalText(column) != nil else { return Optional<JSONValue>.none }
        return try json(column)
    }

    /// A JSON array whose elements `make` understands.
    func list<T>(_ column: String, _ make: (JSONValue) -> T?) throws(SQLiteError) -> [T] {
        guard let array = try json(column).array else { throw wrong(column, "is not a JSON array") }
        let items = array.compactMap(make)
        guard items.count == array.count else { throw wrong(column, "holds an element of another form") }
        return items
    }

    private func index(of column: String) -> Int32 {
        guard let index = statement.columns.firstIndex(of: column) else {
            preconditionFailure("no column \"\(column)\" in: \(statement.sql)")
        }
        return Int32(index)
    }

    private func wrongKind(_ column: String, found kind: Int32) -> SQLiteError {
        let names = [SQLITE_INTEGER: "an integer", SQLITE_FLOAT: "a real", SQLITE_TEXT: "text", SQLITE_BLOB: "a blob"]
        return wrong(column, "holds \(names[kind] ?? "null")")
    }

    private func wrong(_ column: String, _ what: String) -> SQLiteError {
        SQLiteError(
            code: .wrongType, extendedCode: SQLITE_MISMATCH, message: "column \(column) \(what)", sql: statement.sql)
    }
}
