import DemoInstance
import PhsyncKit
import Synchronization
import TestSupport
import Testing

@Suite struct MirrorChangesTests {
    private let directory: TemporaryDirectory
    private let server: DemoServer

    init() throws {
        directory = try TemporaryDirectory()
        server = try DemoServer(state: .demo())
    }

    /// What happens between two looks, one after the other; when there is nothing left the loop is cancelled.
    private final class Script: Sendable {
        private let steps: Mutex<[@Sendable () async throws -> Void]>
        let waits = Mutex(0)

        init(_ steps: [@Sendable () async throws -> Void]) {
            self.steps = Mutex(steps)
        }

        func wait() async throws {
            waits.withLock { $0 += 1 }
            guard let step = steps.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { throw CancellationError() }
            try await step()
        }
    }

    private func parts(_ mirror: PluginMirror, _ steps: [@Sendable () async throws -> Void]) async throws -> [Set<MirrorChange.Part>] {
        let script = Script(steps)
        var seen: [Set<MirrorChange.Part>] = []
        for try await change in try await mirror.changes(waiting: script.wait) { seen.append(change.parts) }
        return seen
    }

    @Test func whatAnotherConnectionWritesIsTold() async throws {
        defer { server.stop() }
        let mirror = try PluginMirror.open(directory: directory.path)
        let other = try PluginMirror.open(directory: directory.path)
        let remote = Remote(origin: server.url, token: DemoKeys.admin)
        try await other.pull(from: remote)
        let group = try #require(try await mirror.errorGroups().first)
        let seen = try await parts(
            mirror,
            [
                { try await other.edit(ConfigID(1), [:], isEnabled: false) }, {}, { try await mirror.discard(ConfigID(1)) },
                { try await other.apply(.mute, to: group.id) }, {},
            ])
        #expect(seen == [[.edits], [.edits], [.errors]], "own writes and others', and nothing where nothing was written")
    }

    @Test func aPullIsTold() async throws {
        defer { server.stop() }
        let mirror = try PluginMirror.open(directory: directory.path)
        let remote = Remote(origin: server.url, token: DemoKeys.admin)
        let seen = try await parts(mirror, [{ try await mirror.pull(from: remote) }])
        #expect(seen.count == 1 && seen.first?.isSuperset(of: [.lists, .errors, .runs]) == true)
    }

    @Test func whatIsWrittenBeforeTheFirstLookIsNotMissed() async throws {
        defer { server.stop() }
        let mirror = try PluginMirror.open(directory: directory.path)
        try await mirror.pull(from: Remote(origin: server.url, token: DemoKeys.admin))
        let script = Script([])
        let changes = try await mirror.changes(waiting: script.wait)
        try await mirror.edit(ConfigID(1), [:], isEnabled: false)
        var iterator = changes.makeAsyncIterator()
        #expect(try await iterator.next()?.parts == [.edits])
        #expect(script.waits.withLock { $0 } == 0)
        #expect(try await iterator.next() == nil, "cancelled while it waits")
    }
}
