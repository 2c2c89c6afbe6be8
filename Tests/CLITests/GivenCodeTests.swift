import DemoInstance
import Foundation
import Glibc
import Models
import Synchronization
import Testing

/// Code that the API does not show: plugin:2 is another organization's.
@Suite struct GivenCodeTests: ServedSuite {
    let served: ServedHome

    init() throws {
        served = try ServedHome()
        #expect(try phsync("pull").status == 0)
    }

    /// A folder "NAME" with a plugin in it.
    private func folder(_ name: String, _ manifest: String, main: String = "index.js") throws -> String {
        let path = home.path + "/" + name
        mkdir(path, 0o700)
        try write(manifest, to: path + "/plugin.json")
        try write("export function processEvent(e) { return e }\n", to: path + "/" + main)
        return path
    }

    private func shell(_ line: String) throws {
        #expect(system("cd \(home.path) && \(line) >/dev/null") == 0, "\(line)")
    }

    @Test func aFolderThatIsTheInstalledPluginIsTakenAndNeverPushed() throws {
        #expect(try phsync("source", "plugin:2").output.contains("does not show its code"))
        let path = try folder("geo", #"{"name": "GeoIP", "config": [], "main": "dist/x.js"}"#)
        let outcome = try phsync("source", "plugin:2", "--from", path)
        #expect(outcome.status == 0, "\(outcome.messages)")
        #expect(outcome.output.contains("given by hand from \(path)"))
        #expect(try phsync("source", "plugin:2", "--file", "index.ts").output.contains("processEvent"))
        #expect(try phsync("edit-source", "plugin:2", "--from", path + "/index.js").status == 4)
        #expect(try isClean())
        #expect(try phsync("source", "plugin:4", "--from", path).status == 64, "the instance shows that one itself")
    }

    @Test(arguments: [
        #"{"name": "Other", "config": []}"#, #"{"name": "GeoIP", "config": [{"key": "k"}]}"#, "{nope", "[]",
    ])
    func anythingElseIsRefused(manifest: String) throws {
        let path = try folder("geo", manifest)
        #expect(try phsync("source", "plugin:2", "--from", path).status == 7)
        #expect(try phsync("source", "plugin:2", "--file", "index.ts").status == 64)
    }

    @Test(.enabled(if: access("/usr/bin/unzip", X_OK) == 0 && access("/usr/bin/zip", X_OK) == 0, "zip and unzip are not installed"))
    func anArchiveWithOneFolderIsRead() throws {
        _ = try folder("geo-3f1c", #"{"name": "GeoIP"}"#, main: "index.ts")
        try shell("zip -qr geo.zip geo-3f1c && zip -qr two.zip geo-3f1c && mkdir other && touch other/x && zip -qr two.zip other")
        #expect(try phsync("source", "plugin:2", "--from", home.path + "/geo.zip").status == 0)
        #expect(try phsync("source", "plugin:2", "--file", "index.ts").output.contains("processEvent"))
        #expect(try phsync("source", "plugin:2", "--from", home.path + "/two.zip").status == 7)
        try write("no archive", to: home.path + "/bad.zip")
        #expect(try phsync("source", "plugin:2", "--from", home.path + "/bad.zip").status == 7)
    }

    @Test(.enabled(if: access("/usr/bin/tar", X_OK) == 0 || access("/bin/tar", X_OK) == 0, "tar is not installed"))
    func anNPMArchiveIsRead() throws {
        _ = try folder("package", #"{"name": "GeoIP", "main": "index.js"}"#)
        try shell("tar -czf geo.tgz package")
        #expect(try phsync("source", "plugin:2", "--from", home.path + "/geo.tgz").status == 0)
        #expect(try phsync("source", "plugin:2", "--file", "index.ts").output.contains("processEvent"))
    }

    private func useArchives(_ origin: String) throws {
        let name = "127.0.0.1-\(server.url.split(separator: ":").last ?? "")"
        try home.writeConfig(#"{"version": 1, "contexts": {"\#(name)": {"host": "\#(server.url)", "archive_origin": "\#(origin)"}}}"#)
    }

    @Test(.enabled(if: access("/usr/bin/unzip", X_OK) == 0 && access("/usr/bin/zip", X_OK) == 0, "zip and unzip are not installed"))
    func theArchiveOfTheExactVersionIsFetchedWithoutTheKey() throws {
        _ = try folder("geo-3f1c", #"{"name": "GeoIP", "config": []}"#)
        try shell("zip -qr geo.zip geo-3f1c")
        let archives = try OneAnswerServer(file: home.path + "/geo.zip")
        try useArchives(archives.url)
        let outcome = try phsync("source", "plugin:2", "--fetch")
        #expect(outcome.status == 0, "\(outcome.messages)")
        let tag = try #require(server.withState { $0.plugins[2]?.tag })
        #expect(archives.request.hasPrefix("GET /PostHog/posthog-plugin-geoip/zip/\(tag) "))
        #expect(!archives.request.lowercased().contains("authorization"))
        #expect(outcome.output.contains("given by hand from \(archives.url)/PostHog"))
        #expect(try phsync("source", "plugin:2", "--file", "index.ts").output.contains("processEvent"))
        #expect(home.mode("cache").map { $0 == 0o700 } ?? true)
    }

    @Test func anAnswerThatIsNoArchiveIsSaidAndNothingIsStored() throws {
        let archives = try DemoServer(state: .demo())
        defer { archives.stop() }
        try useArchives(archives.url)
        let outcome = try phsync("source", "plugin:2", "--fetch")
        #expect(outcome.status == 1)
        #expect(outcome.messages.contains("redirect"))
        #expect(try phsync("source", "plugin:2").output.contains("does not show its code"))
    }

    @Test func aStandInElsewhereIsRefused() throws {
        try home.writeConfig(#"{"version": 1, "contexts": {"x": {"host": "\#(server.url)", "archive_origin": "https://evil.example.com"}}}"#)
        #expect(try phsync("--context", "x", "source", "plugin:2", "--fetch").status != 0)
    }
}

/// A server on loopback that gives one file to whoever asks first.
private final class OneAnswerServer: Sendable {
    private let listener: Int32
    private let seen = Mutex("")
    let url: String

    init(file: String) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(listener >= 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 1) == 0 && getsockname(listener, generic, &length) == 0
            }
        } ? UInt16(bigEndian: address.sin_port) : 0
        try #require(port != 0)
        self.listener = listener
        url = "http://127.0.0.1:\(port)"
        let descriptor = open(file, O_RDONLY)
        try #require(descriptor >= 0)
        var body = [UInt8](repeating: 0, count: 1 << 20)
        let count = read(descriptor, &body, body.count)
        close(descriptor)
        let bytes = Array("HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n".utf8) + body.prefix(count)
        Thread.detachNewThread { [self] in answer(bytes) }
    }

    deinit { close(listener) }

    var request: String { seen.withLock { $0 } }

    private func answer(_ bytes: [UInt8]) {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 65536)
        var text = ""
        while !text.contains("\r\n\r\n"), case let count = recv(connection, &buffer, buffer.count, 0), count > 0 {
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        seen.withLock { $0 = text }
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { break }
            sent += count
        }
        close(connection)
    }
}
