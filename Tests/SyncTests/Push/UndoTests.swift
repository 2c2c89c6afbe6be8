import DemoInstance
import Models
import Storage
import Sync
import TestSupport
import Testing

/// All steps or none: what was applied is taken back when a later step fails, and nothing that was wanted is lost.
@Suite struct UndoTests {
    /// Edits of configs 1, 2 and 3; a push of them is refused at the third.
    private func edited() async throws -> SyncWorld {
        let world = try SyncWorld()
        try await world.pull()
        world.transport.clear()
        try await world.edit(1, .key("region"), .value("eu"))
        try await world.edit(1, .key("added"), .value("new"))
        try await world.edit(2, .enabled, .value(false))
        try await world.edit(3, .key("region"), .value("us"))
        return world
    }

    private func failsAtConfig3(_ world: SyncWorld) {
        world.transport.setFault { _, request in
            request.method == .patch && request.path.hasSuffix("/3/") ? .refusal(400, detail: "no") : nil
        }
    }

    private func pusher(_ world: SyncWorld) -> Pusher { Pusher(api: world.api(), mirror: world.mirror, now: world.now) }

    /// What the database holds, in any order of keys; a key that the server adds as null is none.
    private func values(_ configs: [Int64: DemoPluginConfig]) -> [Int64: [String]] {
        configs.mapValues { config in
            (config.config.object?.members ?? []).filter { !$0.value.isNull }.map { "\($0.key)=\($0.value.text)" }.sorted()
        }
    }

    private func wanted(_ world: SyncWorld) async throws -> Set<String> {
        Set(try await world.edits().map { "\($0.configID.rawValue) \($0.field.text) \($0.value) \($0.state)" })
    }

