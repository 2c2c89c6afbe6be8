import DemoInstance
import Models
import Storage
import Sync
import Testing

/// Servers that serve only the user's current project, whatever the path says.
@Suite struct OldServerTests {
    private let world: SyncWorld

    init() throws {
        world = try SyncWorld(.demo(profile: .posthog1_26))
    }

    @discardableResult
    private func pull(switching: Bool = false) async throws -> PullSummary {
        try await Puller(api: api, mirror: world.mirror, now: world.now).pull(switchesProjects: switching).unlessStopped()
    }

    private var api: PostHogAPI { world.api(token: DemoKeys.admin) }

    private func pushed() async throws -> PushSummary {
        let pusher = Pusher(api: try await api.asPulled(into: world.mirror), mirror: world.mirror, now: world.now)
        _ = try await pusher.settle()
        let output = try await world.plan()
        if let problem = output.problems.first { throw problem }
        return try await pusher.push(output.plan)
    }

    private func counts() async throws -> [Int] {
        try await world.mirror.read { mirror in
            try (1...3).map { try mirror.configs.presentIDs(project: ProjectID($0)).count }
        }
    }

    private var currentProject: Int64? { world.transport.state.users.first?.currentProjectID }

    @Test func onlyTheCurrentProjectIsMirroredAndTheOthersAreNamed() async throws {
        let summary = try await pull()
        #expect(try await counts() == [8, 0, 0])
        #expect(summary.problems.map(\.code) == ["project-not-current"])
        #expect(summary.problems.first?.message.contains("Mobile app (2), Staging (3)") == true)
        #expect(summary.problems.first?.kind == .notice)
        #expect(currentProject == 1)
    }

    @Test func whatTheOldServerDoesNotHaveIsNotAskedForAndItsEventsAreTheCurrentProjects() async throws {
        try await pull(switching: true)
        #expect(world.transport.log.allSatisfy { !$0.path.contains("app_metrics") && !$0.path.contains("activity") })
        let events = try await world.mirror.read { mirror in
            try (1...3).map { try mirror.events.latest(ProjectID($0), limit: 100).count }
        }
        #expect(events == [60, 0, 0])
        let errors = try await world.mirror.read { mirror in try mirror.errors.summary().count }
        #expect(errors == 2, "from the configs themselves")
    }

    @Test func switchingReadsAllProjectsAndEndsWhereItBegan() async throws {
        #expect(try await pull(switching: true).problems.isEmpty)
        #expect(try await counts() == [8, 6, 4])
        #expect(currentProject == 1)
        #expect(world.transport.writes.map(\.path) == Array(repeating: "/api/users/@me/", count: 3))
    }

    @Test func aPullThatFailsWhileItIsSwitchedSwitchesBack() async throws {
        world.transport.setFault { _, request in
            request.path.hasSuffix("/projects/3/plugin-configs/") ? .refused : nil
        }
        await #expect(throws: Problem.self) { try await pull(switching: true) }
        #expect(currentProject == 1)
    }

