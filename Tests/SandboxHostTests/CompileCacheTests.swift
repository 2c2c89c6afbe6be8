import Foundation
import Models
@testable import SandboxHost
import Testing
import TestSupport

/// A cache may be empty, old, damaged or somebody else's: the worst that it costs is compiling again.
@Suite struct CompileCacheTests {
    private let directory: TemporaryDirectory
    private let cache: CompileCache
    private let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("cache")
        cache = CompileCache(directory: path)
    }

    private var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func whatIsStoredIsFoundAndPrivate() throws {
        #expect(cache.value(for: "k") == nil)
        cache.store(["code": "a\u{2028}"], for: "k")
        #expect(cache.value(for: "k") == ["code": "a\u{2028}"])
        #expect(cache.value(for: "other") == nil)
        #expect(files.count == 1)
        #expect(try mode(path) == 0o700 && mode(path + "/" + files[0]) == 0o600)
    }

    @Test func aDamagedEntryCountsAsAbsentAndIsWrittenAnew() throws {
        cache.store(["code": "abc"], for: "k")
        let file = path + "/" + files[0]
        let whole = try Data(contentsOf: URL(filePath: file))
        var damaged: [Data] = (0..<whole.count).map { place in
            var bytes = whole
            bytes[place] ^= 1
            return bytes
        }
        damaged += [Data(), whole.prefix(10), whole + Data("x".utf8)]
        for bytes in damaged {
            try bytes.write(to: URL(filePath: file))
            #expect(cache.value(for: "k") == nil)
        }
        cache.store(["code": "abc"], for: "k")
        #expect(cache.value(for: "k") == ["code": "abc"])
    }

    @Test func aDirectoryThatOthersCanWriteIsNotUsed() throws {
        cache.store(["code": "abc"], for: "k")
        try FileManager.default.setAttributes([.posixPermissions: 0o770], ofItemAtPath: path)
        #expect(cache.value(for: "k") == nil)
        cache.store(["code": "abc"], for: "l")
        #expect(files.count == 1)
    }

    @Test func linksAreNotFollowed() throws {
        cache.store(["code": "abc"], for: "k")
        let file = path + "/" + files[0]
        try FileManager.default.moveItem(atPath: file, toPath: directory.file("elsewhere"))
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: directory.file("elsewhere"))
        #expect(cache.value(for: "k") == nil)
    }

    @Test func theOldestGoWhenThereIsTooMuch() throws {
        let small = CompileCache(directory: path, maximumBytes: 3000)
        let text = JSONValue.string(String(repeating: "x", count: 800))
        for (index, key) in ["a", "b", "c"].enumerated() {
            small.store(text, for: key)
            try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1000 + Double(index))], ofItemAtPath: "\(path)/\(key).compiled")
        }
        #expect(small.value(for: "a") != nil)
        small.store(text, for: "d")
        #expect(files == ["a.compiled", "c.compiled", "d.compiled"])
        small.store(.string(String(repeating: "x", count: 5000)), for: "huge")
        #expect(small.value(for: "huge") == nil)
    }

    @Test func theKeyNamesAllThatTheOutcomeDependsOn() {
        let job = SandboxFixture.job("x")
        func key(_ change: (inout DryRunJob) -> Void) -> String {
            var job = job
            change(&job)
            return CompileCache.key(of: job, program: SandboxFixture.program)
        }
        let keys = [
            key { _ in }, key { $0.files["index.js"] = "y" }, key { $0.files["lib.js"] = "" }, key { $0.era = .october2021 },
            key { $0.pluginJSON += " " }, key { $0.limits.taskTimeoutSeconds = 1 }, key { $0.entry = nil }, key { $0.plugin.name = "z" },
        ]
        #expect(Set(keys).count == keys.count)
        #expect(key { $0.config = ["a": 1] } == keys[0])
        #expect(key { $0.seed = 9 } == keys[0])
    }
}
