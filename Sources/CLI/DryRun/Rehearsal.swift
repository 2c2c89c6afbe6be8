import Models
import Storage
import Sync

/// A newer version of a plugin against the installed one: schema, every config's values, and behaviour over sample events.
struct Rehearsal: Sendable {
    let subject: String
    let name: String
    let installedTag: String?
    let tag: String
    /// What the instance has to show after the upgrade.
    let expected: SourceState
    private let schema: [SchemaDifference]
    /// What does not fit the new schema and fitted the old one.
    private let issues: [(title: String, subject: String, issue: ValidationIssue)]
    private let report: DryRunReporting?
    private let unproved: [String]
    private let hasEdits: Bool
    /// What the instance would say instead of installing it.
    private let refusal: String?

    init(
        _ installed: PluginUpgrader.Installed, _ candidate: SourceFiles, tag: String, serverVersion: String?, _ mirror: Mirror, _ instance: Instance,
        _ context: CommandContext
    ) async throws(Problem) {
        let plugin = installed.plugin
        let manifest = candidate[PluginManifest.fileName].flatMap { PluginManifest($0) }
        let newSchema = manifest?.schema ?? ConfigSchema(.array([]))
        subject = plugin.id.subject
        name = plugin.name
        installedTag = plugin.tag
        self.tag = tag
        expected = SourceState(files: candidate, form: SourceForm(of: plugin), name: manifest?.name(of: plugin.id) ?? plugin.name, schema: newSchema)
        refusal = serverVersion.flatMap { version in
            VersionRequirement.refusal(of: candidate[PluginManifest.fileName].flatMap { PluginManifest.json($0) }, by: version)
        }
        schema = SchemaDifference.all(from: plugin.schema, to: newSchema)
        let gates = try GateFile.find(context)
        let selector = plugin.id.subject
        let (materials, edited) = try mirror.look { mirror in
            let none = Edited(configs: [], sources: [])
            return (try DryRunMaterial.all([selector], edited: none, project: nil, in: mirror), try mirror.sources.versions(plugin.id)?.edits.isEmpty == false)
        }
        hasEdits = edited
        issues = materials.flatMap { material in material.newIssues(from: plugin.schema, to: newSchema) }
        var unproved: [String] = []
        var report: DryRunReporting?
        do throws(Problem) {
            let sandbox = try context.sandbox()
            let subjects = try MirrorSubjects(upgradeOf: plugin.id, from: installed.files, to: candidate, mirror, instance, context)
            unproved += subjects.unrunnable.map(\.text)
            if !subjects.runnable.isEmpty {
                let outcomes = try await DryRunner(sandbox: sandbox, options: DryRunOptions()).run(subjects.runnable, progress: context.progress)
                report = DryRunReporting(
                    outcomes: outcomes, unrunnable: subjects.unrunnable, gates: gates.map { GateResult($0, outcomes) }, options: DryRunOptions())
            }
        } catch {
            if error.kind == .interrupted { throw error }
            unproved.append(error.message)
        }
        self.unproved = unproved
        self.report = report
        context.progress.clear()
    }

    // MARK: What is said

    var stops: Bool { problems(isVerified: true).contains { $0.kind == .invalid } }

    var json: JSONValue {
        [
            "plugin": .string(subject), "name": .string(name), "installed": JSONValue(installedTag), "candidate": .string(tag),
            "schema": .array(schema.map(\.json)),
            "issues": .array(issues.map { .object(JSONObject([.init(key: "subject", value: .string($0.subject))] + ($0.issue.json.object?.members ?? []))) }),
            "behaviour": report?.json ?? .null, "not_checked": .array(unproved.map(JSONValue.string)),
        ]
    }

    var blocks: [Block] {
        var blocks: [Block] = [.line(Line("\(name) (\(subject))", .bold) + Line(": \(installedTag ?? "unknown") → \(tag)"))]
        blocks += schema.map { .line(Line("  \($0.message)", $0.breaks ? .bad : .plain)) }
        if schema.isEmpty { blocks.append(.line(Line("  the config schema stays as it is", .dim))) }
        blocks += issues.map { .line(Line("  \($0.title) (\($0.subject)): ") + Line($0.issue.message, $0.issue.severity == .error ? .bad : .warning)) }
        if let refusal { blocks.append(.line(Line("  the instance refuses it: \(refusal)", .bad))) }
        if hasEdits { blocks.append(.line(Line("  its code is edited here: after the upgrade the edit clashes with the new code", .warning))) }
        if let report { blocks += [.blank] + report.blocks }
        return blocks + unproved.map { .line(Line("  not proved: \($0)", .warning)) }
    }

    func problems(isVerified: Bool) -> [Problem] {
        let kind: Problem.Kind = isVerified ? .invalid : .notice
        var problems = issues.filter { $0.issue.severity == .error }.map { found in
            Problem(
                kind, code: "breaks-config", subject: found.subject, message: "the new version does not take the values of \(found.title): \(found.issue.message)",
                next: isVerified ? "phsync edit-config \(found.subject) \("\(found.issue.key)=…".shellQuoted)" : nil)
        }
        if let refusal {
            problems.append(
                Problem(kind, code: "version-refused", subject: subject, message: "the instance would not install \(name) \(tag): \(refusal)", next: nil))
        }
        for outcome in report?.outcomes ?? [] where outcome.comparison.hasNewFailures {
            problems.append(outcome.problem(outcome.comparison.hasProvenFailures ? kind : .notice))
        }
        problems += report?.gates?.problems(isVerified: isVerified) ?? []
        return problems + unproved.map { Problem(.notice, code: "not-proved", subject: subject, message: "not proved by a dry run: \($0)") }
    }

    func result(isVerified: Bool) -> CommandResult {
        CommandResult(
            outcome: stops ? "breaking" : "rehearsed", result: json, text: blocks, next: stops ? nil : "phsync upgrade \(subject)",
            problems: problems(isVerified: isVerified))
    }
}

extension DryRunMaterial {
    /// What the new schema finds in the config's values and the old one did not.
    fileprivate func newIssues(from before: ConfigSchema, to after: ConfigSchema) -> [(title: String, subject: String, issue: ValidationIssue)] {
        valuesToCheck.flatMap { values in
            guard values.content.enabled else { return [(title: String, subject: String, issue: ValidationIssue)]() }
            let known = SchemaCheck(schema: before, secretKeys: values.secretKeys).issues(in: values.content)
            return SchemaCheck(schema: after, secretKeys: values.secretKeys).issues(in: values.content).filter { !known.contains($0) }
                .map { (title: values.title, subject: values.subject, issue: $0) }
        }
    }
}

extension MirrorSubjects {
    /// Every config of a plugin, with the installed code as the base and the newer as what is run against it.
    init(
        upgradeOf id: PluginID, from installed: SourceFiles, to candidate: SourceFiles, _ mirror: Mirror, _ instance: Instance, _ context: CommandContext
    ) throws(Problem) {
        let project = instance.project
        let selector = id.subject
        let (materials, facts) = try mirror.look { mirror in
            let none = Edited(configs: [], sources: [])
            let materials = try DryRunMaterial.all([selector], edited: none, project: project, in: mirror)
            return (materials.map { $0.upgraded(from: installed, to: candidate) }, try MirrorSubjects.facts(in: mirror))
        }
        try self.init(materials, era: try EraChoice.choose(context, instance, facts: facts), mirror, instance, context)
    }
}
