import DemoInstance
import Models
import Storage
import Sync
import TestSupport
import Testing

/// A write that the instance said it took, and that somebody has set back before anybody looked: it did arrive, so sending it
/// again would overwrite what they decided.
@Suite struct AcknowledgedTests {
    /// When the other person saves: before the read-back, or after it has failed.
    enum Moment: CaseIterable {
        case beforeTheReadBack, afterAFailedReadBack
    }

    /// Pushes, and lets somebody act between the answer to the write and the moment at which its outcome is found out.
    private func push(_ world: SyncWorld, _ moment: Moment, _ theirs: @escaping @Sendable (inout DemoState) -> Void) async throws -> [Problem] {
        let wrote = Seen()
        world.transport.setBefore { _, request, state in
            if request.method == .patch { wrote.note(request) } else if wrote.count == 1, moment == .beforeTheReadBack { theirs(&state) }
        }
        world.transport.setFault { _, request in
            moment == .afterAFailedReadBack && request.method == .get && wrote.count == 1 ? .status(502, afterActing: false) : nil
        }
        let problems = try await world.push().summary.problems
        world.transport.clear()
        guard moment == .afterAFailedReadBack else { return problems }
        #expect(problems.map(\.code) == ["outcome-unknown"])
        world.transport.change { theirs(&$0) }
        return try await Pusher(api: world.api(), mirror: world.mirror, now: world.now).settle().notices
    }

