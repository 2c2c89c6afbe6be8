package import Models

/// Why the mirror could not be opened, read or written.
package struct MirrorError: Error, Sendable, Equatable {
    /// What went wrong, as callers tell it apart.
    package enum Code: Sendable, Equatable {
        /// Its pages, its rows or the file as a whole make no sense.
        case damaged
        case fromNewerVersion(found: Int64, known: Int64)
        /// An SQLite file that phsync did not make.
        case fromUnknownProgram
        /// No space left; what was stored before is still there.
        case full
        case readOnly
        /// Another process held the mirror for longer than the busy timeout.
        case locked
        /// There is no mirror yet.
        case missing
        case otherIdentity(bound: Identity, asked: Identity)
        case io
        /// A statement that should never have been made: a bug.
        case bug
        /// The closure gave its transaction up for this reason.
        case aborted(Problem)
    }

    /// Decides what is done about it.
    package let code: Code
    /// Of the file or folder that it is about.
    package let path: String
    /// SQLite's or the system's own words, never a value.
    package let detail: String

    package init(_ code: Code, path: String, detail: String = "") {
        self.code = code
        self.path = path
        self.detail = detail
    }

    /// Rolls the transaction back when thrown from its closure; `problem` gives this one back.
    package init(aborting problem: Problem) {
        self.init(.aborted(problem), path: "")
    }

    /// What a transaction's closure threw.
    init(thrown error: any Error, path: String) {
        self =
            switch error {
            case let error as MirrorError: error
            case let error as FileError: MirrorError(error)
            case let problem as Problem: MirrorError(aborting: problem)
            // Its text may hold anything, so only its type is told.
            default: MirrorError(.bug, path: path, detail: "a step failed with \(type(of: error))")
            }
    }

    init(_ error: SQLiteError, path: String) {
        let code: Code =
            switch error.code {
            case .busy: .locked
            case .full: .full
            case .readOnly, .notPermitted: .readOnly
            case .corrupt, .notADatabase, .wrongType: .damaged
            case .ioError, .canNotOpen, .outOfMemory, .interrupted: .io
            case .constraint, .other: .bug
            }
        // The statement helps whoever repairs the program or the file, nobody else.
        let isTechnical = code == .bug || code == .damaged
        self.init(code, path: path, detail: isTechnical ? error.description : error.summary)
    }

    package init(_ error: FileError) {
        let code: Code =
            switch error.errno {
            case FileError.noSpace, FileError.overQuota: .full
            case FileError.readOnlyFileSystem, FileError.accessDenied, FileError.notPermitted: .readOnly
            default: .io
            }
        self.init(code, path: error.path, detail: error.description)
    }
}

extension MirrorError: CustomStringConvertible {
    package var description: String { problem.message }
}
