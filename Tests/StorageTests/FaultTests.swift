import CFaultyVFS
import Foundation
import Models
import Synchronization
import Testing

@testable import Storage

/// Fails the N-th operation of SQLite, or of the files beside it, for every N: the right answer or the right error, and
/// afterwards nothing that was stored is lost.
struct FaultTests {
    enum Kind: Int, CaseIterable, Sendable {
        case full = 1
        case io, readOnly
    }

    @Test(arguments: Kind.allCases, [false, true])
    func everyFailedDatabaseOperationLosesNothing(kind: Kind, isPersistent: Bool) async throws {
        let name = "faulty-\(kind)-\(isPersistent)"
        let vfs = try #require(faulty_vfs_create(name))
        defer { faulty_vfs_destroy(vfs) }
        let made = try Folder()
        await (try made.open()).close()
        // Making the mirror takes most operations; so what comes after that begins with one that is there.
        for (part, steps) in [(nil, 0...0), (made, 0...5)] as [(Folder?, ClosedRange<Int>)] {
            var fired = 0
            for n in 1... {
                let scenario = try Scenario(MirrorEnvironment(busyTimeoutMilliseconds: 0, vfs: name), steps: steps, from: part)
                faulty_vfs_arm(vfs, Int32(n), faulty_kind(UInt32(kind.rawValue)), isPersistent ? 1 : 0)
                await scenario.run(isPersistent: isPersistent)
                let failures = faulty_vfs_failures(vfs)
                faulty_vfs_arm(vfs, 0, faulty_kind(1), 0)
                try await scenario.check("\(name), steps \(steps), operation \(n)")
                if failures == 0 { break }
                fired += 1
            }
            #expect(fired > 20, "the faults did not reach steps \(steps)")
        }
    }

    @Test(arguments: [ENOSPC, EIO, EROFS], [false, true])
    func everyFailedFileOperationLosesNothing(errno: Int32, isPersistent: Bool) async throws {
        var fired = 0
        for n in 1... {
            let plan = FilePlan(n: n, errno: errno, isPersistent: isPersistent)
            let files = FileSystem { operation, _ in operation == .access ? 0 : plan.next() }
            let scenario = try Scenario(MirrorEnvironment(files: files, busyTimeoutMilliseconds: 0))
            await scenario.run(isPersistent: isPersistent)
            let failures = plan.disarm()
            try await scenario.check("errno \(errno), \(isPersistent ? "from" : "at") operation \(n)")
            if failures == 0 { break }
            fired += 1
        }
        #expect(fired > 10, "the faults did not reach the scenario")
    }
}

/// Which file operation fails.
private final class FilePlan: Sendable {
    private struct State {
        var left: Int
        var failures = 0
    }

    private let errno: Int32
    private let isPersistent: Bool
    private let state: Mutex<State>

    init(n: Int, errno: Int32, isPersistent: Bool) {
        self.errno = errno
        self.isPersistent = isPersistent
        state = Mutex(State(left: n))
    }

    func next() -> Int32 {
        state.withLock { state in
            state.left -= 1
            guard state.left == 0 || (state.left < 0 && isPersistent) else { return 0 }
            state.failures += 1
            return errno
        }
    }

    func disarm() -> Int {
        state.withLock { state in
            state.left = .max
            return state.failures
        }
    }
}

/// A pull's page, an edit with a secret, a push's step and its confirmation, each in its own transaction.
private final class Scenario {
    private let folder: Folder
    private let environment: MirrorEnvironment
    /// Steps that were told to be stored.
    private var stored: Set<Int> = []
    private var errors: [(step: Int, error: MirrorError)] = []
    private var isPersistent = false
    /// 0 opens the mirror.
    private let steps: ClosedRange<Int>

    /// - Parameter template: The folder of a mirror to begin with; nil for none.
    init(_ environment: MirrorEnvironment, steps: ClosedRange<Int> = 0...5, from template: Folder? = nil) throws {
        folder = try Folder()
        self.environment = environment
        self.steps = steps
        if let template { try FileManager.default.copyItem(atPath: template.mirror, toPath: folder.mirror) }
    }

    func run(isPersistent: Bool) async {
        self.isPersistent = isPersistent
        var mirror: Mirror?
        for index in steps {
            // A transient fault is over after one failure, so the second try must do.
            for _ in 1...2 where !stored.contains(index) {
                do throws(MirrorError) {
                    if index == 0 {
                        mirror = try Mirror.open(directory: folder.mirror, mode: .readWriteCreate, environment: environment)
                    } else if let mirror {
                        try await mirror.write { tx in try Scenario.step(index, tx) }
                    } else {
                        return
                    }
                    stored.insert(index)
                } catch {
                    errors.append((index, error))
                }
            }
        }
        await mirror?.close()
    }

