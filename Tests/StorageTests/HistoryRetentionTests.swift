import Models
import Testing

@testable import Storage

/// Which versions go, and which stay whatever their age.
struct HistoryRetentionTests {
    private let folder: Folder
    private let mirror: Mirror
    private let retention = HistoryRetention(since: at(100), newest: 3)

    init() async throws {
        folder = try Folder()
        mirror = try folder.open(
            .readWriteCreate, MirrorEnvironment(now: { at(0) }, randomBytes: { Array(repeating: 7, count: $0) }))
        try await mirror.fill()
    }

    private func versions(_ entity: Entity) throws -> [Int64] {
        try mirror.readSync { tx throws in try tx.history.list(entity).map(\.version) }
    }

    private func record(_ entity: Entity, _ times: [Int64]) async throws {
        try await mirror.write { tx throws in
            for time in times {
                try tx.history.record(entity, content: ["at": JSONValue(time)], origin: .pull, runID: nil, at: at(time))
            }
        }
    }

    private func compact(_ kind: Recording.Kind) async throws -> Int {
        try await mirror.write { tx throws in
            var removed = 0
            for history in try tx.recordings.outgrown(kind, after: .min, limit: 100, retention).outgrown {
                removed += try tx.recordings.remove(history, retention, limit: 100)
            }
            return removed
        }
    }

    @Test func theNewestVersionsStayHoweverOldTheyAre() async throws {
        try await record(.config(config12), [1, 2, 3, 4, 5])
        try await record(.plugin(PluginID(5)), [1, 2, 3])
        #expect(try await compact(.config) == 2)
        #expect(try await compact(.plugin) == 0)
        #expect(try versions(.config(config12)) == [5, 4, 3])
        #expect(try versions(.plugin(PluginID(5))) == [3, 2, 1])
        #expect(try await compact(.config) == 0)
    }

    @Test func youngVersionsStayHoweverManyThereAre() async throws {
        try await record(.config(config12), [1, 99, 100, 101, 102, 103])
        #expect(try await compact(.config) == 2)
        #expect(try versions(.config(config12)) == [6, 5, 4, 3])
    }

    @Test func numbersGoOnAfterVersionsWent() async throws {
        try await record(.config(config12), [1, 2, 3, 4])
        _ = try await compact(.config)
        try await record(.config(config12), [200])
        #expect(try versions(.config(config12)) == [5, 4, 3, 2])
    }

    @Test func theVersionThatEditsStandOnStays() async throws {
        let base = try #require(try mirror.readSync { tx throws in try tx.configs.versions(config12)?.base })
        try await mirror.write { tx throws in
            try tx.history.record(.config(config12), content: base.json, origin: .pull, runID: nil, at: at(1))
            try tx.edits.put(config12, .enabled, .value(true), at: at(1))
        }
        try await record(.config(config12), [2, 3, 4, 5, 6])
        #expect(try await compact(.config) == 2)
        #expect(try versions(.config(config12)) == [6, 5, 4, 1])
    }

    @Test func codeGoesWithItsTextsUnlessSomethingElseHasThem() async throws {
        let plugin = PluginID(5)
        try await mirror.write { tx throws in
            for time in Int64(1)...5 {
                let files = SourceFiles(texts: ["index.ts": "version \(time)", "same.ts": "same"])
                try tx.sourceVersions.record(files, of: plugin, origin: .pull, runID: nil, at: at(time))
            }
        }
        #expect(try await compact(.code) == 2)
        try mirror.readSync { tx throws in
            #expect(try tx.sourceVersions.list(plugin).map(\.version) == [5, 4, 3])
            #expect(try tx.sourceVersions.files(plugin, version: 3)["same.ts"] == "same")
            #expect(try tx.connection.pragma("SELECT count(*) FROM source_text WHERE text IN ('version 1', 'version 2')") == "0")
        }
    }

    @Test func aLookGoesOnWhereTheLastOneStopped() async throws {
        try await record(.config(config12), [1, 2, 3, 4])
        try await record(.config(PluginConfigID(500)), [1, 2, 3, 4])
        try mirror.readSync { tx throws in
            let first = try tx.recordings.outgrown(.config, after: .min, limit: 1, retention)
            let second = try tx.recordings.outgrown(.config, after: first.last, limit: 1, retention)
            #expect((first.outgrown + second.outgrown).map(\.place.entityID) == [config12.rawValue, 500])
            #expect(try tx.recordings.outgrown(.config, after: second.last, limit: 1, retention).seen == 0)
        }
        try await mirror.write { tx throws in
            let cursor = HistoryCursor(kind: .code, entityID: .min)
            try tx.meta.setHistoryCursor(cursor)
            #expect(try tx.meta.historyCursor() == cursor)
        }
    }
}
