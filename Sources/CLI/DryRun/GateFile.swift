import Models

/// The gates that a run is held against, and where they come from.
struct GateFile: Sendable {
    let path: String
    let gates: Gates

    /// Looked for in the current folder when nobody names another.
    static let usualPath = ".phsync-gates"

    /// `--gates FILE`, else the usual file; nil when there is none.
    static func find(_ context: CommandContext) throws(Problem) -> GateFile? {
        if context.arguments.knows("gates"), let path = context.arguments.value("gates") { return try read(path, context) }
        let found: [UInt8]?
        do throws(FileError) {
            found = try context.files.read(usualPath, limit: limit)
        } catch {
            throw Problem(.failed, code: "unreadable-file", subject: usualPath, message: "the gates can't be read: \(error.problem.message)")
        }
        return found == nil ? nil : try read(usualPath, context)
    }

    private static let limit = 1 << 20

    private static func read(_ path: String, _ context: CommandContext) throws(Problem) -> GateFile {
        let text = try GivenFile.text(path, for: "--gates", context, limit: limit)
        do throws(Gates.Mistake) {
            return GateFile(path: path, gates: try Gates(parsing: text))
        } catch {
            throw Problem(.usage, code: "bad-gates", subject: "\(path):\(error.line)", message: "\(path), \(error)")
        }
    }
}

/// How the gates stand after a run.
struct GateResult: Sendable {
    let path: String
    let findings: [GateFinding]

    init(_ file: GateFile, _ outcomes: [DryRunOutcome]) {
        path = file.path
        let facts = outcomes.map(\.comparison.gateFacts)
        findings = file.gates.findings(facts.dropFirst().reduce(facts.first ?? GateFacts(), +))
    }

    var json: JSONValue { ["file": .string(path), "gates": .array(findings.map(\.json))] }

    var blocks: [Block] {
        guard !findings.isEmpty else { return [] }
        let lines = findings.map { finding -> Line in
            let style: Line.Style = switch finding.state {
            case .holds: .good
            case .fails: .bad
            case .advisory, .unknown: .warning
            }
            return Line("  \(finding.state.rawValue)", style) + Line("  \(finding.gate.text)") + Line(" (\(finding.found))", .dim)
        }
        return [.line(Line("Gates of \(path):", .bold))] + lines.map { .line($0) }
    }

    /// One for each gate that does not hold.
    func problems(isVerified: Bool) -> [Problem] {
        findings.compactMap { finding in
            switch finding.state {
            case .holds: nil
            case .fails:
                Problem(
                    isVerified ? .invalid : .notice, code: "gate-failed", subject: "\(path):\(finding.gate.line)",
                    message: "the gate \"\(finding.gate.text)\" does not hold: \(finding.found)", next: isVerified ? "phsync dry-run" : nil)
            case .advisory:
                Problem(
                    .notice, code: "gate-advisory", subject: "\(path):\(finding.gate.line)",
                    message: "\"\(finding.gate.text)\" does not hold (\(finding.found)); times depend on the machine, so this stops nothing")
            case .unknown:
                Problem(
                    .notice, code: "gate-unknown", subject: "\(path):\(finding.gate.line)",
                    message: "\"\(finding.gate.text)\" could not be judged: \(finding.found)")
            }
        }
    }
}
