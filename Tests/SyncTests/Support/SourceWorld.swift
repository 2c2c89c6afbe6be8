import DemoInstance
import Dispatch
import Models
import Storage
import Sync
import Testing

/// A world whose plugin 1 has code, and ways to edit it as the commands do.
extension SyncWorld {
    static let code = "export function processEvent(event) {\n    return event\n}\n"

    static func manifest(_ name: String = "Currency", _ schema: JSONValue = SyncWorld.arraySchema) -> String {
        let json: JSONValue = ["name": .string(name), "config": schema]
        return json.prettyText
    }

    static func coded(_ change: (inout DemoState) -> Void = { _ in }, environment: MirrorEnvironment = SyncWorld.environment) async throws -> SyncWorld {
        var state = try SyncWorld.instance()
        state.plugins[1]?.sources = [
            DemoSourceFile(name: "plugin.json", text: SyncWorld.manifest()), DemoSourceFile(name: "index.ts", text: SyncWorld.code),
            DemoSourceFile(name: "site.ts", text: "export function inject() {}\n"), DemoSourceFile(name: "frontend.tsx", text: nil),
        ]
        change(&state)
        let world = try SyncWorld(state, environment: environment)
        try await world.pull()
        world.transport.clear()
        return world
    }

    /// Stores an edit of code as `edit-source` does; nil deletes the file.
    func editCode(_ file: String, _ text: String?, plugin: Int64 = 1) async throws {
        let now = now()
        _ = try await mirror.write { mirror in
            try mirror.sourceEdits.put(PluginID(plugin), file, text.map(SourceEdit.Value.text) ?? .deletion, at: now)
        }
    }

    func codeEdits() async throws -> [SourceEdit] {
        try await mirror.read { mirror in try mirror.sourceEdits.all() }
    }

    func code(_ id: Int64 = 1) async throws -> SourceVersions? {
        try await mirror.read { mirror in try mirror.sources.versions(PluginID(id)) }
    }

    /// What the instance's database has; a file with null counts as none.
    func storedCode(_ file: String, plugin: Int64 = 1) -> String? {
        transport.state.plugins[plugin]?.sources.first { $0.name == file }?.text
    }

    func storedNames(plugin: Int64 = 1) -> [String] {
        (transport.state.plugins[plugin]?.sources ?? []).map(\.name).sorted()
    }
}

extension DemoState {
    mutating func setCode(_ file: String, _ text: String?, plugin: Int64 = 1) {
        plugins[plugin]?.sources.removeAll { $0.name == file }
        if let text { plugins[plugin]?.sources.append(DemoSourceFile(name: file, text: text)) }
    }
}

extension SyncWorld {
    /// Makes an edit of code from inside a request, as another process would, and waits until it is stored.
    func editCodeNow(_ file: String, _ text: String) {
        let done = DispatchSemaphore(value: 0)
        Task.detached(executorPreference: OwnQueue.shared) {
            do { try await self.editCode(file, text) } catch { Issue.record(error) }
            done.signal()
        }
        done.wait()
    }
}
