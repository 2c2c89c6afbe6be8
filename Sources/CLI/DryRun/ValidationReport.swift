import Models

/// What was found in everything that was checked.
struct ValidationReport: Sendable {
    struct Finding: Sendable {
        /// "config:12", "plugin:5", a folder or a config's file.
        let subject: String
        let title: String
        let issue: ValidationIssue

        var json: JSONValue {
            .object(JSONObject([.init(key: "subject", value: .string(subject))] + (issue.json.object?.members ?? [])))
        }
    }

    private(set) var findings: [Finding] = []
    private(set) var notChecked: [String]
    /// Whether there is code that a dry run could run.
    private(set) var isRunnable = false
    private let checked: [String]

    /// - Parameters:
    ///   - sandbox: nil when there is none: then the code is not looked at, and that is said.
    ///   - server: That would install the plugins, or has them.
    init(
        _ targets: [ValidationTarget], sandbox: SandboxService?, server: ServerToMeet = .unknown, notChecked: [String]
    ) async throws(Problem) {
        self.notChecked = notChecked
        checked = targets.map { target in target.values.isEmpty ? target.title : "\(target.title) with \(target.values.count.counted("config"))" }
        for target in targets {
            if let version = target.version {
                let manifest = ManifestCheck(
                    version.manifest, knowsJSONType: target.era >= .november2023, serverVersion: server.version, isInstalled: server.isInstalled)
                findings += manifest.issues().map { Finding(subject: target.subject, title: target.title, issue: $0) }
                if let note = server.note, PluginManifest.json(version.manifest)?["posthogVersion"] != nil, !self.notChecked.contains(note) {
                    self.notChecked.append(note)
                }
                try await check(version, target, sandbox)
            }
            for values in target.values {
                findings += SchemaCheck(schema: target.schema, secretKeys: values.secretKeys).issues(in: values.content)
                    .map { Finding(subject: values.subject, title: values.title, issue: $0) }
            }
        }
    }

    private mutating func check(_ version: DryRunVersion, _ target: ValidationTarget, _ sandbox: SandboxService?) async throws(Problem) {
        func add(_ issues: [ValidationIssue]) { findings += issues.map { Finding(subject: target.subject, title: target.title, issue: $0) } }
        guard version.hasCode, let entry = version.entryName else {
            let isFrontend = version.files["site.ts"] != nil || version.files["frontend.tsx"] != nil
            let tried = PluginManifest(version.manifest)?.mainCandidates.joined(separator: ", ") ?? "index.js, index.ts"
            if !isFrontend {
                add([
                    ValidationIssue(
                        .error, code: "no-code", key: "", message: "there is no code to run: none of \(tried) is there, or it is empty",
                        position: .init(file: PluginManifest.fileName), fix: "write one of them, or name the file in \"main\"")
                ])
            }
            return
        }
        isRunnable = true
        guard let sandbox else {
            notChecked.append("the code of \(target.title)")
            return
        }
        var job = version.job(.check, DryRunOptions(), era: target.era, clock: DryRunOptions.fixedClock)
        // What is wrong with plugin.json was found without the sandbox, which would stop at it.
        job.pluginJSON = "{}"
        job.entry = entry
        guard let facts = try await sandbox.check(job).first.flatMap({ SourceFacts($0) }) else {
            notChecked.append("the code of \(target.title): the sandbox gave no facts about it")
            return
        }
        if let failure = facts.failure { notChecked.append("a part of the code of \(target.title): \(failure)") }
        add(SourceRules(facts, file: entry, era: target.era, manifest: version.manifest).issues())
    }

    var errorCount: Int { findings.count { $0.issue.severity == .error } }

    var json: JSONValue { ["findings": .array(findings.map(\.json)), "not_checked": .array(notChecked.map(JSONValue.string))] }

    // MARK: People

    var blocks: [Block] {
        var blocks: [Block] = []
        var subject = ""
        for finding in findings {
            if finding.subject != subject {
                subject = finding.subject
                blocks.append(.line(Line("\(finding.title) (\(finding.subject))", .bold)))
            }
            blocks += finding.blocks
        }
        let warnings = findings.count - errorCount
        let verdict = findings.isEmpty ? "Nothing is wrong with \(checked.joined(separator: ", "))." : "\(errorCount.counted("error")), \(warnings.counted("warning"))"
        blocks.append(.line(Line(verdict, errorCount > 0 ? .bad : warnings > 0 ? .warning : .good)))
        guard !notChecked.isEmpty else { return blocks }
        return blocks + [.line(Line("Not checked:", .bold))] + notChecked.map { .line(Line("  \($0)", .dim)) }
    }

    var problems: [Problem] {
        guard errorCount > 0, let first = findings.first(where: { $0.issue.severity == .error }) else { return [] }
        let place = first.issue.position.map { "\($0.text): " } ?? ""
        return [
            Problem(
                .invalid, code: "invalid", subject: first.subject, message: "\(errorCount.counted("error")); the first: \(place)\(first.issue.message)",
                next: first.next)
        ]
    }
}

extension ValidationReport.Finding {
    fileprivate var blocks: [Block] {
        let style: Line.Style = issue.severity == .error ? .bad : .warning
        let place = issue.position.map { "\($0.text): " } ?? ""
        let head = Line("  \(place)") + Line(issue.severity.rawValue, style) + Line(" \(issue.message)") + Line(" [\(issue.code)]", .dim)
        guard let fix = issue.fix else { return [.line(head)] }
        return [.line(head), .line(Line("    fix: \(fix)", .dim))]
    }

    fileprivate var next: String? {
        if subject.hasPrefix("config:") || subject.hasPrefix("draft:") { return "phsync edit-config \(subject) \("\(issue.key)=…".shellQuoted)" }
        guard subject.hasPrefix("plugin:") else { return nil }
        return "phsync edit-source \(subject)" + (issue.position?.file == PluginManifest.fileName ? " --file plugin.json" : "")
    }
}

extension ValidationIssue.Position {
    /// "index.ts:12:8".
    var text: String {
        guard let line else { return file }
        return column.map { "\(file):\(line):\($0)" } ?? "\(file):\(line)"
    }
}
