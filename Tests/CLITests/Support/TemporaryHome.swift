import Glibc
import Testing

/// A folder for PHSYNC_HOME that is gone after the test.
final class TemporaryHome: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/phsync-test-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in buffer.baseAddress.flatMap { mkdtemp($0) } }
        path = String(cString: try #require(made))
    }

    deinit { Self.remove(path) }

    var environment: [String: String] { ["PHSYNC_HOME": path] }
    var configFile: String { path + "/config/config.json" }
    var tokensFile: String { path + "/config/tokens.json" }

    func writeConfig(_ text: String) throws {
        mkdir(path + "/config", 0o700)
        try write(text, to: configFile)
    }

    /// The permission bits of a file below the folder; nil when it is not there.
    func mode(_ name: String) -> mode_t? {
        var status = stat()
        return stat(path + "/" + name, &status) == 0 ? status.st_mode & 0o777 : nil
    }

    private static func remove(_ path: String) {
        if let stream = opendir(path) {
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { remove(path + "/" + name) }
            }
            closedir(stream)
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}
