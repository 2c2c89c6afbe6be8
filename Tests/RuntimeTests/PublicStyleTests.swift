import Foundation
import Models
@testable import Runtime
import TestSupport
import Testing

/// Plugins in the styles of public ones, with all that comes of them in a file; PHSYNC_REWRITE_EXPECTED=1 writes those files.
@Suite struct PublicStyleTests {
    static let root = Fixtures.root.appending(path: "plugins")
    static let names = [
        "batch", "currency", "exporter", "filter", "first-time", "forbidden", "hashing", "jobs", "location", "measured", "parameters",
        "scheduled", "sloppy", "warehouse", "webhook",
    ]

    @Test(arguments: names)
    func everythingThatComesOfAPluginIsAsExpected(name: String) throws {
        let folder = PublicStyleTests.root.appending(path: name)
        let text = try lines(folder)
        let expected = folder.appending(path: "expected.ndjson")
        if ProcessInfo.processInfo.environment["PHSYNC_REWRITE_EXPECTED"] != nil {
            try text.write(to: expected, atomically: true, encoding: .utf8)
        }
        #expect(text == (try String(contentsOf: expected, encoding: .utf8)))
        #expect(text == (try lines(folder)), "the same job gives the same bytes")
    }

    private func lines(_ folder: URL) throws -> String {
        let options = try JSONValue(parsing: String(contentsOf: folder.appending(path: "job.json"), encoding: .utf8))
        let era = try #require(Era(rawValue: options["era"]?.string ?? "2023-12"))
        var files: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".js") || name.hasSuffix(".ts") {
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            files[name.replacing("_", with: "/")] = text
        }
        let events = try #require(options["events"]?.array).map(\.text)
        let manifest = try String(contentsOf: folder.appending(path: "plugin.json"), encoding: .utf8)
        let policy = try options["fetch"].map { try FetchPolicy($0) } ?? FetchPolicy()
        let run = try PluginRun("", era: era, events: events, config: options["config"]?.object ?? JSONObject()) { job in
            job.files = files
            job.pluginJSON = manifest
            job.fetch = policy
            for member in options["attachments"]?.object?.members ?? [] {
                job.attachments[member.key] = AttachmentFile(
                    contentType: "text/plain", fileName: member.key, contents: Array((member.value.string ?? "").utf8))
            }
        }
        return run.lines.map { $0 + "\n" }.joined()
    }
}
