package import Models

extension FaultRule {
    /// Reads rules from a JSON array, one object each.
    ///
    /// `{"fault": "refused" | "cut" | "slow" | "throttled" | "failure" | "answer-lost" | "lost-update" |
    /// "stalled" | "html" | "redirect" | "endless",
    /// "method"?, "path"?, "first"?, "count"?: number or "all"}` and, by kind, `bytes`, `milliseconds`, `retry_after`,
    /// `status`, `after_effect`, `location`.
    /// - Throws: `Problem` that names the entry.
    package static func list(from json: JSONValue) throws(Problem) -> [FaultRule] {
        guard let entries = json.array else { throw problem("the file", "is no JSON array") }
        var rules: [FaultRule] = []
        for (index, entry) in entries.enumerated() {
            guard let fault = fault(entry) else { throw problem("entry \(index + 1)", "names no fault; there are \(names)") }
            var rule = FaultRule(fault, method: entry["method"]?.string, path: entry["path"]?.string)
            rule.first = entry["first"]?.int.map { Int($0) } ?? 1
            rule.count = entry["count"]?.string == "all" ? nil : entry["count"]?.int.map { Int($0) } ?? 1
            rules.append(rule)
        }
        return rules
    }

    private static let names =
        "refused, cut, slow, throttled, failure, answer-lost, lost-update, stalled, html, redirect, endless"

    private static func fault(_ entry: JSONValue) -> Fault? {
        func number(_ key: String, _ fallback: Int) -> Int { entry[key]?.int.map { Int($0) } ?? fallback }
        switch entry["fault"]?.string {
        case "refused": return .refused
        case "cut": return .cutBody(afterBytes: number("bytes", 10))
        case "slow": return .slow(milliseconds: number("milliseconds", 1000))
        case "throttled": return .throttled(retryAfterSeconds: number("retry_after", 1))
        case "failure":
            return .failure(status: number("status", 500), afterEffect: entry["after_effect"]?.bool ?? false)
        case "answer-lost": return .answerLost
        case "lost-update": return .lostUpdate
        case "stalled": return .stalled(afterBytes: number("bytes", 10))
        case "html": return .html(status: number("status", 502))
        case "redirect": return .redirect(location: entry["location"]?.string ?? "http://elsewhere.example.com/")
        case "endless": return .endlessBody
        default: return nil
        }
    }

    private static func problem(_ subject: String, _ reason: String) -> Problem {
        Problem(.usage, code: "fault-file", subject: subject, message: "The list of faults can't be used: \(subject) \(reason).",
            next: "phsync help demo")
    }
}
