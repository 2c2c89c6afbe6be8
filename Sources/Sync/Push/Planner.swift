package import Models

/// The plan for what is edited, and everything that keeps a push from sending it.
package struct PlannerOutput: Sendable {
    /// Without the configs and plugins that have a problem.
    package let plan: Plan
    /// Conflicts first; a push with any problem but a notice writes nothing.
    package let problems: [Problem]
    /// What does not fit the schema, by config; errors stop a push unless the person insists.
    package let issues: [(subject: String, issue: ValidationIssue)]
}

/// Turns edits into ordered steps; pure, and blind to everything but the mirror.
///
/// Order: code, because its schema decides what values are; then configs that get disabled, then other updates, then creates, then enabling what was created: while a push is
/// under way as little as possible runs twice or half configured. Ties by project and id.
package enum Planner {
    /// Plans what is edited; a config or plugin with an obstacle has no step.
    package static func plan(_ inputs: [PlannerInput], sources: [SourceInput] = []) -> PlannerOutput {
        var steps: [ConfigStep] = []
        var problems: [Problem] = []
        var issues: [(String, ValidationIssue)] = []
        let sourceSteps = sources.sorted { $0.id < $1.id }.compactMap { step($0, &problems) }
        let newSchemas = sourceSteps.reduce(into: [:]) { $0[$1.pluginID] = $1.newSchema }
        for input in inputs where !input.versions.edits.isEmpty {
            guard let plugin = input.plugin else {
                problems.append(unknownPlugin(input))
                continue
            }
            let merge = ThreeWayMerge(input.versions, secretKeys: input.secretKeys)
            let blocking = obstacles(input, merge)
            problems += blocking
            guard blocking.isEmpty, !merge.toSend.isEmpty else { continue }
            let schemas = Schemas(before: plugin.schema, now: newSchemas[plugin.id] ?? plugin.schema)
            issues += validate(input, schemas.now, merge).map { (input.versions.id.subject, $0) }
            steps += Planner.steps(input, schemas, merge)
        }
        let all = sourceSteps.map(PlanStep.source) + steps.sorted(by: comesFirst).map(PlanStep.config)
        return PlannerOutput(plan: Plan(steps: all), problems: problems, issues: issues)
    }

    /// A plugin's schema as the mirror has it, and as it will be when a config of it is written.
    private struct Schemas {
        let before: ConfigSchema
        let now: ConfigSchema

        /// Keys whose values the server masks in one and shows in the other.
        var reshownKeys: Set<String> { before.maskedKeys.symmetricDifference(now.maskedKeys) }
    }

    private static func steps(_ input: PlannerInput, _ schemas: Schemas, _ merge: ThreeWayMerge) -> [ConfigStep] {
        let schemaDigest = schemas.now.json.digest
        guard let remote = input.versions.remote else {
            let enabling = merge.toSend.filter { $0.field == .enabled && $0.value == .value(true) }
            let creating = merge.toSend.filter { $0.field != .enabled }
            let absent = PlanStep.Precondition(remoteDigest: nil, schemaDigest: schemaDigest)
            let create = step(.create, input, edits: creating, from: nil, absent)
            return enabling.isEmpty ? [create] : [create, step(.enable, input, edits: enabling, from: nil, absent)]
        }
        let precondition = PlanStep.Precondition(
            remoteDigest: remote.concealing(schemas.reshownKeys).digest, schemaDigest: schemaDigest,
            reshownKeys: schemas.reshownKeys)
        return [step(.update, input, edits: merge.toSend, from: remote, precondition)]
    }

    private static func step(
        _ kind: PlanStep.Kind, _ input: PlannerInput, edits: [Edit], from remote: ConfigContent?,
        _ precondition: PlanStep.Precondition
    ) -> ConfigStep {
        let versions = input.versions
        let sorted = edits.sorted { $0.field.text < $1.field.text }
        return ConfigStep(
            kind: kind, configID: versions.id, pluginID: versions.pluginID, projectID: versions.projectID,
            title: input.title, changes: sorted.map { change($0, from: remote, input.secretKeys) }, edits: sorted,
            precondition: precondition)
    }

    private static func change(_ edit: Edit, from remote: ConfigContent?, _ secretKeys: Set<String>) -> Change {
        let isSecret = edit.isSecret(among: secretKeys)
        return Change(
            field: edit.field, before: ShownValue(remote?[edit.field], isSecret: isSecret),
            after: edit.shown(isSecret: isSecret))
    }

    private static func comesFirst(_ left: ConfigStep, _ right: ConfigStep) -> Bool {
        (rank(left), left.projectID.rawValue, abs(left.configID.rawValue))
            < (rank(right), right.projectID.rawValue, abs(right.configID.rawValue))
    }

    private static func rank(_ step: ConfigStep) -> Int {
        switch step.kind {
        case .update: step.edits.contains { $0.field == .enabled && $0.value == .value(false) } ? 0 : 1
        case .create: 2
        case .enable: 3
        case .source: preconditionFailure("a step about a config is none about code")
        }
    }
}