    @Test func aWayBackThatFailsTooIsToldAsWell() async throws {
        world.transport.setFault { _, request in
            let isBack = request.method == .patch && String(decoding: request.body?.bytes ?? [], as: UTF8.self).contains(":1}")
            return isBack || request.path.hasSuffix("/projects/3/plugin-configs/") ? .refused : nil
        }
        await #expect { try await pull(switching: true) } throws: {
            let message = ($0 as? Problem)?.message ?? ""
            return message.hasPrefix("Configs of Staging could not be read") && message.contains("Project 1 could not be made your current one")
        }
        #expect(currentProject == 3)
        world.transport.clear()
        #expect(try await pull().problems.map(\.code).first == "project-restored")
        #expect(currentProject == 1)
    }

    @Test func whatADeadPullLeftSwitchedIsPutBackByTheNextOne() async throws {
        try await pull()
        try await world.mirror.write { mirror in try mirror.meta.setProjectSwitch(from: ProjectID(1), to: ProjectID(3)) }
        world.transport.change { $0.users[0].currentProjectID = 3 }
        #expect(try await pull().problems.map(\.code) == ["project-restored", "project-not-current"])
        #expect(currentProject == 1)
        #expect(try await counts() == [8, 0, 0])
    }

    @Test func theKeyOfAnotherAccountPutsNothingBack() async throws {
        try await pull()
        try await world.mirror.write { mirror in try mirror.meta.setProjectSwitch(from: ProjectID(1), to: ProjectID(3)) }
        world.transport.change { $0.users[0].currentProjectID = 3 }
        world.transport.change { state in
            guard let index = state.users.firstIndex(where: { $0.keys.contains(DemoKeys.member) }) else { return }
            state.users[index].currentProjectID = 3
        }
        let other = world.api(token: DemoKeys.member)
        await #expect { try await Puller(api: other, mirror: world.mirror, now: world.now).pull() } throws: {
            ($0 as? Problem)?.code == "mirror-of-another-identity"
        }
        #expect(world.transport.writes.isEmpty)
    }

    @Test func whoHasMovedOnSinceIsLeftThere() async throws {
        try await pull()
        try await world.mirror.write { mirror in try mirror.meta.setProjectSwitch(from: ProjectID(1), to: ProjectID(3)) }
        world.transport.change { $0.users[0].currentProjectID = 2 }
        #expect(try await pull().problems.map(\.code).first == "project-restored")
        #expect(currentProject == 2)
    }

    /// At every request of a pull somebody opens an empty project in the web page.
    @Test func aProjectThatIsSwitchedWhileItIsReadIsNeverReadAsDeleted() async throws {
        world.transport.change { state in state.configs = state.configs.filter { $0.value.projectID == 1 } }
        try await pull()
        for number in 1...12 {
            world.transport.clear()
            world.transport.setBefore { request, _, state in if request == number { state.users[0].currentProjectID = 3 } }
            do { _ = try await pull() } catch let problem as Problem { #expect(problem.kind == .temporary, "\(number): \(problem)") }
            world.transport.clear()
            #expect(try await counts()[0] == 8, "\(number)")
            world.transport.change { $0.users[0].currentProjectID = 1 }
        }
        #expect(try await pull().collections.allSatisfy { $0.removed == 0 && $0.changed == 0 })
    }

    @Test func editsAndCreatesArriveInTheOldFormAndASecondPullChangesNothing() async throws {
        world.transport.change { $0.configs[6] = nil }
        try await pull()
        try await world.edit(1, .key("normalizedCurrency"), .value("CHF"))
        try await world.edit(1, .key("openExchangeRatesApiKey"), .secret(Secret("oxr_new")))
        try await world.edit(4, .enabled, .value(false))
        _ = try await world.draft(plugin: 6, project: 1, ["decimals": "1", "property": "price"], enabled: true)
        #expect(try await pushed().isComplete)
        let state = world.transport.state
        #expect(state.stored(1, "normalizedCurrency") == "CHF")
        #expect(state.stored(1, "openExchangeRatesApiKey") == "oxr_new")
        #expect(state.stored(1, "amountProperty") == "amount")
        #expect(state.configs[4]?.isEnabled == false)
        #expect(state.configs.values.count { $0.pluginID == 6 && $0.projectID == 1 && $0.isEnabled } == 1)
        #expect(try await pull().collections.allSatisfy { $0.changed == 0 && $0.inserted == 0 && $0.removed == 0 })
    }

    @Test func nothingIsWrittenIntoTheProjectThatHappensToBeOpen() async throws {
        try await pull()
        try await world.edit(1, .key("normalizedCurrency"), .value("CHF"))
        _ = try await world.draft(plugin: 10, project: 1, ["start": "8"], enabled: false)
        world.transport.change { $0.users[0].currentProjectID = 3 }
        world.transport.clear()
        let summary = try await pushed()
        #expect(summary.problems.map(\.code) == ["project-not-current", "project-not-current"])
        #expect(world.transport.writes == [])
        world.transport.change { $0.users[0].currentProjectID = 1 }
        #expect(try await pushed().isComplete)
    }

    /// Somebody opens another project between the last look and the create.
    @Test func aCreateThatLandsInAnotherProjectIsSaidAndNotForgotten() async throws {
        try await pull()
        _ = try await world.draft(plugin: 10, project: 1, ["start": "8"], enabled: false)
        world.transport.setBefore { _, request, state in if request.method == .post { state.users[0].currentProjectID = 3 } }
        let summary = try await pushed()
        #expect(summary.problems.map(\.code) == ["created-elsewhere"])
        #expect(summary.problems.first?.message.contains("was created in project 3, as config:") == true)
        #expect(try await world.edits().isEmpty == false)
    }

    @Test func anotherProjectsMissingRowIsNotTakenForTheOutcomeOfAWrite() async throws {
        try await pull()
        try await world.edit(1, .key("normalizedCurrency"), .value("CHF"))
        let sent = Seen()
        world.transport.setBefore { _, request, state in
            if request.method == .patch { sent.note(request) } else if sent.count == 1 { state.users[0].currentProjectID = 3 }
        }
        #expect(try await pushed().steps.map(\.state) == [.unknown])
        world.transport.clear()
        _ = try await pull()
        #expect(try await world.edits().map(\.state) == [.inFlight])
        world.transport.change { $0.users[0].currentProjectID = 1 }
        _ = try await pull()
        #expect(try await world.edits().isEmpty)
        #expect(world.transport.state.stored(1, "normalizedCurrency") == "CHF")
    }

    @Test func aLostCreateIsNotTakenForMissingWhileAnotherProjectIsOpen() async throws {
        try await pull()
        _ = try await world.draft(plugin: 10, project: 1, ["start": "8"], enabled: false)
        world.transport.setFault { _, request in request.method == .post ? .answerLost : nil }
        _ = try await pushed()
        world.transport.clear()
        let created = { [world] in world.transport.state.configs.values.count { $0.pluginID == 10 && $0.projectID == 1 } }
        #expect(created() == 1)
        #expect(try await world.edits().isEmpty)
    }
}

