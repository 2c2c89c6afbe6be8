import Models

/// `phsync doctor`: looks at everything that a command would need, and says what to do about it.
enum DoctorCommand {
    static let command = Command(
        "doctor", summary: "checks the set-up: settings, files, libraries, the mirror, and what the key can reach",
        examples: [Example("phsync doctor", "one line per check; status 1 when one failed")],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        var findings: [(check: DoctorCheck, finding: DoctorCheck.Finding)] = []
        for check in context.services.doctorChecks {
            try Interruption.check()
            context.progress.update(check.name)
            findings.append((check, await check.run(context)))
        }
        return CommandResult(
            result: .array(findings.map { json($0.check, $0.finding) }),
            text: findings.flatMap { lines($0.check, $0.finding) },
            problems: summary(findings.map(\.finding)))
    }

    /// The findings are the result; what makes the status is one sentence.
    private static func summary(_ findings: [DoctorCheck.Finding]) -> [Problem] {
        let failures = findings.filter { $0.state == .failed }
        guard let first = failures.first else { return [] }
        let message = "\(failures.count) of \(findings.count) checks failed"
        return [Problem(.failed, code: "doctor", message: message, next: first.next)]
    }

    private static func json(_ check: DoctorCheck, _ finding: DoctorCheck.Finding) -> JSONValue {
        [
            "check": .string(check.name), "state": .string(finding.state.rawValue), "message": .string(finding.message),
            "next": JSONValue(finding.next),
        ]
    }

    private static func lines(_ check: DoctorCheck, _ finding: DoctorCheck.Finding) -> [Block] {
        let style: Line.Style =
            switch finding.state {
            case .good: .good
            case .notice: .warning
            case .failed: .bad
            }
        let state = finding.state.rawValue
        let padding = String(repeating: " ", count: 8 - state.count)
        let line = Line(state, style) + Line("\(padding)\(check.name): \(finding.message)")
        guard let next = finding.next else { return [.line(line)] }
        return [.line(line), .line(Line("        next: ", .dim) + Line(next))]
    }
}
