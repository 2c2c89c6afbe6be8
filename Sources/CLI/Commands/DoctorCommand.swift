import Models

/// `phsync doctor`: looks at everything that a command would need, and says what to do about it.
enum DoctorCommand {
    static let command = Command(
        "doctor", summary: "checks the set-up: settings, file modes, libraries",
        examples: [Example("phsync doctor", "one line per check; status 1 when one failed")],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        var findings: [(check: DoctorCheck, finding: DoctorCheck.Finding)] = []
        for check in context.services.doctorChecks {
            try Interruption.check()
            context.progress.update(check.name)
            findings.append((check, await check.run(context)))
        }
        let failures = findings.filter { $0.finding.state == .failed }
        return CommandResult(
            outcome: failures.isEmpty ? "done" : "failed",
            result: .array(findings.map { json($0.check, $0.finding) }),
            text: findings.map { .line(line($0.check, $0.finding)) },
            problems: findings.filter { $0.finding.state != .good }.map { problem($0.check, $0.finding) })
    }

    private static func json(_ check: DoctorCheck, _ finding: DoctorCheck.Finding) -> JSONValue {
        [
            "check": .string(check.name), "state": .string(finding.state.rawValue), "message": .string(finding.message),
            "next": JSONValue(finding.next),
        ]
    }

    private static func line(_ check: DoctorCheck, _ finding: DoctorCheck.Finding) -> Line {
        let style: Line.Style =
            switch finding.state {
            case .good: .good
            case .notice: .warning
            case .failed: .bad
            }
        let state = finding.state.rawValue
        return Line(state, style) + Line(String(repeating: " ", count: 8 - state.count) + "\(check.name): \(finding.message)")
    }

    private static func problem(_ check: DoctorCheck, _ finding: DoctorCheck.Finding) -> Problem {
        Problem(
            finding.state == .failed ? .failed : .notice, code: "doctor", subject: check.name,
            message: "\(check.name): \(finding.message)", next: finding.next)
    }
}
