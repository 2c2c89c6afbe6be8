import Models
import Testing

@testable import Storage

struct PluginTableTests {
    private let folder: Folder
    private let mirror: Mirror

    init() async throws {
        folder = try Folder()
        mirror = try folder.open()
        try await mirror.fill()
    }

    @Test func aPluginComesBackWithEveryField() async throws {
        let row = try #require(try mirror.readSync { tx in try tx.plugins.row(PluginID(1)) })
        #expect(row.plugin == (try Sample.plugin()))
        #expect(row.digest == (try Sample.plugin()).writableContent.digest)
        #expect(try mirror.readSync { tx in try tx.plugins.row(PluginID(2)) } == nil)
    }

    @Test func fieldsThatMoveByThemselvesDoNotMoveTheTimeOfChange() async throws {
        var json = try #require(try Sample.plugin().json.object)
        json["metrics"] = ["delivery": 7]
        let moved = try Plugin(.object(json))
        let renamed = try Sample.plugin(name: "Currency")
        try await mirror.write { tx throws in
            #expect(try tx.plugins.store(moved, at: at(5)) == .changed)
            #expect(try tx.plugins.row(PluginID(1))?.changedAt == at(0))
            #expect(try tx.plugins.store(renamed, at: at(6)) == .changed)
            #expect(try tx.plugins.row(PluginID(1))?.changedAt == at(6))
        }
    }

    @Test func removedPluginsAndProjectsAreMarkedAndComeBack() async throws {
        let (project, plugin) = (try Sample.project(), try Sample.plugin())
        try await mirror.write { tx throws in
            #expect(try tx.plugins.markRemoved(plugin.id, at: at(1)))
            #expect(try tx.projects.markRemoved(project.id, at: at(1)))
            #expect(try tx.plugins.presentIDs() == [])
            #expect(try tx.plugins.list().first?.removedAt == at(1))
            #expect(try tx.projects.all().first?.removedAt == at(1))
            #expect(try tx.plugins.store(plugin, at: at(2)) == .changed)
            #expect(try tx.projects.store(project) == .changed)
            #expect(try tx.plugins.presentIDs() == [plugin.id])
            #expect(try tx.projects.all() == [ProjectRow(id: project.id, name: "Web shop", removedAt: nil)])
        }
    }

    @Test func aKeyThatWasEverSecretStaysSecret() async throws {
        let (secret, open) = (try Sample.plugin(secret: ["apiKey"]), try Sample.plugin(secret: ["currency"]))
        try await mirror.write { tx throws in
            try tx.plugins.store(secret, at: at(1))
            try tx.plugins.store(open, at: at(2))
            #expect(try tx.plugins.secretKeys(PluginID(1)) == ["apiKey", "currency"])
            #expect(try tx.plugins.learnSecretKeys(["apiKey", "x"], of: PluginID(1)) == ["x"])
            #expect(try tx.plugins.learnSecretKeys(["apiKey", "x"], of: PluginID(1)) == [])
            #expect(try tx.plugins.allSecretKeys() == [PluginID(1): ["apiKey", "currency", "x"]])
        }
    }
}

/// What happens to values that are in the mirror when their key turns out to be secret.
struct ScrubberTests {
    private let folder: Folder
    private let mirror: Mirror
    private let clear = "sk-clear-0123456789"

    init() async throws {
        folder = try Folder()
        mirror = try folder.open()
        try await mirror.fill()
        let config = try Sample.config(values: ["currency": "EUR", "apiKey": .string(clear)])
        let plugin = try Sample.plugin()
        let text = clear
        try await mirror.write { tx throws in
            try tx.plugins.store(plugin, at: at(0))
            try tx.configs.store(config, base: .followsRemote, at: at(1))
            try tx.history.record(.config(config12), content: config.content.json, origin: .pull, runID: nil, at: at(1))
            try tx.edits.put(config12, .key("apiKey"), .value(.string(text + "-edited")), at: at(1))
        }
    }

    @Test func noClearValueIsLeftInAnyFileButItsOwn() async throws {
        #expect(try places(of: clear) != [])
        let secret = try Sample.plugin(secret: ["apiKey"])
        try await mirror.write { tx throws in try tx.plugins.store(secret, at: at(2)) }
        #expect(try places(of: clear) == [])
        await mirror.close()
        #expect(try places(of: clear) == [])
    }

