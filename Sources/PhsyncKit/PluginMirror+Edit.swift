import Models
import Storage
import Sync

extension PluginMirror {
    /// Stores what a person wants of a config, all of it or nothing. Nothing is sent: a push does that.
    ///
    /// A value that is the remote's again takes its edit away.
    /// - Returns: What is unusual but was taken, such as a required value that is still missing.
    /// - Throws: `KitError`, `.invalid`, for a value that can't work with the plugin's schema.
    @discardableResult
    public func edit(_ id: ConfigID, _ values: [String: NewValue], isEnabled: Bool? = nil) async throws(KitError) -> [String] {
        let now = PluginMirror.now
        return try await write { mirror in
            guard let config = try EditedConfig(id, in: mirror) else {
                throw Problem(.usage, code: "no-such-config", subject: id.description, message: "The mirror has no \(id).")
            }
            let edits = try config.edits(values, isEnabled: isEnabled)
            let issues = edits.issues(on: config.versions.local, schema: config.schema, secretKeys: config.secretKeys)
            if let refused = issues.first(where: { $0.severity == .error && $0.code != "required" }) {
                throw Problem(.invalid, code: refused.code, subject: "\(id) \(refused.key)", message: refused.message)
            }
            try edits.store(in: config.id, of: mirror, at: now)
            return issues.map(\.message)
        }
    }

    /// Takes back every edit of a config that waits; one that is being pushed stays.
    ///
    /// - Returns: How many went.
    @discardableResult
    public func discard(_ id: ConfigID) async throws(KitError) -> Int {
        try await write { mirror in
            var count = 0
            for edit in try mirror.edits.list(PluginConfigID(rawValue: id.rawValue)) where edit.state == .pending {
                if try mirror.edits.remove(edit.configID, edit.field, version: edit.version) { count += 1 }
            }
            return count
        }
    }

    /// What a push of everything that is edited would do.
    public func plan() async throws(KitError) -> PushPlan {
        PushPlan(try await read { mirror in try PluginMirror.plan(in: mirror) })
    }

    static func plan(in mirror: MirrorTransaction) throws(MirrorError) -> PlannerOutput {
        Planner.plan(try PlannerInput.all(in: mirror), sources: try SourceInput.all(in: mirror))
    }
}

/// The steps of a push, in their order, and what keeps it from being sent.
public struct PushPlan: Sendable, Equatable {
    public struct Change: Sendable, Equatable {
        /// A key, "enabled", "order", or a file of code.
        public let field: String
        public let before: ConfigValue
        public let after: ConfigValue
    }

    public struct Step: Sendable, Equatable {
        /// "config:12", "plugin:5".
        public let subject: String
        public let title: String
        public let changes: [Change]
    }

    /// Names exactly this plan: a push sends it only while it is still today's.
    public let digest: String
    public let steps: [Step]
    /// Conflicts, and values that don't fit their schema: while there are any, nothing is sent.
    public let obstacles: [KitError]

    public var isEmpty: Bool { steps.isEmpty }

    init(_ output: PlannerOutput) {
        digest = output.plan.digest
        steps = output.plan.steps.map(Step.init)
        obstacles = output.obstacles.map(KitError.init)
    }
}

extension PlannerOutput {
    /// What keeps a push from sending it, conflicts first.
    var obstacles: [Problem] {
        problems.filter { $0.kind != .notice }
            + issues.filter { $0.issue.severity == .error }.map { subject, issue in
                Problem(.invalid, code: issue.code, subject: "\(subject) \(issue.key)", message: issue.message)
            }
    }
}

extension PushPlan.Step {
    init(_ step: PlanStep) {
        subject = step.subject
        title = step.title
        switch step {
        case .config(let step):
            changes = step.changes.map { .init(field: $0.field.label, before: ConfigValue($0.before), after: ConfigValue($0.after)) }
        case .source(let step):
            changes = step.changes.map { change in
                .init(
                    field: change.file, before: change.before.map { .file(name: change.file, bytes: Int64($0.utf8.count)) } ?? .absent,
                    after: change.after.map { .file(name: change.file, bytes: Int64($0.utf8.count)) } ?? .absent)
            }
        }
    }
}
