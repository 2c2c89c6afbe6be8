import Models
import Testing

@testable import Storage

struct ConfigTableTests {
    private let folder: Folder
    private let mirror: Mirror

    init() async throws {
        folder = try Folder()
        mirror = try folder.open()
        try await mirror.fill()
    }

    @Test func unknownFieldsAndEveryDigitSurvive() async throws {
        let number = JSONValue.number(try #require(JSONNumber("1234567890123456789012345678901234567890.10")))
        let config = try Sample.config(12, values: ["currency": "EUR", "n": number], extra: number)
        try await mirror.write { tx in try tx.configs.store(config, base: .followsRemote, at: at(1)) }
        let row = try #require(try mirror.readSync { tx in try tx.configs.row(config12) })
        #expect(row.remoteText == config.json.text)
        #expect(row.baseText == config.json.text)
        #expect(try mirror.readSync { tx in try tx.configs.remote(config12) } == config)
        #expect(try mirror.readSync { tx in try tx.configs.base(config12) } == config)
    }

    @Test func storingTheSameAgainWritesNothing() async throws {
        let (project, plugin, config) = (try Sample.project(), try Sample.plugin(), try Sample.config())
        let changes = try await mirror.write { tx throws in
            let before = try tx.connection.pragma("SELECT total_changes()")
            #expect(try tx.projects.store(project) == .unchanged)
            #expect(try tx.plugins.store(plugin, at: at(9)) == .unchanged)
            #expect(try tx.configs.store(config, base: .followsRemote, at: at(9)) == .unchanged)
            #expect(try tx.configs.store(config, base: .stays, at: at(9)) == .unchanged)
            return (before, try tx.connection.pragma("SELECT total_changes()"))
        }
        #expect(changes.0 == changes.1)
    }

    @Test func onlyWritableContentMovesTheTimeOfChange() async throws {
        let touched = try Sample.config(extra: 2)
        let changed = try Sample.config(values: ["currency": "USD"], extra: 2)
        try await mirror.write { tx throws in
            #expect(try tx.configs.store(touched, base: .stays, at: at(5)) == .changed)
            #expect(try tx.configs.row(config12)?.changedAt == at(0))
            #expect(try tx.configs.store(changed, base: .stays, at: at(6)) == .changed)
            #expect(try tx.configs.row(config12)?.changedAt == at(6))
        }
    }

    @Test func theBaseStaysFollowsOrBecomesWhatIsSaid() async throws {
        let (old, new) = (try Sample.config(), try Sample.config(values: ["currency": "USD"]))
        try await mirror.write { tx throws in
            try tx.configs.store(new, base: .stays, at: at(1))
            #expect(try tx.configs.row(config12)?.baseText == old.json.text)
            #expect(try tx.configs.row(config12)?.remoteText == new.json.text)
            try tx.configs.store(new, base: .becomes(["id": 12, "config": ["currency": "GBP"]]), at: at(1))
            #expect(try tx.configs.versions(config12)?.base?.values["currency"] == "GBP")
            try tx.configs.store(new, base: .followsRemote, at: at(1))
            #expect(try tx.configs.row(config12)?.baseText == new.json.text)
        }
    }

    @Test func aRemovedConfigKeepsItsRowAndEditsAndComesBack() async throws {
        let config = try Sample.config()
        try await mirror.write { tx throws in
            try tx.edits.put(config12, .enabled, .value(true), at: at(1))
            #expect(try tx.configs.markRemoved(config12, at: at(2)))
            #expect(try !tx.configs.markRemoved(config12, at: at(3)))
            #expect(try tx.configs.row(config12)?.removedAt == at(2))
            #expect(try tx.configs.presentIDs(project: ProjectID(3)) == [])
            #expect(try tx.configs.versions(config12)?.edits.count == 1)
            #expect(try tx.configs.list().first?.removedAt == at(2))
            #expect(try tx.configs.store(config, base: .stays, at: at(4)) == .changed)
            #expect(try tx.configs.row(config12)?.removedAt == nil)
            #expect(try tx.configs.presentIDs(project: ProjectID(3)) == [config12])
        }
    }

    @Test func aConfigOfAPluginThatNoListShowsIsStored() async throws {
        let config = try Sample.config(13, plugin: 77, project: 9)
        try await mirror.write { tx in try tx.configs.store(config, base: .followsRemote, at: at(0)) }
        let row = try #require(try mirror.readSync { tx in try tx.configs.list(project: ProjectID(9)) }.first)
        #expect(row.pluginName == "plugin 77")
        #expect(row.projectName == "project 9")
    }

    @Test func listsShowNamesEditsAndWhatThePersonWants() async throws {
        try await mirror.write { tx throws in
            try tx.edits.put(config12, .enabled, .value(true), at: at(1))
            try tx.edits.put(config12, .key("currency"), .value("USD"), at: at(1))
        }
        let rows = try mirror.readSync { tx in try tx.configs.list(project: ProjectID(3)) }
        #expect(rows == [
            ConfigListRow(
                id: config12, pluginID: PluginID(1), pluginName: "Currency Normalization", projectID: ProjectID(3),
                projectName: "Web shop", enabled: false, position: 1, localEnabled: true, editCount: 2, removedAt: nil,
                changedAt: at(0))
        ])
        #expect(try mirror.readSync { tx in try tx.configs.list(project: ProjectID(4)) } == [])
        let counts = try mirror.readSync { tx in try tx.configs.counts() }
        #expect(counts.configs == 1 && counts.edits == 2 && counts.editedConfigs == 1 && counts.enabledConfigs == 0)
        let plugins = try mirror.readSync { tx in try tx.plugins.list() }
        #expect(plugins.map(\.configCount) == [1])
        #expect(plugins.map(\.enabledCount) == [0])
    }

    @Test func versionsHoldBaseRemoteAndLocal() async throws {
        let drifted = try Sample.config(values: ["currency": "USD"])
        try await mirror.write { tx throws in
            try tx.configs.store(drifted, base: .stays, at: at(1))
            try tx.edits.put(config12, .key("region"), .value("eu"), at: at(2))
        }
        let all = try mirror.readSync { tx in try tx.configs.versionsWithEdits() }
        let versions = try #require(all.first)
        #expect(all.count == 1)
        #expect(versions.base?.values["currency"] == "EUR")
        #expect(versions.remote?.values["currency"] == "USD")
        #expect(versions.local.values["region"] == "eu")
        #expect(try mirror.readSync { tx in try tx.configs.versions(PluginConfigID(404)) } == nil)
    }

    @Test func jsonOfConfigsWithoutEditsIsNotRead() async throws {
        try folder.connect(busyTimeoutMilliseconds: 1000).run("UPDATE config SET base_json = 'not json', remote_json = 'nor this'")
        #expect(try mirror.readSync { tx in try tx.configs.versionsWithEdits() } == [])
        #expect(try mirror.readSync { tx in try tx.configs.list().count } == 1)
    }

    @Test func aDraftLivesUntilItIsCreatedAndItsEditsMove() async throws {
        let created = try Sample.config(40)
        try await mirror.write { tx throws in
            let draft = try tx.configs.createDraft(plugin: PluginID(1), project: ProjectID(3), at: at(1))
            #expect(draft == PluginConfigID(-1))
            #expect(try tx.configs.drafts(plugin: PluginID(1), project: ProjectID(3)) == [draft])
            let edit = try tx.edits.put(draft, .enabled, .value(true), at: at(2))
            #expect(try tx.configs.versions(draft)?.base == nil)
            #expect(try tx.configs.versionsWithEdits().map(\.id) == [draft])
            try tx.configs.replaceDraft(draft, with: created, at: at(3))
            #expect(try tx.configs.row(draft) == nil)
            #expect(try tx.edits.list(PluginConfigID(40)).map(\.version) == [edit.version])
            #expect(try tx.configs.createDraft(plugin: PluginID(1), project: ProjectID(3), at: at(4)) == PluginConfigID(-2))
        }
    }

    @Test func aDraftThatAPullHasSeenAlreadyKeepsTheNewerEdit() async throws {
        let created = try Sample.config(40)
        try await mirror.write { tx throws in
            let draft = try tx.configs.createDraft(plugin: PluginID(1), project: ProjectID(3), at: at(1))
            try tx.edits.put(draft, .enabled, .value(true), at: at(2))
            try tx.configs.store(created, base: .followsRemote, at: at(3))
            let newer = try tx.edits.put(created.id, .enabled, .value(false), at: at(4))
            try tx.configs.replaceDraft(draft, with: created, at: at(5))
            #expect(try tx.edits.all() == [newer])
        }
    }

    @Test func discardingADraftTakesItsEditsAndSecretsWithIt() async throws {
        try await mirror.write { tx throws in
            let draft = try tx.configs.createDraft(plugin: PluginID(1), project: ProjectID(3), at: at(1))
            try tx.edits.put(draft, .key("apiKey"), .secret(Secret("sk-new")), at: at(2))
        }
        try await mirror.write { tx throws in
            #expect(try tx.configs.discardDraft(PluginConfigID(-1)))
            #expect(try !tx.configs.discardDraft(PluginConfigID(-1)))
            #expect(try !tx.configs.discardDraft(config12))
        }
        #expect(try folder.names("secrets") == [])
    }
}
