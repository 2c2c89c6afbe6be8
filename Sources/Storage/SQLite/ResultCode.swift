import CSQLite

/// What an SQLite result code means for us.
enum ResultCode: Sendable, Equatable {
    case busy, full, readOnly, notPermitted, corrupt, notADatabase, constraint, ioError, canNotOpen, outOfMemory
    case interrupted, other
    /// A column held another kind of value than its table allows; ours, not SQLite's.
    case wrongType

    /// - Parameter extended: An extended code; its low byte is the class.
    init(extended: Int32) {
        self =
            switch extended & 0xFF {
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_FULL: .full
            case SQLITE_READONLY: .readOnly
            case SQLITE_PERM, SQLITE_AUTH: .notPermitted
            case SQLITE_CORRUPT: .corrupt
            case SQLITE_NOTADB: .notADatabase
            case SQLITE_CONSTRAINT, SQLITE_MISMATCH: .constraint
            case SQLITE_IOERR: .ioError
            case SQLITE_CANTOPEN: .canNotOpen
            case SQLITE_NOMEM: .outOfMemory
            case SQLITE_INTERRUPT: .interrupted
            default: .other
            }
    }
}
