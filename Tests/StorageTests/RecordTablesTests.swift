import Models
import Testing

@testable import Storage

/// Identity, history, freshness, cursors, runs and journal.
struct RecordTablesTests {
    private let folder: Folder
    private let mirror: Mirror

    init() async throws {
        folder = try Folder()
        mirror = try folder.open(
            .readWriteCreate, MirrorEnvironment(now: { at(0) }, randomBytes: { Array(repeating: 7, count: $0) }))
        try await mirror.fill()
    }

    @Test func aNewMirrorIsNobodysAndKnowsItsBirthAndKey() throws {
        try mirror.readSync { tx throws in
            #expect(try tx.meta.identity() == nil)
            #expect(try tx.connection.pragma("SELECT value FROM meta WHERE key = 'created_at'") == String(at(0).milliseconds))
            let key = [UInt8](repeating: 7, count: 32)
            #expect(try tx.meta.redaction().redacted("sk") == SecretRedaction(key: key).redacted("sk"))
        }
    }

    @Test func aBoundMirrorFollowsRenamesOnly() async throws {
        let renamed = Identity(
            origin: Sample.identity.origin, organizationID: Sample.identity.organizationID, organizationName: "New name",
            userID: Sample.identity.userID, userEmail: "new@example.com")
        try await mirror.write { tx throws in
            try tx.meta.bind(Sample.identity)
            #expect(try tx.meta.identity() == Sample.identity)
            try tx.meta.bind(renamed)
            #expect(try tx.meta.identity() == renamed)
        }
    }

    @Test(arguments: [
        ("https://other.example.com", "0186", "0187", "https://other.example.com"),
        ("https://posthog.example.com", "9999", "0187", "organization"),
        ("https://posthog.example.com", "0186", "9999", "eve@example.com"),
    ])
    func anotherIdentityIsRefusedAndNamed(origin: String, organization: String, user: String, named: String) async throws {
        try await mirror.write { tx throws in try tx.meta.bind(Sample.identity) }
        let other = Identity(
            origin: origin, organizationID: OrganizationID(rawValue: organization), organizationName: "Other",
            userID: user, userEmail: "eve@example.com")
        let error = await #expect(throws: MirrorError.self) { try await mirror.write { tx throws in try tx.meta.bind(other) } }
        #expect(error?.code == .otherIdentity(bound: Sample.identity, asked: other))
        #expect(error?.problem.message.contains(named) == true)
        #expect(try mirror.readSync { tx in try tx.meta.identity() } == Sample.identity)
    }

    @Test func onlyAnotherContentMakesAVersion() async throws {
        let entity = Entity.config(config12)
        try await mirror.write { tx throws in
            #expect(try tx.history.record(entity, content: ["a": 1, "b": 2], origin: .pull, runID: nil, at: at(1)))
            #expect(try !tx.history.record(entity, content: ["b": 2, "a": 1.json], origin: .push, runID: nil, at: at(2)))
            #expect(try tx.history.record(entity, content: ["a": 2], origin: .push, runID: nil, at: at(3)))
            #expect(try tx.history.record(entity, content: ["a": 1, "b": 2], origin: .pull, runID: nil, at: at(4)))
            #expect(try tx.history.record(.plugin(PluginID(12)), content: ["a": 1], origin: .pull, runID: nil, at: at(5)))
            let rows = try tx.history.list(entity)
            #expect(rows.map(\.version) == [3, 2, 1])
            #expect(rows.map(\.origin) == [.pull, .push, .pull])
            #expect(rows.last?.content == ["a": 1, "b": 2])
        }
    }

