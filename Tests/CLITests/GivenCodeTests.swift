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
