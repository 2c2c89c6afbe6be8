import Foundation

@testable import Storage

/// A folder of one test; gone when the test ends.
final class Folder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "phsync-storage-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            print("left behind: \(path): \(error)")
        }
    }

    /// Where the mirror of the test lives; not there yet.
    var mirror: String { "\(path)/context" }
    var file: String { "\(mirror)/mirror.sqlite" }

    func permissions(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(mirror)/\(name)")
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }

    func names(_ name: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(mirror)/\(name)").sorted()
    }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: "\(mirror)/\(name)")))
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        try FileManager.default.createDirectory(atPath: mirror, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: "\(mirror)/\(name)"))
    }

    func open(
        _ mode: Mirror.Mode = .readWriteCreate, _ environment: MirrorEnvironment = MirrorEnvironment()
    ) throws(MirrorError) -> Mirror {
        try Mirror.open(directory: mirror, mode: mode, environment: environment)
    }

    /// A connection beside the mirror's own.
    func connect(_ access: Connection.Access = .readWrite, busyTimeoutMilliseconds: Int32 = 0) throws -> Connection {
        try Connection(path: file, access: access, busyTimeoutMilliseconds: busyTimeoutMilliseconds, vfs: nil)
    }
}