    private static func step(_ index: Int, _ tx: MirrorTransaction) throws {
        switch index {
        case 1:
            let run = try tx.runs.begin(.pull, at: at(1))
            try tx.projects.store(try Sample.project())
            try tx.plugins.store(try Sample.plugin(), at: at(1))
            for id in 1...15 {
                let config = try Sample.config(Int64(id))
                try tx.configs.store(config, base: .followsRemote, at: at(1))
                try tx.history.record(.config(config.id), content: config.content.json, origin: .pull, runID: run, at: at(1))
            }
            try tx.cursors.set(CursorRow(collection: "configs:3", offset: 15, startedAt: at(1), runID: run))
        case 2: try tx.edits.put(config12, .key("apiKey"), .secret(Secret("sk-new")), at: at(2))
        case 3: try tx.edits.put(config12, .key("currency"), .value("USD"), at: at(3))
        case 4:
            let run = try tx.runs.begin(.push, planDigest: "abc", at: at(4))
            try tx.edits.markInFlight(try tx.edits.list(config12).filter { $0.field == .key("currency") })
            try tx.journal.append(JournalStep(
                runID: run, ordinal: 1, kind: .update, pluginID: PluginID(1), subject: .config(config12, ProjectID(3), []),
                method: "PATCH", path: "/", fields: ["config"], before: nil, expected: nil))
            try tx.journal.markSent(
                run: run, ordinal: 1, configID: config12, fields: ["config"], before: nil, expected: ["enabled": true], at: at(4))
        default:
            guard let run = try tx.runs.latest(.push) else { return }
            try tx.journal.settle(run: run.id, ordinal: 1, as: .applied, at: at(5))
            if let edit = try tx.edits.edit(config12, .key("currency")) {
                try tx.edits.remove(config12, edit.field, version: edit.version)
            }
            try tx.sweepSecrets()
        }
    }

    /// Opens the mirror without faults and holds it against what was promised.
    func check(_ context: String) async throws {
        for (step, error) in errors {
            let isExpected = [.full, .io, .readOnly].contains(error.code) || isFollowUp(error, of: step)
            #expect(isExpected, "\(context), step \(step): \(error.code) \(error.detail)")
        }
        if !isPersistent { #expect(stored.count == steps.count, "\(context): a repeated step failed again: \(errors)") }
        guard FileManager.default.fileExists(atPath: folder.file) || stored.contains(0) else { return }
        let mirror = try folder.open()
        let stored = self.stored
        try await mirror.write { tx throws in
            #expect(try tx.connection.pragma("PRAGMA integrity_check") == "ok", "\(context)")
            #expect(try tx.connection.pragma("PRAGMA foreign_key_check") == "", "\(context)")
            if stored.contains(1) {
                #expect(try tx.configs.presentIDs(project: ProjectID(3)).count == 15, "\(context)")
                #expect(try tx.cursors.row("configs:3")?.offset == 15, "\(context)")
            }
            let secret = try tx.edits.edit(config12, .key("apiKey"))
            if stored.contains(2) { #expect(secret != nil, "\(context)") }
            if case .secret(let reference) = secret?.value {
                #expect(try tx.secrets.read(reference) == Secret("sk-new"), "\(context): the row's secret is gone")
            }
            let edit = try tx.edits.edit(config12, .key("currency"))
            if stored.contains(3), try tx.journal.steps(run: 2).first?.state != .applied {
                #expect(edit?.value == .value("USD"), "\(context)")
            }
            if stored.contains(4) { #expect(try tx.journal.steps(run: 2).count == 1, "\(context)") }
            if stored.contains(4), stored.contains(5) { #expect(edit == nil, "\(context)") }
            try tx.sweepSecrets()
        }
        let files = FileManager.default.fileExists(atPath: "\(folder.mirror)/secrets") ? try folder.names("secrets") : []
        let references = try mirror.readSync { tx in try tx.edits.secretReferences() }
        #expect(Set(files) == references, "\(context)")
    }

    /// A step whose config was never stored can't succeed, and says so.
    private func isFollowUp(_ error: MirrorError, of step: Int) -> Bool {
        error.code == .bug && step > 1 && !stored.contains(1)
    }
}
