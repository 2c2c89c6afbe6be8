import DemoInstance
import Models
import Storage
import Sync
import TestSupport
import Testing

/// Files on their way to the instance's database: all that is known of them afterwards is number, name, type and size.
@Suite struct AttachmentPushTests {
    private static let name = "regions.csv"

    private func file(_ text: String, _ name: String = name) -> EditTable.Input {
        .file(NewFile(name: name, contentType: "text/csv", bytes: Array(text.utf8)))
    }

    private func pulled(_ edits: [(ConfigField, EditTable.Input)]) async throws -> SyncWorld {
        let world = try SyncWorld()
        try await world.pull()
        world.transport.clear()
        for (field, input) in edits { try await world.edit(1, field, input) }
        return world
    }

    private func stored(_ world: SyncWorld, _ config: Int64 = 1) -> DemoAttachment? {
        world.transport.state.attachments[config]?.first { $0.key == "file" }
    }

    private func waiting(_ world: SyncWorld) async throws -> Int {
        try await world.mirror.read { mirror in try mirror.attachments.all().count }
    }

    @Test func aFileArrivesByteForByteAndTheConfigStaysAsItWas() async throws {
        let text = "id\r\n--boundary\u{0}\n\"quoted\""
        let world = try await pulled([(.attachment("file"), file(text))])
        let before = world.transport.state.configs[1]?.config
        #expect(try await world.push().summary.isComplete)
        #expect(stored(world)?.bytes == Array(text.utf8))
        #expect(stored(world)?.fileName == Self.name)
        #expect(stored(world)?.contentType == "text/csv")
        #expect(world.transport.state.configs[1]?.config == before)
        #expect(world.transport.writes.count == 1)
        #expect(try await world.edits() == [])
        #expect(try await waiting(world) == 0)
        #expect(try await world.remote(1)?.attachments["file"]?.name == Self.name)
        #expect(try await !world.everythingStored().contains("--boundary"), "the copy is gone when the server has it")
    }

    @Test func aFileIsReplacedAndTakenAwayAgain() async throws {
        let world = try await pulled([(.attachment("file"), file("one"))])
        try await world.push()
        let number = stored(world)?.id
        try await world.edit(1, .attachment("file"), file("two!", "other.csv"))
        try await world.edit(1, .key("region"), .value("eu"))
        #expect(try await world.push().summary.isComplete)
        #expect(stored(world)?.bytes == Array("two!".utf8))
        #expect(stored(world)?.id == number)
        #expect(world.transport.state.stored(1, "region") == "eu")
        #expect(world.transport.writes.count == 2)
        try await world.edit(1, .attachment("file"), .unset)
        #expect(try await world.push().summary.isComplete)
        #expect(stored(world) == nil)
        #expect(world.transport.state.stored(1, "file") == nil)
        #expect(world.transport.state.stored(1, "apiKey") == "sk_live_1")
        #expect(try await world.remote(1)?.attachments.isEmpty == true)
    }