extension Planner {
    private static func obstacles(_ input: PlannerInput, _ merge: ThreeWayMerge) -> [Problem] {
        let versions = input.versions
        switch input.fate {
        case .handedOver: return [.handedOver(input.title, versions.id, .conflict)]
        case .untraceable where input.existing == nil: return [.untraceable(input.title, versions.id, .conflict)]
        case .untraceable, nil: break
        }
        if let existing = input.existing {
            return [
                Problem(
                    .conflict, code: "created-elsewhere", subject: versions.id.subject,
                    message: "\(input.title) exists by now as \(existing.subject): somebody else created it. Creating it"
                        + " again would overwrite theirs, or make a second one.",
                    next: "phsync discard \(versions.id.subject)")
            ]
        }
        if versions.base != nil, versions.remote == nil {
            return [
                Problem(
                    .conflict, code: "deleted-remotely", subject: versions.id.subject,
                    message: "\(input.title) is edited here, but the remote has deleted it.",
                    next: "phsync discard \(versions.id.subject)")
            ]
        }
        return merge.conflicts.map { conflict($0, input) } + merge.toSend.compactMap { notText($0, input) }
    }

    private static func conflict(_ conflict: Conflict, _ input: PlannerInput) -> Problem {
        let versions = input.versions
        return Problem(
            .conflict, code: "conflict", subject: "\(versions.id.subject) \(conflict.field.label)",
            message: "\(conflict.field.label) of \(input.title) was changed here and on the remote: keep yours with --local,"
                + " or take theirs with --remote.",
            next: "phsync resolve \(versions.id.subject) \(conflict.field.label.shellQuoted) --local")
    }

    /// A secret is a text on the server: a number or a list that was given before its key became secret would be sent in
    /// another kind, or shown in clear by the journal.
    private static func notText(_ edit: Edit, _ input: PlannerInput) -> Problem? {
        guard case .key(let key) = edit.field, input.secretKeys.contains(key), case .value(let value) = edit.value,
            !value.isNull, value.string == nil
        else { return nil }
        let id = input.versions.id
        return Problem(
            .invalid, code: "secret-not-text", subject: "\(id.subject) \(key)",
            message: "\(key) of \(input.title) has become secret, and a secret is a text, but its edit is a JSON \(value.kind): it can't be"
                + " sent. Give it again as a text, or discard it.",
            next: "phsync edit-config \(id.subject) \(key.shellQuoted)")
    }

    private static func unknownPlugin(_ input: PlannerInput) -> Problem {
        Problem(
            .failed, code: "unknown-plugin", subject: input.versions.id.subject,
            message: "The mirror does not have \(input.versions.pluginID.subject), so it can't tell which keys of"
                + " \(input.versions.id.subject) are secret.",
            next: "phsync pull")
    }

    /// Issues of the fields that are sent, and all of them when the config runs (or will run) with the outcome.
    private static func validate(_ input: PlannerInput, _ schema: ConfigSchema, _ merge: ThreeWayMerge) -> [ValidationIssue] {
        guard let merged = merge.merged else { return [] }
        let sent = Set(merge.toSend.map(\.field))
        let turnsOn = merged.enabled && sent.contains(.enabled)
        return SchemaCheck(schema: schema, secretKeys: input.secretKeys).issues(in: merged)
            .filter { turnsOn || sent.contains(.key($0.key)) || sent.contains(.attachment($0.key)) }
    }
}
