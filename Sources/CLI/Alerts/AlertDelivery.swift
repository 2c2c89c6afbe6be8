import Models

/// Tells alerts in the way that each one's rule asks for.
struct AlertDelivery: Sendable {
    /// How long a person's command may take.
    static let timeoutSeconds = 30.0

    let context: CommandContext

    /// - Returns: What goes to stderr: the alerts of rules that ask for it, and what went wrong with the others.
    func tell(_ alerts: [Alert]) -> [Problem] {
        var problems: [Problem] = []
        // Several rules may be about the same, and fail to tell it.
        func say(_ alerts: [Alert]) { problems += alerts.map(\.notice).filter { !problems.contains($0) } }
        for (action, alerts) in Self.byAction(alerts) {
            let lines = alerts.map { JSONRenderer.line($0.json) }.joined()
            switch action {
            case .message: say(alerts)
            case .file(let path):
                guard let failure = append(lines, to: path) else { continue }
                say(alerts)
                problems.append(failure)
            case .command(let line):
                guard let failure = run(line, lines) else { continue }
                say(alerts)
                problems.append(failure)
            }
        }
        return problems
    }

    /// In the order of the first alert of each.
    private static func byAction(_ alerts: [Alert]) -> [(AlertRule.Action, [Alert])] {
        var groups: [(AlertRule.Action, [Alert])] = []
        for alert in alerts {
            if let index = groups.firstIndex(where: { $0.0 == alert.rule.action }) {
                groups[index].1.append(alert)
            } else {
                groups.append((alert.rule.action, [alert]))
            }
        }
        return groups
    }

    private func append(_ lines: String, to path: String) -> Problem? {
        do throws(FileError) {
            try context.files.append(Array(lines.utf8), to: home(path))
            return nil
        } catch {
            return Problem(.failed, code: "alert-not-written", subject: path, message: "alerts could not be added to \(path): \(error.problem.message)")
        }
    }

    private func home(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = context.environment[.home] else { return path }
        return home + path.dropFirst()
    }

    /// The line is the person's own; what comes from the server is on its stdin and nowhere else.
    private func run(_ line: String, _ input: String) -> Problem? {
        do throws(Problem) {
            let status = try ChildProcess.feed(line, input: Array(input.utf8), timeoutSeconds: AlertDelivery.timeoutSeconds)
            if status == 0 { return nil }
            return Problem(.failed, code: "alert-command-failed", subject: line, message: "the command for alerts ended with status \(status): \(line)")
        } catch {
            return Problem(.failed, code: "alert-command-failed", subject: line, message: "the command for alerts failed: \(error.message)")
        }
    }
}

extension Alert {
    var notice: Problem { Problem(.notice, code: "alert", subject: subject, message: message, next: next) }
}