    @Test func aWalkThatFailedKeepsTheTimeOfTheLastCompleteOne() async throws {
        try await mirror.write { tx throws in
            try tx.freshness.markAttempted("plugins", .unreachable, detail: "offline", at: at(1))
            #expect(try tx.freshness.row("plugins")?.checkedAt == nil)
            try tx.freshness.markComplete("plugins", count: 5, at: at(2))
            try tx.freshness.markAttempted("plugins", .incomplete, detail: "page 2 failed", at: at(3))
            #expect(try tx.freshness.all() == [
                FreshnessRow(
                    collection: "plugins", state: .incomplete, checkedAt: at(2), attemptedAt: at(3), count: 5,
                    detail: "page 2 failed")
            ])
            #expect(try tx.freshness.row("projects") == nil)
        }
    }

    @Test func aCursorIsKeptUntilItsWalkEnds() async throws {
        try await mirror.write { tx throws in
            let run = try tx.runs.begin(.pull, at: at(1))
            let cursor = CursorRow(collection: "configs:3", offset: 100, startedAt: at(1), runID: run)
            try tx.cursors.set(cursor)
            #expect(try tx.cursors.row("configs:3") == cursor)
            try tx.cursors.set(CursorRow(collection: "configs:3", offset: 200, startedAt: at(1), runID: run))
            #expect(try tx.cursors.row("configs:3")?.offset == 200)
            try tx.cursors.clear("configs:3")
            #expect(try tx.cursors.row("configs:3") == nil)
        }
    }

    @Test func runsAreBegunFinishedAndListed() async throws {
        try await mirror.write { tx throws in
            let pull = try tx.runs.begin(.pull, at: at(1))
            let push = try tx.runs.begin(.push, planDigest: "abc", at: at(2))
            try tx.runs.finish(pull, outcome: "pulled", at: at(3))
            #expect(try tx.runs.list(limit: 9).map(\.id) == [push, pull])
            #expect(try tx.runs.latest(.pull)?.outcome == "pulled")
            #expect(try tx.runs.latest(.push)?.finishedAt == nil)
            #expect(try tx.runs.row(push)?.planDigest == "abc")
        }
    }

    @Test func aStepGoesFromPlannedToSentToSettled() async throws {
        let step = JournalStep(
            runID: 1, ordinal: 1, kind: .create, pluginID: PluginID(1),
            subject: .config(PluginConfigID(-1), ProjectID(3), [JournalStep.EditReference(field: .key("a"), version: 4)]),
            method: "POST", path: "/api/projects/3/plugin_configs/", fields: [], before: nil, expected: nil)
        try await mirror.write { tx throws in
            let run = try tx.runs.begin(.push, planDigest: "abc", at: at(1))
            try tx.journal.append(step)
            #expect(try tx.journal.steps(run: run) == [step])
            #expect(try tx.journal.unsettled() == [])
            try tx.journal.markSent(
                run: run, ordinal: 1, configID: PluginConfigID(-1), fields: ["config", "enabled"], before: nil,
                expected: ["enabled": true], at: at(2))
            #expect(try tx.journal.unsettled().map(\.fields) == [["config", "enabled"]])
            #expect(try tx.configs.counts().unsettledSteps == 1)
            try tx.journal.markUnsent(run: run, ordinal: 1)
            #expect(try tx.journal.steps(run: run) == [step.with(fields: ["config", "enabled"])])
            try tx.journal.markSent(run: run, ordinal: 1, fields: [], before: nil, expected: ["enabled": true], at: at(2))
            try tx.journal.settle(run: run, ordinal: 1, as: .unknown, detail: "the answer was lost", at: at(3))
            // Settled as unknown: nobody can tell, so that nobody is asked again, and a person decides.
            #expect(try tx.journal.unsettled() == [] && tx.configs.counts().unsettledSteps == 0)
            #expect(try tx.journal.fate(of: PluginConfigID(-1)) == .untraceable)
            #expect(try tx.journal.reopen(PluginConfigID(-1)))
            #expect(try tx.journal.fate(of: PluginConfigID(-1)) == nil)
            #expect(try !tx.journal.reopen(PluginConfigID(-1)))
            try tx.journal.settle(run: run, ordinal: 1, as: .applied, at: at(4))
            #expect(try tx.journal.fate(of: PluginConfigID(-1)) == .handedOver)
            try tx.journal.settle(run: run, ordinal: 1, as: .applied, createdID: PluginConfigID(40), at: at(4))
            #expect(try tx.journal.unsettled() == [])
            #expect(try tx.journal.fate(of: PluginConfigID(-1)) == nil)
            let settled = try tx.journal.steps(run: run).first
            #expect(settled?.subject == .config(
                PluginConfigID(40), ProjectID(3), [JournalStep.EditReference(field: .key("a"), version: 4)]))
            #expect(settled?.before == nil && settled?.expected == nil, "nobody asks for them again")
            #expect(settled?.sentAt == at(2))
            #expect(settled?.settledAt == at(4))
        }
    }
}

extension Double {
    /// 1.0 as a server may write an integer.
    fileprivate var json: JSONValue { JSONNumber(String(self)).map(JSONValue.number) ?? .null }
}

extension JournalStep {
    fileprivate func with(fields: [String]) -> JournalStep {
        JournalStep(
            runID: runID, ordinal: ordinal, kind: kind, pluginID: pluginID, subject: subject, method: method, path: path,
            fields: fields, before: before, expected: expected)
    }
}