/// What an instance that has removed plugins does to a mirror.
@Suite struct ArchiveTests {
    /// 410 is about the call, never about the row that was asked for.
    @Test func whatIsGoneFromTheAPIIsNotTakenForDeleted() async throws {
        let world = try await SyncWorld.edited()
        let before = try await world.mirror.read { mirror in try mirror.configs.presentIDs(project: ProjectID(1)) }
        world.transport.change { $0.configs[1] = nil }
        world.transport.setFault { _, request in request.path.hasSuffix("/plugin_configs/1/") ? .refusal(410, detail: "Gone.") : nil }
        try await world.pull()
        #expect(try await world.mirror.read { mirror in try mirror.configs.presentIDs(project: ProjectID(1)) } == before)
        world.transport.setFault { _, request in request.path.contains("plugin") ? .refusal(410, detail: "Gone.") : nil }
        await #expect { try await world.pull() } throws: { ($0 as? Problem)?.code == "plugins-removed" }
        #expect(try await world.mirror.read { mirror in try mirror.configs.presentIDs(project: ProjectID(1)) } == before)
    }

    @Test func aServerThatAnswers404ForEverythingTurnsTheMirrorIntoAnArchive() async throws {
        let world = try await SyncWorld.edited()
        let before = try await world.mirror.read { mirror in try mirror.configs.counts().configs }
        world.transport.setFault { _, request in
            request.path.contains("plugin") ? .refusal(404, detail: "Endpoint not found.") : nil
        }
        await #expect { try await world.pull() } throws: { ($0 as? Problem)?.code == "plugins-removed" }
        #expect(try await world.mirror.read { mirror in try mirror.configs.counts().configs } == before)
        #expect(try await world.mirror.read { mirror in try mirror.meta.archivedAt() } != nil)
        await #expect { _ = try await world.api().asPulled(into: world.mirror) } throws: { ($0 as? Problem)?.code == "archive" }
        #expect(try await world.edits().count > 0)
        world.transport.clear()
        try await world.pull()
        #expect(try await world.mirror.read { mirror in try mirror.meta.archivedAt() } == nil)
        try await world.pushUntilDone("after the archive")
        world.expectMeant("after the archive")
    }
}