    @Test func whatWasAppliedBeforeAFailedStepIsTakenBackAndStillWanted() async throws {
        let world = try await edited()
        let before = world.transport.state.configs
        let meant = try await wanted(world)
        failsAtConfig3(world)
        let plan = try await world.plan().plan
        let summary = try await pusher(world).push(plan, isAtomic: true)
        #expect(summary.steps.map(\.state) == [.takenBack, .takenBack, .refused])
        #expect(values(world.transport.state.configs) == values(before))
        #expect(world.transport.state.configs.mapValues(\.isEnabled) == before.mapValues(\.isEnabled))
        #expect(try await wanted(world) == meant)
        // Two writes forth, one that was refused, two back: the newest first.
        #expect(world.transport.writes.map { $0.path.split(separator: "/").last } == ["2", "1", "3", "1", "2"])
        world.transport.clear()
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.state.stored(1, "region") == "eu" && world.transport.state.stored(1, "added") == "new")
    }

    @Test func withoutAtomicWhatWasAppliedStays() async throws {
        let world = try await edited()
        failsAtConfig3(world)
        #expect(try await world.push().summary.steps.map(\.state) == [.applied, .applied, .refused])
        #expect(world.transport.state.stored(1, "region") == "eu")
    }

    @Test func whatSomebodyChangedSinceIsNotTakenBack() async throws {
        let world = try await edited()
        let seen = Seen()
        world.transport.setFault { _, request in
            guard request.method == .patch, request.path.hasSuffix("/3/") else { return nil }
            seen.note(request)
            return .refusal(400, detail: "no")
        }
        world.transport.setBefore { _, _, state in if seen.count == 1 { state.set(1, "endpoint", "theirs") } }
        let plan = try await world.plan().plan
        let summary = try await pusher(world).push(plan, isAtomic: true)
        #expect(summary.steps.map(\.state) == [.takenBack, .applied, .refused])
        #expect(world.transport.state.stored(1, "region") == "eu" && world.transport.state.stored(1, "endpoint") == "theirs")
        #expect(summary.problems.contains { $0.code == "not-taken-back" && $0.subject == "config:1" })
        #expect(try await world.edits().map(\.configID.rawValue).sorted() == [2, 3])
    }

    @Test func whatAPullHasShownToBeAnotherNowIsNotTakenBack() async throws {
        let world = try await edited()
        failsAtConfig3(world)
        try await world.push()
        world.transport.clear()
        world.transport.change { $0.set(1, "region", "theirs") }
        try await world.pull()
        let run = try #require(try await world.mirror.read { mirror in try mirror.runs.interruptedPushes().first })
        let report = try await pusher(world).takeBack(run.id)
        #expect(report.takenBack == ["config:2"] && report.problems.map(\.subject) == ["config:1"])
        #expect(world.transport.state.stored(1, "region") == "theirs")
        #expect(world.transport.writes.allSatisfy { $0.path.hasSuffix("/2/") })
        #expect(try await world.edits().map(\.configID.rawValue).sorted() == [2, 3], "theirs was not to be replaced")
    }

    @Test func whatWasEditedAgainSinceIsWantedAsItWasEdited() async throws {
        let world = try await edited()
        failsAtConfig3(world)
        try await world.push()
        world.transport.clear()
        try await world.edit(1, .key("region"), .value("asia"))
        let run = try #require(try await world.mirror.read { mirror in try mirror.runs.interruptedPushes().first })
        #expect(try await pusher(world).takeBack(run.id).takenBack == ["config:1", "config:2"])
        #expect(world.transport.state.stored(1, "region") == "us")
        #expect(try await world.edits().first { $0.field == .key("region") && $0.configID.rawValue == 1 }?.value == .value("asia"))
    }

    @Test func aResumedPushIsTakenBackWithTheOneBeforeIt() async throws {
        let world = try await edited()
        let before = world.transport.state.configs
        world.transport.setFault { _, request in request.method == .patch && request.path.hasSuffix("/1/") ? .refusal(400, detail: "no") : nil }
        #expect(try await world.push().summary.steps.map(\.state) == [.applied, .refused, .skipped])
        #expect(try await world.edits().map(\.state) == [.pending, .pending, .pending], "what was not sent waits again")
        failsAtConfig3(world)
        let rest = try await world.plan().plan
        #expect(try await pusher(world).push(rest, isResumed: true).steps.map(\.state) == [.applied, .refused])
        world.transport.clear()
        let runs = try await world.mirror.read { mirror in try mirror.runs.interruptedPushes() }
        #expect(runs.count == 2)
        for run in runs { _ = try await pusher(world).takeBack(run.id) }
        #expect(values(world.transport.state.configs) == values(before))
        #expect(world.transport.state.configs[2]?.isEnabled == true)
        #expect(try await world.edits().map(\.configID.rawValue).sorted() == [1, 1, 2, 3])
    }

    /// What somebody saved beside our fields came into the same version, and stays.
    @Test func onlyWhatWasPushedIsTakenBack() async throws {
        let world = try await edited()
        failsAtConfig3(world)
        world.transport.setBefore { _, request, state in
            if request.method == .patch, request.path.hasSuffix("/1/") { state.configs[1]?.order = 9 }
        }
        #expect(try await world.push().summary.steps.contains { $0.state == .appliedAmongOthers(["order"]) })
        world.transport.clear()
        try await world.abort()
        #expect(world.transport.state.stored(1, "region") == "us")
        #expect(world.transport.state.configs[1]?.order == 9)
    }

    /// The instance offers no way to delete it; but it does nothing there.
    @Test func whatWasCreatedIsDisabledAgain() async throws {
        let world = try SyncWorld()
        try await world.pull()
        _ = try await world.draft(plugin: 2, project: 3, ["currency": "EUR"], enabled: true)
        #expect(try await world.push().summary.isComplete)
        let run = try #require(try await world.mirror.read { mirror in try mirror.runs.list(limit: 9).first { $0.kind == .push } })
        let report = try await pusher(world).takeBack(run.id)
        #expect(world.transport.state.configs[4]?.isEnabled == false)
        #expect(report.problems.map(\.code) == ["created-stays"])
    }

    /// The outcome of a step is not known when those before it are taken back: it can still be taken back when it is.
    @Test func aStepWhoseOutcomeIsFoundOutLaterCanStillBeTakenBack() async throws {
        let world = try await edited()
        let wrote = Seen()
        world.transport.setFault { _, request in
            guard request.path.hasSuffix("/3/") else { return nil }
            if request.method == .patch { wrote.note(request) }
            return request.method == .patch ? .answerLost : wrote.count > 0 ? .refused : nil
        }
        #expect(try await world.push(isAtomic: true).summary.steps.map(\.state) == [.takenBack, .takenBack, .unknown])
        #expect(world.transport.state.stored(3, "region") == "us")
        world.transport.clear()
        try await world.abort()
        #expect(world.transport.state.stored(3, "region") == "eu")
    }

    /// A push after it that could apply nothing does not end it.
    @Test func aPushThatAppliedNothingDoesNotHideTheOneBeforeIt() async throws {
        let world = try await edited()
        failsAtConfig3(world)
        #expect(try await world.push().summary.hasWritten)
        #expect(try await !world.push().summary.hasWritten)
        #expect(try await world.mirror.read { mirror in try mirror.runs.interruptedPushes().map(\.outcome) } == ["not applied", "partly applied"])
        world.transport.clear()
        try await world.abort()
        #expect(world.transport.state.stored(1, "region") == "us" && world.transport.state.configs[2]?.isEnabled == true)
    }

    @Test func codeThatAPullHasShownToBeAnotherNowIsNotTakenBack() async throws {
        let world = try await SyncWorld.coded()
        let text = SyncWorld.manifest("Renamed")
        try await world.editCode("plugin.json", text)
        try await world.editCode("index.ts", "new code")
        let seen = Seen()
        world.transport.setFault { _, request in
            guard request.method == .patch, seen.count == 0 else { return nil }
            seen.note(request)
            return .halfDone { $0.setCode("index.ts", "new code") }
        }
        try await world.push()
        world.transport.clear()
        world.transport.change { $0.setCode("index.ts", "their code") }
        try await world.pull(full: true)
        let left = try await world.codeEdits().map(\.file)
        let run = try #require(try await world.mirror.read { mirror in try mirror.runs.interruptedPushes().first })
        #expect(try await pusher(world).takeBack(run.id).takenBack.isEmpty)
        #expect(world.storedCode("index.ts") == "their code" && world.transport.writes.isEmpty)
        #expect(try await world.codeEdits().map(\.file) == left, "theirs was not to be replaced")
    }

    @Test func aSecretThatReplacedOneStaysAndIsSaid() async throws {
        let world = try await edited()
        try await world.edit(1, .key("apiKey"), .secret(Secret("sk_new")))
        failsAtConfig3(world)
        let plan = try await world.plan().plan
        let summary = try await pusher(world).push(plan, isAtomic: true)
        #expect(summary.problems.contains { $0.code == "not-taken-back" && $0.message.hasPrefix("apiKey of config:1") })
        #expect(world.transport.state.stored(1, "apiKey") == "sk_new")
        #expect(world.transport.state.stored(1, "region") == "us", "the rest is as it was")
        #expect(!(try await world.everythingStored()).contains("sk_new"))
    }

    @Test func aSecretWhereNoneWasIsTakenAwayAgainAndHasToBeGivenAgain() async throws {
        let world = try await edited()
        try await world.edit(1, .key("token2"), .secret(Secret("t2_new")))
        failsAtConfig3(world)
        let plan = try await world.plan().plan
        let summary = try await pusher(world).push(plan, isAtomic: true)
        #expect(summary.problems.contains { $0.code == "give-again" && $0.message.hasPrefix("token2 of config:1") })
        #expect([nil, "", .null].contains(world.transport.state.stored(1, "token2")))
        #expect(try await world.edits().contains { $0.field == .key("token2") } == false)
    }

    @Test func whatWasCreatedStaysDisabledAndIsSaid() async throws {
        let world = try await edited()
        let draft = try await world.draft(plugin: 2, project: 3, ["currency": "EUR"], enabled: true)
        #expect(draft.isDraft)
        world.transport.setFault { _, request in
            guard request.method == .patch, let body = request.body else { return nil }
            let isEnabling = String(decoding: body.bytes, as: UTF8.self).contains("true") && request.path.contains("/projects/3/")
            return isEnabling ? .refusal(400, detail: "no") : nil
        }
        let plan = try await world.plan().plan
        let summary = try await pusher(world).push(plan, isAtomic: true)
        #expect(summary.problems.contains { $0.code == "created-stays" })
        let created = try #require(world.transport.state.configs.values.first { $0.projectID == 3 })
        #expect(!created.isEnabled)
        #expect(world.transport.state.stored(1, "region") == "us")
        #expect(try await world.edits().contains { $0.configID.rawValue == created.id && $0.field == .enabled })
    }

    /// The network dies at every request of an atomic push; afterwards a person goes on, one way or the other.
    @Test func aPushThatDiesAnywhereCanBeTakenBackLater() async throws {
        let prepared = await PreparedWorld(try await edited())
        let straight = try prepared.copy()
        try await straight.push()
        let before = try SyncWorld().transport.state.configs
        for number in 1...straight.transport.pushLog.count {
            let world = try prepared.copy()
            let meant = try await wanted(world)
            let plan = try await world.plan().plan
            world.transport.setFault { request, _ in request >= number ? .refused : nil }
            do { _ = try await pusher(world).push(plan, isAtomic: true) } catch { #expect(error.kind == .temporary) }
            world.transport.clear()
            _ = try await pusher(world).settle()
            for run in try await world.mirror.read({ mirror in try mirror.runs.interruptedPushes() }) {
                let report = try await pusher(world).takeBack(run.id)
                #expect(report.problems.isEmpty, "from request \(number): \(report.problems)")
            }
            #expect(values(world.transport.state.configs) == values(before), "from request \(number)")
            #expect(world.transport.state.configs.mapValues(\.isEnabled) == before.mapValues(\.isEnabled), "from request \(number)")
            #expect(try await wanted(world) == meant, "from request \(number)")
        }
    }

    /// The write that takes back loses its answer, at every request of it: the edit it takes back is there afterwards, whatever arrived.
    @Test func aLostAnswerWhileTakingBackLosesNoEdit() async throws {
        let prepared = await PreparedWorld(try await edited())
        let whole = try prepared.copy()
        failsAtConfig3(whole)
        let plan = try await whole.plan().plan
        _ = try await pusher(whole).push(plan, isAtomic: true)
        let (forth, all) = (6, whole.transport.log.count)
        for number in forth...all {
            for fault in [InstanceTransport.Fault.answerLost, .lostOnTheWay] {
                let name = "from request \(number), \(fault)"
                let world = try prepared.copy()
                let meant = try await wanted(world)
                world.transport.setFault { request, asked in
                    if request == number { return fault }
                    if request > number { return .refused }
                    return asked.method == .patch && asked.path.hasSuffix("/3/") ? .refusal(400, detail: "no") : nil
                }
                _ = try await pusher(world).push(try await world.plan().plan, isAtomic: true)
                world.transport.clear()
                // A process that starts now.
                let later = try await world.restarted()
                try await later.pull()
                let left = try await wanted(later)
                let state = later.transport.state
                for (field, isThere) in [("1 config.region", state.stored(1, "region") == "eu"), ("1 config.added", state.stored(1, "added") == "new"),
                    ("2 enabled", state.configs[2]?.isEnabled == false), ("3 config.region", state.stored(3, "region") == "us")] {
                    #expect(isThere || left.contains { $0.hasPrefix(field) }, "\(name): \(field) is neither there nor wanted")
                }
                #expect(left.isSubset(of: meant), "\(name): \(left)")
            }
        }
    }

    /// The instance stores code file by file: what arrived before it failed is taken back too.
    @Test(arguments: [true, false]) func codeThatArrivedInPartIsTakenBack(atomic: Bool) async throws {
        let world = try await SyncWorld.coded()
        let text = SyncWorld.manifest("Renamed")
        try await world.editCode("plugin.json", text)
        try await world.editCode("index.ts", "new code")
        let seen = Seen()
        world.transport.setFault { _, request in
            guard request.method == .patch, seen.count == 0 else { return nil }
            seen.note(request)
            return .halfDone { $0.setCode("plugin.json", text); $0.setCode("index.ts", "new code") }
        }
        let summary = try await pusher(world).push(try await world.plan().plan, isAtomic: atomic)
        #expect(summary.steps.map(\.state) == [atomic ? .takenBack : .inPart])
        if !atomic {
            let run = try #require(try await world.mirror.read { mirror in try mirror.runs.interruptedPushes().first })
            #expect(run.outcome == "partly applied")
            #expect(try await pusher(world).takeBack(run.id).takenBack == ["plugin:1"])
        }
        #expect(world.storedCode("index.ts") == SyncWorld.code && world.storedCode("plugin.json") == SyncWorld.manifest())
        #expect(try await world.codeEdits().map(\.file).sorted() == ["index.ts", "plugin.json"], "all of it is still wanted")
        world.transport.clear()
        #expect(try await world.push().summary.isComplete)
        #expect(world.storedCode("index.ts") == "new code" && world.transport.state.plugins[1]?.name == "Renamed")
    }

    @Test(arguments: [false, true]) func valuesThatArrivedWithoutTheirFileAreTakenBack(hadFile: Bool) async throws {
        let world = try SyncWorld()
        let old = hadFile ? [DemoAttachment(id: 9, key: "file", fileName: "old.csv", contentType: "text/csv", bytes: [1])] : nil
        world.transport.change { $0.attachments[1] = old }
        try await world.pull()
        try await world.edit(1, .key("region"), .value("eu"))
        try await world.edit(1, .attachment("file"), .file(NewFile(name: "a.csv", contentType: "text/csv", bytes: Array("one".utf8))))
        let seen = Seen()
        world.transport.setFault { _, request in
            guard request.method == .patch, seen.count == 0 else { return nil }
            seen.note(request)
            return .status(500, afterActing: true)
        }
        world.transport.setBefore { _, request, state in if request.method == .get { state.attachments[1] = old } }
        let summary = try await pusher(world).push(try await world.plan().plan, isAtomic: true)
        #expect(summary.steps.map(\.state) == [.takenBack])
        #expect(summary.problems.map(\.code) == ["file-not-taken"], "the file never arrived, so nothing of it is lost")
        #expect(world.transport.state.stored(1, "region") == "us")
        #expect(try await world.edits().map(\.field.text).sorted() == ["attachment.file", "config.region"])
        world.transport.clear()
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.state.stored(1, "region") == "eu" && world.transport.state.attachments[1]?.count == 1)
    }

    @Test func aSecondAbortFindsNothingMoreToDo() async throws {
        let world = try await edited()
        failsAtConfig3(world)
        try await world.push()
        world.transport.clear()
        let run = try #require(try await world.mirror.read { mirror in try mirror.runs.interruptedPushes().first })
        #expect(try await pusher(world).takeBack(run.id).takenBack == ["config:1", "config:2"])
        #expect(try await world.mirror.read { mirror in try mirror.runs.interruptedPushes() } == [])
        let again = try await pusher(world).takeBack(run.id)
        #expect(again.takenBack == [] && again.problems == [])
    }

    @Test func aReplacedSecretAloneIsSaidToStay() async throws {
        let world = try await edited()
        try await world.pull()
        for edit in try await world.edits() where edit.configID.rawValue == 1 {
            try await world.mirror.write { mirror in try mirror.edits.remove(edit.configID, edit.field, version: edit.version) }
        }
        try await world.edit(1, .key("apiKey"), .secret(Secret("sk_new")))
        failsAtConfig3(world)
        let plan = try await world.plan().plan
        let summary = try await pusher(world).push(plan, isAtomic: true)
        #expect(summary.problems.contains { $0.code == "not-taken-back" && $0.message.hasPrefix("apiKey of config:1") })
        #expect(summary.steps.map(\.state) == [.takenBack, .applied, .refused])
        #expect(try await world.mirror.read { mirror in try mirror.runs.interruptedPushes().count } == 1, "it can still be looked at")
    }
}