    /// Somebody's client wrote the descriptor back: it is an ordinary value that looks like a file. The server answers 500
    /// when it is to take away what is not there, after it has saved the rest: what counts is what it shows then.
    @Test func aDescriptorThatWasStoredBackIsTakenAwayLikeAFile() async throws {
        let world = try SyncWorld()
        let descriptor: JSONValue = ["uid": 3, "saved": true, "size": 1, "name": "x", "type": "text/csv"]
        world.transport.change { $0.set(1, "file", descriptor) }
        try await world.pull()
        try await world.edit(1, .attachment("file"), .unset)
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.state.stored(1, "file") == nil)
        #expect(try await world.edits() == [])
    }

    @Test func aDescriptorIsNeverWrittenBackWithAnotherField() async throws {
        let world = try await pulled([(.attachment("file"), file("one"))])
        try await world.push()
        try await world.edit(1, .key("region"), .value("eu"))
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.state.configs[1]?.config["file"] == nil)
        #expect(stored(world)?.bytes == Array("one".utf8))
    }

    @Test func aFileThatSomebodyElseReplacedIsAConflictOfThatFieldOnly() async throws {
        let world = try await pulled([(.attachment("file"), file("one"))])
        try await world.push()
        try await world.edit(1, .attachment("file"), file("mine", "mine.csv"))
        try await world.edit(1, .key("region"), .value("eu"))
        world.transport.change { $0.attachments[1]?[0].fileName = "theirs.csv" }
        try await world.pull()
        let merge = try await world.plan()
        #expect(merge.problems.map(\.code) == ["conflict"])
        #expect(merge.problems.first?.subject == "config:1 attachment.file")
        let now = world.now()
        let fields = try await world.mirror.write { mirror in
            try Resolution.local.apply(to: PluginConfigID(1), fields: [.attachment("file")], in: mirror, at: now)
        }
        #expect(fields == [.attachment("file")])
        #expect(try await world.push().summary.isComplete)
        #expect(stored(world)?.fileName == "mine.csv")
    }

    @Test func aFileThatLooksTheSameIsTakenForSentOnlyWhenTheServerSaidSo() async throws {
        let world = try await pulled([(.attachment("file"), file("one"))])
        try await world.push()
        try await world.edit(1, .attachment("file"), file("two"))
        world.transport.setFault { _, request in request.method == .patch ? .answerLost : nil }
        let summary = try await world.push().summary
        #expect(summary.problems.map(\.code) == ["file-undecided"])
        #expect(try await waiting(world) == 1)
        world.transport.setFault { _, _ in nil }
        #expect(try await world.push().summary.isComplete)
        #expect(stored(world)?.bytes == Array("two".utf8))
        #expect(try await waiting(world) == 0)
    }

    @Test func valuesThatWereTakenWithoutTheFileAreConfirmedAndTheFileIsSentAgain() async throws {
        let world = try await pulled([(.attachment("file"), file("one")), (.key("region"), .value("eu"))])
        // As if the server had saved the row and failed at the file.
        world.transport.setFault { _, request in request.method == .patch ? .status(500, afterActing: true) : nil }
        world.transport.setBefore { _, request, state in
            guard request.method == .get, state.stored(1, "region") == "eu" else { return }
            state.attachments[1] = nil
        }
        let summary = try await world.push().summary
        #expect(summary.problems.map(\.code) == ["file-not-taken"])
        #expect(summary.problems.map(\.kind) == [.partlyApplied])
        #expect(try await world.edits().map(\.field) == [.attachment("file")])
        #expect(try await world.edits().map(\.state) == [.pending])
        world.transport.clear()
        #expect(try await world.push().summary.isComplete)
        #expect(stored(world)?.bytes == Array("one".utf8))
    }

    @Test func aDraftIsCreatedWithItsFileOrGetsItAfterwards() async throws {
        for isTaken in [true, false] {
            let world = try SyncWorld()
            try await world.pull()
            let draft = try await world.draft(plugin: 1, project: 3, ["region": "eu"], enabled: true)
            let now = world.now()
            let input = file("one")
            _ = try await world.mirror.write { mirror in
                try mirror.edits.put(draft, .attachment("file"), input, at: now)
            }
            if !isTaken {
                world.transport.setFault { _, request in request.method == .post ? .status(500, afterActing: true) : nil }
                world.transport.setBefore { _, request, state in
                    if request.method == .get { state.attachments = [:] }
                }
                #expect(try await world.push().summary.problems.map(\.code) == ["file-not-taken"])
                world.transport.clear()
            }
            try await world.pushUntilDone("draft, \(isTaken)")
            let created = world.transport.state.configs.values.filter { $0.projectID == 3 }
            #expect(created.count == 1)
            #expect(created.first?.isEnabled == true)
            #expect(created.first.flatMap { stored(world, $0.id)?.bytes } == Array("one".utf8))
        }
    }
}
