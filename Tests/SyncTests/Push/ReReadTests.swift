import DemoInstance
import Models
import Storage
import Sync
import Synchronization
import Testing

/// What a push takes from its re-reads, and when it writes down what it is about to do.
@Suite struct ReReadTests {
    private func edited() async throws -> SyncWorld {
        let world = try await SyncWorld.coded()
        try await world.edit(1, .key("region"), .value("eu"))
        return world
    }

    @Test(arguments: DeletionTests.otherFailures) func aConfigThatCanNotBeReReadIsNeitherGoneNorMoved(fault: InstanceTransport.Fault) async throws {
        let world = try await edited()
        world.transport.setFault { _, request in request.path == "/api/projects/1/plugin_configs/1/" ? fault : nil }
        await #expect { try await world.push() } throws: { ($0 as? Problem).map { $0.kind != .moved && $0.kind != .conflict } ?? false }
        #expect(world.transport.writes == [])
        #expect(try await world.edits().map(\.state) == [.pending])
        #expect(try await world.presentConfigs() == [1, 2, 3])
    }

    @Test(arguments: DeletionTests.otherFailures, ["/plugins/1/", "/plugins/1/source/"])
    func aPluginThatCanNotBeReReadIsNeitherGoneNorMoved(fault: InstanceTransport.Fault, path: String) async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", "new")
        world.transport.setFault { _, request in request.path.hasSuffix(path) ? fault : nil }
        await #expect { try await world.push() } throws: { ($0 as? Problem).map { $0.kind != .moved && $0.kind != .conflict } ?? false }
        #expect(world.transport.writes == [])
        #expect(try await world.codeEdits().map(\.state) == [.pending])
    }

    @Test func aConfigOfAnotherProjectUnderTheSameAddressIsNotWrittenTo() async throws {
        let world = try await edited()
        let row = #"{"id":1,"plugin":1,"team_id":2,"enabled":true,"order":1,"config":{"region":"us"}}"#
        world.transport.setFault { _, request in request.path == "/api/projects/1/plugin_configs/1/" ? .body(row) : nil }
        await #expect { try await world.push() } throws: { ($0 as? Problem)?.code == "bad-answer" }
        #expect(world.transport.writes == [])
        #expect(try await world.edits().map(\.state) == [.pending])
    }

    /// The row that can't be read, or is of another project, may stand in the place of the one that is there already.
    @Test(arguments: [
        #"{"id":"9","plugin":2,"team_id":3,"enabled":true,"order":1,"config":{}}"#,
        #"{"id":9,"plugin":null,"team_id":3,"enabled":true,"order":1,"config":{}}"#,
        #"{"id":9,"plugin":1,"team_id":1,"enabled":true,"order":1,"config":{}}"#, "null",
    ])
    func nothingIsCreatedInAProjectWhoseListCanNotBeRead(row: String) async throws {
        let world = try SyncWorld()
        try await world.pull()
        world.transport.clear()
        _ = try await world.draft(plugin: 2, project: 3, ["currency": "EUR"], enabled: false)
        let list = #"{"count":1,"next":null,"previous":null,"results":[\#(row)]}"#
        world.transport.setFault { _, request in
            request.method == .get && request.path == "/api/projects/3/plugin_configs/" ? .body(list) : nil
        }
        await #expect { try await world.push() } throws: { ($0 as? Problem)?.code == "bad-answer" }
        #expect(world.transport.writes == [])
        world.transport.clear()
        #expect(try await world.push().summary.isComplete)
    }

    @Test func everyWriteIsInTheJournalBeforeItIsSent() async throws {
        let world = try await SyncWorld.edited()
        try await world.editCode("index.ts", "new")
        let journal = Mutex<[(method: String, open: [JournalStep])]>([])
        world.transport.setBefore { [world] _, request, _ in
            guard request.method != .get else { return }
            let open = world.openSteps()
            journal.withLock { $0.append((request.method.rawValue, open)) }
        }
        #expect(try await world.push().summary.isComplete)
        let seen = journal.withLock { $0 }
        #expect(seen.count == 6)
        for (index, (method, open)) in seen.enumerated() {
            #expect(open.map(\.ordinal) == [Int64(index + 1)], "exactly the step that is under way")
            #expect(open.first?.method == method)
            #expect(open.first?.state == .sent && open.first?.expected != nil)
        }
        #expect(try await world.mirror.read { mirror in try mirror.journal.unsettled() } == [])
    }
}

/// What is there at the time, and what of it the request says.
@Suite struct SourceWriteTests {
    private func edit(_ file: String, _ value: SourceEdit.Value) -> SourceEdit {
        SourceEdit(pluginID: PluginID(1), file: file, value: value, version: 1, madeAt: Timestamp(milliseconds: 0), state: .pending)
    }

    private func files() throws -> SourceFiles {
        try SourceFiles(serverJSON: ["index.ts": "a", "site.ts": "b", "frontend.tsx": nil], of: PluginID(1))
    }

    @Test func nullIsSentOnlyForAFileThatHasAText() throws {
        let edits = ["index.ts", "frontend.tsx", "never.ts"].map { edit($0, .deletion) } + [edit("site.ts", .text(""))]
        let write = SourceWrite(changing: try files(), form: .endpoint, edits: edits)
        #expect(write.body == ["index.ts": nil, "site.ts": ""])
        #expect(write.files == ["index.ts", "site.ts"])
    }

    @Test func aDeletionOfWhatIsNotThereIsNoStepAndNoRequest() async throws {
        for file in ["frontend.tsx", "never.ts"] {
            let world = try await SyncWorld.coded()
            try await world.editCode(file, nil)
            #expect(try await world.plan().plan.steps == [], "\(file)")
            #expect(try await world.push().summary.isComplete, "\(file)")
            #expect(world.transport.writes == [], "\(file)")
        }
    }
}
