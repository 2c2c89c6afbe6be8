import Models
import Sync

extension PlanStep {
    var heading: String {
        let verb =
            switch kind {
            case .create: "create (disabled)"
            case .update: "change"
            case .enable: "enable what was created"
            }
        return "\(verb) \(title) (\(configID.subject))"
    }

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

    private var irreversibleLine: Block? {
        guard !irreversible.isEmpty else { return nil }
        let names = irreversible.map(\.label).joined(separator: ", ")
        return .line(Line("  can't be taken back: the instance never gives out the present content of \(names)", .warning))
    }

    var blocks: [Block] {
        changes.lines + [irreversibleLine].compactMap { $0 }
    }

    var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "config": .string(configID.subject), "title": .string(title),
            "plugin_id": JSONValue(pluginID.rawValue), "project_id": JSONValue(projectID.rawValue), "changes": .array(changes.map(\.json)),
            "irreversible": .array(irreversible.map { .string($0.text) }),
            "precondition": [
                "remote_digest": JSONValue(precondition.remoteDigest), "schema_digest": .string(precondition.schemaDigest),
            ],
        ]
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