    @Test func anOpenStepOfTheJournalStillProvesWhatArrived() async throws {
        let (secret, text) = (try Sample.plugin(secret: ["apiKey"]), clear)
        try await mirror.write { tx throws in
            let run = try tx.runs.begin(.push, at: at(2))
            try tx.journal.append(
                JournalStep(
                    runID: run, ordinal: 1, kind: .update, pluginID: PluginID(1), subject: .config(config12, ProjectID(3), []),
                    method: "PATCH", path: "/p", fields: [], before: nil, expected: nil))
            try tx.journal.markSent(
                run: run, ordinal: 1, fields: ["config"], before: ["config": ["apiKey": .string(text), "currency": "EUR"]],
                expected: ["config": ["apiKey": .string(text + "-edited"), "currency": "EUR"]], at: at(2))
            try tx.plugins.store(secret, at: at(3))
            let step = try tx.journal.unsettled().first
            let redaction = try tx.meta.redaction()
            #expect(step?.before?["config"]?["apiKey"] == redaction.redacted(.string(text)))
            #expect(step?.expected?["config"]?["apiKey"] == redaction.redacted(.string(text + "-edited")))
            #expect(step?.expected?["config"]?["currency"] == "EUR")
        }
        #expect(try places(of: clear) == [])
    }

    @Test func baseRemoteHistoryAndDigestsAgreeAfterwards() async throws {
        let secret = try Sample.plugin(secret: ["apiKey"])
        try await mirror.write { tx throws in
            try tx.plugins.store(secret, at: at(2))
            let row = try tx.configs.row(config12)
            let versions = try tx.configs.versions(config12)
            let base = versions?.base?.values["apiKey"]
            #expect(base.map(SecretRedaction.isRedacted) == true)
            #expect(versions?.base == versions?.remote)
            #expect(row?.remoteDigest == versions?.remote?.digest)
            #expect(versions?.base?.values["currency"] == "EUR")
            let history = try tx.history.list(.config(config12))
            #expect(history.first?.digest == row?.remoteDigest)
            #expect(history.first?.content["config"]?["apiKey"] == base)
        }
    }

    @Test func theEditIsStillWantedAsANewOneThatNoEarlierPlanCarries() async throws {
        let before = try mirror.readSync { tx in try tx.edits.all() }
        let secret = try Sample.plugin(secret: ["apiKey"])
        let claimed = try await mirror.write { tx throws in
            try tx.edits.markInFlight(before)
            try tx.plugins.store(secret, at: at(2))
            return try tx.edits.markInFlight(before)
        }
        #expect(claimed == 0)
        let after = try mirror.readSync { tx in try tx.edits.all() }
        #expect(after.map(\.state) == [.pending])
        #expect(try #require(after.first).version > #require(before.first).version)
        guard case .secret(let reference) = after.first?.value else { Issue.record("no secret"); return }
        #expect(try mirror.secrets.read(reference) == Secret(clear + "-edited"))
    }

    @Test(arguments: [EditTable.Input.value(""), .unset])
    func anEditThatTakesTheValueAwayStillDoes(input: EditTable.Input) async throws {
        let wanted = try await mirror.write { tx in try tx.edits.put(config12, .key("apiKey"), input, at: at(2)).value }
        let secret = try Sample.plugin(secret: ["apiKey"])
        try await mirror.write { tx throws in try tx.plugins.store(secret, at: at(3)) }
        #expect(try mirror.readSync { tx in try tx.edits.all() }.map(\.value) == [wanted])
    }

    @Test func theSameRemoteRedactedIsUnchanged() async throws {
        let secret = try Sample.plugin(secret: ["apiKey"])
        let json = Sample.configJSON(values: ["currency": "EUR", "apiKey": .string(clear)])
        try await mirror.write { tx throws in
            try tx.plugins.store(secret, at: at(2))
            let pulled = try PluginConfig(json, secretKeys: ["apiKey"], redaction: try tx.meta.redaction())
            #expect(try tx.configs.store(pulled, base: .stays, at: at(3)) == .unchanged)
        }
    }

    @Test func aConfigDecodedBeforeItsKeyWasSecretIsStoredRedacted() async throws {
        let secret = try Sample.plugin(secret: ["apiKey"])
        let late = try Sample.config(13, values: ["apiKey": .string(clear)])
        try await mirror.write { tx throws in
            try tx.plugins.store(secret, at: at(2))
            try tx.configs.store(late, base: .becomes(late.json), at: at(3))
        }
        #expect(try places(of: clear) == [])
        let versions = try #require(try mirror.readSync { tx in try tx.configs.versions(PluginConfigID(13)) })
        #expect(versions.base?.values["apiKey"].map(SecretRedaction.isRedacted) == true)
        #expect(versions.base == versions.remote)
    }

    private func places(of text: String) throws -> [String] {
        try folder.names().filter { name in
            guard name != "secrets" else { return false }
            return String(decoding: try folder.bytes(name), as: UTF8.self).contains(text)
        }
    }
}
