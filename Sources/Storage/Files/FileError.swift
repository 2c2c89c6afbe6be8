import Glibc

/// A failed file operation.
package struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
    let operation: FileSystem.Operation
    let path: String
    let errno: Int32

    static let noSpace = ENOSPC
    static let overQuota = EDQUOT
    static let readOnlyFileSystem = EROFS
    static let accessDenied = EACCES
    static let notPermitted = EPERM

    package var description: String {
        "\(operation.rawValue) \(path): \(strerror(errno).map { String(cString: $0) } ?? "error \(errno)")"
    }
}