    @Test(arguments: Moment.allCases) func aValueThatWasSetBackIsAConflict(moment: Moment) async throws {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .key("region"), .value("eu"))
        let problems = try await push(world, moment) { $0.set(1, "region", "us") }
        #expect(problems.map(\.code) == [moment == .beforeTheReadBack ? "overtaken" : "step-settled"])
        #expect(problems.first?.message.contains("your edit is kept, as a conflict") == (moment == .afterAFailedReadBack))
        #expect(problems.first?.message.contains("Your edit is kept, as a conflict") == (moment == .beforeTheReadBack))
        #expect(try await world.edits().map(\.value) == [.value("eu")])
        #expect(try await world.plan().problems.map(\.kind) == [.conflict], "theirs is not overwritten unasked")
        try await world.pull()
        #expect(try await world.plan().problems.map(\.kind) == [.conflict], "nor after a pull")
        let now = world.now()
        let settled = try await world.mirror.write { mirror in
            try Resolution.local.apply(to: PluginConfigID(1), fields: nil, in: mirror, at: now)
        }
        #expect(settled == [.key("region")])
        try await world.pushUntilDone("decided")
        #expect(world.transport.state.stored(1, "region") == "eu")
    }

    /// Another field shows that the write arrived, though its answer was lost.
    @Test func aValueThatWasSetBackBesideOneThatArrivedIsAConflict() async throws {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .key("region"), .value("eu"))
        try await world.edit(1, .key("endpoint"), .value("https://b.example.com"))
        world.transport.setFault { _, request in request.method == .patch ? .answerLost : nil }
        let wrote = Seen()
        world.transport.setBefore { _, request, state in
            if request.method == .patch { wrote.note(request) } else if wrote.count == 1 { state.set(1, "region", "us") }
        }
        #expect(try await world.push().summary.problems.map(\.code) == ["overtaken"])
        #expect(try await world.plan().problems.map(\.kind) == [.conflict])
    }

    @Test(arguments: Moment.allCases) func aSecretThatWasTakenIsNotSentAgain(moment: Moment) async throws {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .key("apiKey"), .secret(Secret("ours")))
        try await world.edit(1, .key("region"), .value("eu"))
        _ = try await push(world, moment) { state in
            state.set(1, "region", "us")
            state.set(1, "apiKey", "theirs")
        }
        #expect(try await world.edits().map(\.field) == [.key("region")])
        let now = world.now()
        try await world.mirror.write { mirror in _ = try Resolution.local.apply(to: PluginConfigID(1), fields: nil, in: mirror, at: now) }
        try await world.pushUntilDone("decided")
        #expect(world.transport.state.stored(1, "apiKey") == "theirs")
        #expect(world.transport.state.stored(1, "region") == "eu")
    }

    @Test func aSecretAloneWhoseReadBackFailedIsDone() async throws {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .key("apiKey"), .secret(Secret("ours")))
        let notices = try await push(world, .afterAFailedReadBack) { _ in }
        #expect(notices.map(\.message) == ["An earlier push was interrupted while it wrote config:1: it had arrived."])
        #expect(try await world.edits().isEmpty)
    }

    /// The field was edited again while the first edit was under way.
    @Test func anEditMadeMeanwhileOfWhatWasSetBackIsAConflictToo() async throws {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .key("endpoint"), .value("https://b.example.com"))
        _ = try await push(world, .beforeTheReadBack) { [world] state in
            guard state.stored(1, "endpoint") != "https://a.example.com" else { return }
            state.set(1, "endpoint", "https://a.example.com")
            world.editNow(1, .key("endpoint"), .value("https://c.example.com"))
        }
        #expect(try await world.edits().map(\.value) == [.value("https://c.example.com")])
        #expect(try await world.plan().problems.map(\.kind) == [.conflict])
    }

    @Test(arguments: Moment.allCases, [true, false]) func codeThatWasSetBackIsAConflict(moment: Moment, isEditedAgain: Bool) async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", SyncWorld.code + "// ours\n")
        let problems = try await push(world, moment) { [world] state in
            guard state.plugins[1]?.sources.first(where: { $0.name == "index.ts" })?.text != SyncWorld.code else { return }
            state.setCode("index.ts", SyncWorld.code)
            if isEditedAgain { world.editCodeNow("index.ts", SyncWorld.code + "// ours again\n") }
        }
        #expect(problems.map(\.code) == [moment == .beforeTheReadBack ? "overtaken" : "step-settled"])
        #expect(try await world.codeEdits().map(\.value) == [.text(SyncWorld.code + (isEditedAgain ? "// ours again\n" : "// ours\n"))])
        #expect(try await world.plan().problems.map(\.kind) == [.conflict])
        let now = world.now()
        let settled = try await world.mirror.write { mirror in
            try Resolution.local.apply(toSourceOf: PluginID(1), file: nil, in: mirror, at: now)
        }
        #expect(settled == ["index.ts"])
        try await world.pushUntilDone("decided")
        #expect(world.storedCode("index.ts") == SyncWorld.code + (isEditedAgain ? "// ours again\n" : "// ours\n"))
    }

    /// All or nothing: what is left of the step that somebody has saved over is taken back as well.
    @Test func whatIsLeftOfItIsTakenBack() async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", SyncWorld.code + "// ours\n")
        try await world.editCode("site.ts", "// ours\n")
        try await world.edit(1, .key("region"), .value("eu"))
        try await world.edit(1, .key("endpoint"), .value("https://b.example.com"))
        let site = world.storedCode("site.ts")
        let wrote = Seen()
        world.transport.setBefore { _, request, state in
            if request.method == .patch { wrote.note(request) } else if wrote.count == 2 { state.set(1, "region", "us") }
        }
        let summary = try await world.push(isAtomic: true).summary
        #expect(summary.steps.map(\.state) == [.takenBack, .takenBack])
        #expect(world.storedCode("index.ts") == SyncWorld.code && world.storedCode("site.ts") == site)
        #expect(world.transport.state.stored(1, "region") == "us")
        #expect(world.transport.state.stored(1, "endpoint") == "https://a.example.com")
        #expect(Set(try await world.edits().map(\.field)) == [.key("endpoint"), .key("region")])
        #expect(try await world.codeEdits().map(\.file).sorted() == ["index.ts", "site.ts"])
    }

    @Test func whatIsLeftOfCodeIsTakenBack() async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", SyncWorld.code + "// ours\n")
        try await world.editCode("site.ts", "// ours\n")
        let site = world.storedCode("site.ts")
        let wrote = Seen()
        world.transport.setBefore { _, request, state in
            if request.method == .patch { wrote.note(request) } else if wrote.count == 1 { state.setCode("index.ts", SyncWorld.code) }
        }
        #expect(try await world.push(isAtomic: true).summary.steps.map(\.state) == [.takenBack])
        #expect(world.storedCode("index.ts") == SyncWorld.code && world.storedCode("site.ts") == site)
        #expect(try await world.codeEdits().map(\.file).sorted() == ["index.ts", "site.ts"])
    }

    /// Who types the same again in a conflict insists on it.
    @Test func theSameEditAgainIsNotTakenForTheWayBack() async throws {
        let world = try await SyncWorld.coded()
        try await world.edit(1, .key("region"), .value("eu"))
        try await world.editCode("index.ts", "ours")
        let wrote = Seen()
        world.transport.setBefore { _, request, state in
            if request.method == .patch { wrote.note(request) }
            guard request.method == .get else { return }
            if wrote.count == 1 { state.setCode("index.ts", SyncWorld.code) }
            if wrote.count == 2 { state.set(1, "region", "us") }
        }
        _ = try await world.push()
        world.transport.clear()
        // The push stopped at the code; what is left goes on its own.
        let now = world.now()
        try await world.mirror.write { mirror in
            guard let versions = try mirror.sources.versions(PluginID(1)) else { return }
            #expect(try CodeEdit("index.ts", .text("ours")).store(of: versions, in: mirror, at: now))
        }
        #expect(try await world.codeEdits().map(\.value) == [.text("ours")])
        #expect(try await world.plan().problems.contains { $0.kind == .conflict })
    }

    @Test func theSameValueAgainIsNotTakenForTheWayBack() async throws {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .key("region"), .value("eu"))
        _ = try await push(world, .beforeTheReadBack) { $0.set(1, "region", "us") }
        let now = world.now()
        try await world.mirror.write { mirror in
            try ConfigEdits([(.key("region"), .value("eu"))]).store(in: PluginConfigID(1), of: mirror, at: now)
        }
        #expect(try await world.edits().map(\.value) == [.value("eu")])
    }

    /// What somebody else has put in the place of ours is theirs, whatever becomes of the push.
    @Test func aThirdTextIsNotTakenBack() async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", "ours")
        try await world.editCode("site.ts", "// ours\n")
        let site = world.storedCode("site.ts")
        let wrote = Seen()
        world.transport.setBefore { _, request, state in
            if request.method == .patch { wrote.note(request) } else if wrote.count == 1 { state.setCode("index.ts", "theirs") }
        }
        #expect(try await world.push(isAtomic: true).summary.steps.map(\.state) == [.takenBack])
        #expect(world.storedCode("index.ts") == "theirs" && world.storedCode("site.ts") == site)
    }

    @Test func aThirdValueIsNotTakenBackThoughOursWasEditedAgain() async throws {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .key("region"), .value("eu"))
        try await world.edit(1, .key("endpoint"), .value("https://b.example.com"))
        let wrote = Seen()
        world.transport.setBefore { [world] _, request, state in
            if request.method == .patch { wrote.note(request) }
            guard request.method == .get, wrote.count == 1, state.stored(1, "region") == "eu" else { return }
            state.set(1, "region", "mars")
            world.editNow(1, .key("region"), .value("moon"))
        }
        #expect(try await world.push(isAtomic: true).summary.steps.map(\.state) == [.takenBack])
        #expect(world.transport.state.stored(1, "region") == "mars")
        #expect(world.transport.state.stored(1, "endpoint") == "https://a.example.com")
        #expect(try await world.plan().problems.map(\.kind) == [.conflict])
    }

    /// The answer was lost, and a field that moved proves that the write arrived.
    @Test func whatIsLeftWithoutAnAnswerIsTakenBackAndItsSecretIsDone() async throws {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .key("region"), .value("eu"))
        try await world.edit(1, .key("endpoint"), .value("https://b.example.com"))
        try await world.edit(1, .key("apiKey"), .secret(Secret("ours")))
        world.transport.setFault { _, request in request.method == .patch ? .answerLost : nil }
        let wrote = Seen()
        world.transport.setBefore { _, request, state in
            if request.method == .patch { wrote.note(request) } else if wrote.count == 1 { state.set(1, "region", "us") }
        }
        #expect(try await world.push().summary.steps.map(\.state) == [.inPart])
        #expect(try await world.edits().map(\.field) == [.key("region")])
        world.transport.clear()
        try await world.abort()
        #expect(world.transport.state.stored(1, "endpoint") == "https://a.example.com")
    }

    /// A secret that was replaced is left of the step, though every field that can be seen was set back.
    @Test func aSecretThatIsLeftIsSaid() async throws {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .key("region"), .value("eu"))
        try await world.edit(1, .key("apiKey"), .secret(Secret("ours")))
        let wrote = Seen()
        world.transport.setBefore { _, request, state in
            if request.method == .patch { wrote.note(request) } else if wrote.count == 1 { state.set(1, "region", "us") }
        }
        let summary = try await world.push(isAtomic: true).summary
        #expect(summary.problems.first?.message.contains("right after: region is not as you meant it") == true)
        #expect(summary.steps.map(\.state) == [.inPart], "it can't be taken back")
        #expect(summary.problems.map(\.code) == ["overtaken", "not-taken-back"])
    }

    @Test func codeIsTakenBackThoughNameAndSchemaWereSetBackToo() async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", "ours")
        try await world.editCode("plugin.json", SyncWorld.manifest("Renamed"))
        let wrote = Seen()
        world.transport.setBefore { _, request, state in
            if request.method == .patch { wrote.note(request) }
            guard request.method == .get, wrote.count == 1 else { return }
            state.setCode("plugin.json", SyncWorld.manifest())
            state.plugins[1]?.name = "Currency"
        }
        #expect(try await world.push(isAtomic: true).summary.steps.map(\.state) == [.takenBack])
        #expect(world.storedCode("index.ts") == SyncWorld.code)
    }

    @Test func aFileThatWasTakenAwayAgainIsAConflict() async throws {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .attachment("file"), .file(NewFile(name: "a.csv", contentType: "text/csv", bytes: Array("ours".utf8))))
        let problems = try await push(world, .beforeTheReadBack) { $0.attachments[1] = nil; $0.set(1, "file", nil) }
        #expect(problems.map(\.code) == ["overtaken"])
        #expect(try await world.edits().map(\.field) == [.attachment("file")])
        #expect(try await world.plan().problems.map(\.kind) == [.conflict])
    }

    /// Found out at once, since the answer has told the id.
    @Test func aCreateThatIsGoneAtTheReadBackIsNotSentAgain() async throws {
        let world = try SyncWorld()
        try await world.pull()
        _ = try await world.draft(plugin: 2, project: 3, ["currency": "EUR"], enabled: false)
        let wrote = Seen()
        world.transport.setBefore { _, request, state in
            if request.method == .post { wrote.note(request) } else if wrote.count == 1 { state.configs[4] = nil }
        }
        #expect(try await world.push().summary.problems.map(\.code) == ["create-untraceable"])
        world.transport.clear()
        #expect(try await world.plan().plan.steps == [])
    }

    /// A draft whose create was taken, and whose config somebody has deleted at once, is not created again by itself.
    @Test func aCreateThatWasTakenAndIsGoneIsNotSentAgain() async throws {
        let world = try SyncWorld()
        try await world.pull()
        let draft = try await world.draft(plugin: 2, project: 3, ["currency": "EUR"], enabled: false)
        let wrote = Seen()
        world.transport.setFault { _, request in
            if request.method == .post { wrote.note(request) }
            return request.method == .get && wrote.count == 1 ? .status(502, afterActing: false) : nil
        }
        #expect(try await world.push().summary.problems.map(\.code) == ["outcome-unknown"])
        world.transport.clear()
        world.transport.change { $0.configs[4] = nil }
        _ = try await Pusher(api: world.api(), mirror: world.mirror, now: world.now).settle()
        #expect(try await world.plan().plan.steps == [])
        #expect(try await world.edits().map(\.configID).contains(draft), "nothing of it is lost")
        #expect(world.transport.writes == [])
    }
}
