import DemoInstance
import Dispatch
import Models
import Storage
import Sync
import Synchronization
import Testing

/// Keeps the bodies of writes, to look into them.
final class Seen: Sendable {
    private let inner = Mutex<[String]>([])

    func note(_ request: HTTPRequest) {
        guard let body = request.body else { return }
        inner.withLock { $0.append(String(decoding: body.bytes, as: UTF8.self)) }
    }

    var bodies: [String] { inner.withLock { $0 } }
    var count: Int { bodies.count }
}

/// Counts the writes that took effect on the instance, whatever became of their answers.
final class ActedWrites: Sendable {
    private let inner = Mutex<(creates: Int, all: Int)>((0, 0))

    init(_ transport: InstanceTransport) {
        transport.setBefore { [self] _, request, _ in
            guard request.method != .get else { return }
            inner.withLock {
                $0.all += 1
                if request.method == .post { $0.creates += 1 }
            }
        }
    }

    var creates: Int { inner.withLock { $0.creates } }
    var count: Int { inner.withLock { $0.all } }
}

extension SyncWorld {
    /// Pushes again and again, as a person would after each message, until nothing is left.
    func pushUntilDone(_ name: String) async throws {
        for _ in 0..<8 {
            do {
                let summary = try await push().summary
                if summary.isComplete, try await edits().isEmpty, try await codeEdits().isEmpty { return }
                if summary.steps.contains(where: { $0.state == .moved }) { try await pull() }
            } catch let problem as Problem {
                if problem.kind == .moved || problem.kind == .conflict { try await pull() }
            }
        }
        Issue.record("\(name): the pushes never came to an end")
    }

    /// Makes an edit from inside a request, as another process would, and waits until it is stored.
    func editNow(_ id: Int64, _ field: ConfigField, _ input: EditTable.Input) {
        let done = DispatchSemaphore(value: 0)
        Task.detached(executorPreference: OwnQueue.shared) {
            do { try await self.edit(id, field, input) } catch { Issue.record(error) }
            done.signal()
        }
        done.wait()
    }

    /// Reads from inside a request what the journal says is under way, as another process would.
    func openSteps() -> [JournalStep] {
        let done = DispatchSemaphore(value: 0)
        let found = Mutex<[JournalStep]>([])
        Task.detached(executorPreference: OwnQueue.shared) {
            do {
                let steps = try await self.mirror.read { mirror in try mirror.journal.unsettled() }
                found.withLock { $0 = steps }
            } catch { Issue.record(error) }
            done.signal()
        }
        done.wait()
        return found.withLock { $0 }
    }

    func draft(plugin: Int64, project: Int64, _ values: [String: JSONValue], enabled: Bool) async throws -> PluginConfigID {
        let now = now()
        return try await mirror.write { mirror in
            let id = try mirror.configs.createDraft(plugin: PluginID(plugin), project: ProjectID(project), at: now)
            for (key, value) in values { try mirror.edits.put(id, .key(key), .value(value), at: now) }
            try mirror.edits.put(id, .order, .value(4), at: now)
            if enabled { try mirror.edits.put(id, .enabled, .value(true), at: now) }
            return id
        }
    }
}

extension DemoRequest {
    /// A colleague saves one form field of a config of project 1.
    static func colleague(_ id: Int64, _ name: String, _ value: String) -> DemoRequest {
        let body = "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n--b--\r\n"
        return DemoRequest(
            "PATCH", "/api/projects/1/plugin_configs/\(id)/",
            headers: [
                DemoHeader("Authorization", "Bearer phx_test_token_member"), DemoHeader("Content-Type", "multipart/form-data; boundary=b"),
            ], body: Array(body.utf8))
    }
}
