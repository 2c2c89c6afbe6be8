import Models
import Sync

extension PlanStep {
    var heading: String {
        let verb =
            switch kind {
            case .create: "create (disabled)"
            case .update: "change"
            case .enable: "enable what was created"
            case .source: "change the code of"
            }
        return "\(verb) \(title) (\(subject))"
    }

    var blocks: [Block] {
        switch self {
        case .config(let step): step.changes.lines + [step.irreversibleLine].compactMap { $0 }
        case .source(let step): step.blocks
        }
    }

    var json: JSONValue {
        let precondition: JSONValue = [
            "remote_digest": JSONValue(precondition.remoteDigest), "schema_digest": .string(precondition.schemaDigest),
        ]
        switch self {
        case .config(let step):
            return [
                "kind": .string(kind.rawValue), "config": .string(subject), "title": .string(title),
                "plugin_id": JSONValue(pluginID.rawValue), "project_id": JSONValue(step.projectID.rawValue),
                "changes": .array(step.changes.map(\.json)),
                "irreversible": .array(step.irreversible.map { .string($0.text) }), "precondition": precondition,
            ]
        case .source(let step):
            return [
                "kind": .string(kind.rawValue), "plugin": .string(subject), "title": .string(title),
                "plugin_id": JSONValue(pluginID.rawValue), "changes": .array(step.differences.map(\.json)),
                "new_name": JSONValue(step.newName), "new_schema": step.newSchema?.json ?? .null, "precondition": precondition,
            ]
        }
    }
}

extension ConfigStep {
    /// What the instance has now and never gives back: set secrets and files that the step replaces or takes away.
    var irreversible: [ConfigField] {
        changes.filter { change in
            switch change.before {
            case .secret(let isSet): isSet
            case .file: true
            case .absent, .value, .newSecret: false
            }
        }.map(\.field)
    }

    fileprivate var irreversibleLine: Block? {
        if kind == .create { return .line(Line("  can't be taken back: the instance has no way to delete it, only to disable it", .warning)) }
        guard !irreversible.isEmpty else { return nil }
        let names = irreversible.map(\.label).joined(separator: ", ")
        return .line(Line("  can't be taken back: the instance never gives out the present content of \(names)", .warning))
    }
}

extension SourceStep {
    var differences: [FileDifference] { changes.map { FileDifference(file: $0.file, before: $0.before, after: $0.after) } }

    /// The files, and what the server will take from `plugin.json`.
    fileprivate var blocks: [Block] {
        var blocks = differences.flatMap(\.blocks)
        if let newName { blocks.append(.line(Line("  the plugin's name: ") + Line(title, .bad) + Line(" → ") + Line(newName, .good))) }
        if let newSchema {
            let fields = newSchema.fields.map { $0.isSecret ? "\($0.key) (secret)" : $0.key }
            blocks.append(.line(Line("  config_schema: ") + Line(fields.isEmpty ? "no fields" : fields.joined(separator: ", "), .good)))
        }
        return blocks
    }
}

extension Plan {
    var blocks: [Block] {
        var blocks: [Block] = []
        for (index, step) in steps.enumerated() {
            blocks.append(.line(Line("\(index + 1). \(step.heading)", .bold)))
            blocks += step.blocks
        }
        return blocks + [.line(Line("Plan \(digest), \(steps.count) step\(steps.count == 1 ? "" : "s")", .dim))]
    }

    var json: JSONValue { ["digest": .string(digest), "steps": .array(steps.map(\.json))] }
}

extension PlannerOutput {
    /// Conflicts and unknown plugins, then what does not fit the schema: an error unless the person insists.
    func allProblems(isVerified: Bool) -> [Problem] {
        problems + issues.map { subject, issue in
            let kind: Problem.Kind = issue.severity == .error && isVerified ? .invalid : .notice
            return Problem(
                kind, code: issue.code, subject: "\(subject) \(issue.key)", message: "\(subject): \(issue.message)",
                next: kind == .invalid ? "phsync edit-config \(subject) \("\(issue.key)=…".shellQuoted)" : nil)
        }
    }
}
