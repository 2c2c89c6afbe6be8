import Models
import Storage
import Sync

/// Something that happens during a pull and is worth showing.
public struct PullProgress: Sendable, Equatable {
    /// "Plugins", "Configs of Web shop".
    public let collection: String
    public let seen: Int
    /// nil until the first page has told.
    public let total: Int?
    public let isFinished: Bool
}

/// What a pull did.
public struct PullReport: Sendable {
    /// Whether everything that the key reaches was read in full.
    public let isComplete: Bool
    /// Conflicts, and what could not be read. Edits that were made here are all kept.
    public let problems: [KitError]
}

/// Something that happens during a push and is worth showing.
public enum PushProgress: Sendable, Equatable {
    case checking(step: Int, of: Int)
    case sending(title: String, step: Int, of: Int)
    /// The remote was read back; the word is that of the report.
    case settled(title: String, outcome: PushReport.Outcome, step: Int, of: Int)
}

/// What became of each step of a push.
public struct PushReport: Sendable, Equatable {
    public enum Outcome: String, Sendable, CaseIterable {
        /// Written, read back, and as meant.
        case applied
        /// Some of it arrived, the rest is still an edit; the problems say what.
        case inPart
        case takenBack
        /// Not written, or not as meant; the problems say why.
        case refused
        /// Sent, and nobody knows yet what became of it: the next push or pull settles it first.
        case unknown
        /// The remote was no longer what the plan was made for; not sent.
        case moved
        /// Not reached, because an earlier step stopped the push.
        case skipped
    }

    public let outcomes: [Outcome]
    public let problems: [KitError]

    public var isComplete: Bool { outcomes.allSatisfy { $0 == .applied } }
}

extension PluginMirror {
    /// Mirrors the instance; edits made here stay. Cancelling stops it after a page, and the next pull goes on there.
    ///
    /// - Parameter progress: May come from any thread.
    /// - Throws: `KitError` when nothing was begun: the key is wrong, somebody else pulls, …
    @discardableResult
    public func pull(from remote: Remote, progress: @escaping @Sendable (PullProgress) -> Void = { _ in }) async throws(KitError) -> PullReport {
        do throws(Problem) {
            let lock = try MirrorLock.take(directory: mirror.directory, command: "pull")
            defer { withExtendedLifetime(lock) {} }
            let puller = Puller(api: remote.api, mirror: mirror, now: MirrorEnvironment.wallClock) { event in
                progress(PullProgress(event))
            }
            let summary = try await puller.pull()
            let problems = summary.problems.filter { $0.kind != .notice } + (summary.stopped.map { [$0] } ?? [])
            return PullReport(
                isComplete: summary.stopped == nil && summary.collections.allSatisfy { $0.state == .complete }, problems: problems.map(KitError.init))
        } catch {
            throw KitError(error)
        }
    }

    /// Sends a plan that the person has seen: each step re-checked before, and read back after.
    ///
    /// What an earlier push left open is settled first; nothing is ever sent twice.
    /// - Throws: `KitError` when nothing was written: `.moved` when today's plan is another one, `.conflict`, `.invalid`, ….
    public func push(
        _ plan: PushPlan, to remote: Remote, progress: @escaping @Sendable (PushProgress) -> Void = { _ in }
    ) async throws(KitError) -> PushReport {
        do throws(Problem) {
            let lock = try MirrorLock.take(directory: mirror.directory, command: "push")
            defer { withExtendedLifetime(lock) {} }
            let api = try await remote.api.asPulled(into: mirror)
            let pusher = Pusher(api: api, mirror: mirror, now: MirrorEnvironment.wallClock) { event in progress(PushProgress(event)) }
            try await pusher.checkIdentity()
            let open = try await pusher.settle().open
            let today = try await mirror.reading { mirror in try PluginMirror.plan(in: mirror) }
            if let obstacle = today.obstacles.first { throw obstacle }
            guard today.plan.digest == plan.digest else { throw PluginMirror.otherPlan(plan.digest) }
            if let unknown = today.plan.steps.compactMap({ open[$0.subject] }).first { throw unknown }
            let summary = try await pusher.push(today.plan)
            return PushReport(summary)
        } catch {
            throw KitError(error)
        }
    }

    private static func otherPlan(_ digest: String) -> Problem {
        Problem(
            .moved, code: "other-plan", subject: digest,
            message: "Edits or the remote have changed since the plan was made. Nothing was written: make it again and look at it.")
    }
}

extension PullProgress {
    init(_ event: PullEvent) {
        switch event {
        case .started(let title): self.init(collection: title, seen: 0, total: nil, isFinished: false)
        case .progressed(let title, let seen, let total, _): self.init(collection: title, seen: seen, total: total, isFinished: false)
        case .finished(let collection): self.init(collection: collection.title, seen: collection.seen, total: collection.seen, isFinished: true)
        }
    }
}

extension PushProgress {
    init(_ event: PushEvent) {
        self =
            switch event {
            case .checking(let step, let count): .checking(step: step, of: count)
            case .sending(let step, let number, let count): .sending(title: step.title, step: number, of: count)
            case .settled(let outcome, let number, let count):
                .settled(title: outcome.step.title, outcome: PushReport.Outcome(outcome.state), step: number, of: count)
            }
    }
}

extension PushReport {
    init(_ summary: PushSummary) {
        self.init(outcomes: summary.steps.map { Outcome($0.state) }, problems: summary.problems.filter { $0.kind != .notice }.map(KitError.init))
    }
}

extension PushReport.Outcome {
    init(_ state: StepOutcome.State) {
        self =
            switch state {
            case .applied, .appliedAmongOthers: .applied
            case .inPart: .inPart
            case .takenBack: .takenBack
            case .handedOver, .refused: .refused
            case .unknown: .unknown
            case .moved: .moved
            case .skipped: .skipped
            }
    }
}
