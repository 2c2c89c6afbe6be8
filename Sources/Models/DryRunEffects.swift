/// What a version does beside changing events: whom it calls, what it can do, what it leaves behind.
extension DryRunComparison {
    /// Names on both sides, and which of them only one has.
    package struct Names: Sendable, Equatable {
        package let base: [String]
        package let local: [String]

        package var added: [String] { local.filter { !base.contains($0) } }
        package var removed: [String] { base.filter { !local.contains($0) } }

        init(base: [String], local: [String]) {
            self.base = base
            self.local = local
        }

        package var json: JSONValue {
            ["added": .array(added.map(JSONValue.string)), "removed": .array(removed.map(JSONValue.string))]
        }
    }

    /// The hosts that are called, in alphabetical order; without a base all are new.
    package var hosts: Names { Names(base: base?.hosts ?? [], local: local.hosts) }

    /// "processEvent", "task runEveryMinute", "job reimport".
    package var capabilities: Names { Names(base: base?.capabilityNames ?? [], local: local.capabilityNames) }

    /// Where what is kept in storage and cache differs at the end.
    package var kept: [FieldDifference] {
        guard let base else { return [] }
        return EventDiff.fields(base: .object(base.ending.storage), local: .object(local.ending.storage)).map { $0.within("storage") }
            + EventDiff.fields(base: .object(base.ending.cache), local: .object(local.ending.cache)).map { $0.within("cache") }
    }

    /// Counts of both sides, as `[title, base, local]`; only those where there is something to count.
    package var counts: [(name: String, base: Int?, local: Int)] {
        func row(_ name: String, _ count: (DryRunVariant) -> Int) -> (name: String, base: Int?, local: Int) {
            (name, base.map(count), count(local))
        }
        let rows = [
            row("returned") { $0.steps.count { $0.event != nil && $0.outcome == .returned } },
            row("dropped") { $0.steps.count { $0.outcome == .dropped } },
            row("failed") { $0.steps.count { $0.outcome.isFailure } },
            row("requests") { $0.requests.count },
            row("log entries") { $0.logs.count },
            row("captured events") { $0.ending.captures.count },
            row("jobs") { $0.ending.jobs.count },
        ]
        return rows.filter { $0.local > 0 || ($0.base ?? 0) > 0 || $0.name == "failed" || $0.name == "returned" }
    }

    /// What the report says beyond the parts that are fixed.
    package var effects: JSONValue {
        [
            "hosts": hosts.json, "capabilities": capabilities.json,
            "failures": .array(
                otherFailures.map { failure in
                    [
                        "method": JSONValue(failure.method), "outcome": .string(failure.outcome.rawValue),
                        "error": failure.error?.json ?? .null,
                    ]
                }),
            "counts": .object(
                JSONObject(
                    counts.map { row in
                        let value: JSONValue = ["base": row.base.map { JSONValue($0) } ?? .null, "local": JSONValue(row.local)]
                        return .init(key: row.name.replacing(" ", with: "_"), value: value)
                    })),
            "kept": .array(
                kept.map { difference in
                    var object = JSONObject([.init(key: "path", value: .string(difference.path))])
                    object["base"] = difference.base
                    object["local"] = difference.local
                    return .object(object)
                }),
        ]
    }
}

extension FieldDifference {
    fileprivate func within(_ name: String) -> FieldDifference {
        let whole = path.isEmpty ? name : path.hasPrefix("[") ? "\(name)\(path)" : "\(name).\(path)"
        return FieldDifference(path: whole, base: base, local: local)
    }
}

extension DryRunVariant {
    /// Hosts that it called or would have called, each once, in alphabetical order.
    package var hosts: [String] {
        Set(requests.map { DryRunVariant.host(of: $0.url) }).sorted()
    }

    /// What lies between "//" and the next "/", without user and port.
    package static func host(of url: String) -> String {
        guard let start = url.firstRange(of: "//")?.upperBound else { return url }
        let authority = url[start...].prefix { !"/?#".contains($0) }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        if host.hasPrefix("[") { return String(host.prefix { $0 != "]" }) + "]" }
        return String(host.prefix { $0 != ":" }).lowercased()
    }

    var capabilityNames: [String] {
        capabilities.methods + capabilities.scheduledTasks.map { "task \($0)" } + capabilities.jobs.map { "job \($0)" }
    }

    /// Of all steps; nil when nothing was timed.
    var totalMicroseconds: Int64? {
        let times = steps.compactMap(\.durationMicroseconds)
        return times.isEmpty ? nil : Int64(times.reduce(0, +))
    }
}

/// How long the calls about events took.
package struct DryRunProfile: Sendable, Equatable {
    package struct Call: Sendable, Equatable {
        package let event: Int
        package let method: String
        package let microseconds: Int
    }

    package let medianMicroseconds: Int
    package let highMicroseconds: Int
    /// The slowest calls, the slowest first, three at most.
    package let slowest: [Call]

    /// nil when nothing was timed.
    package init?(_ variant: DryRunVariant) {
        let calls = variant.steps.compactMap { step -> Call? in
            guard let event = step.event, let time = step.durationMicroseconds else { return nil }
            return Call(event: event, method: step.method, microseconds: time)
        }
        guard !calls.isEmpty else { return nil }
        let sorted = calls.sorted { ($0.microseconds, $1.event) < ($1.microseconds, $0.event) }
        medianMicroseconds = sorted[(sorted.count - 1) / 2].microseconds
        highMicroseconds = sorted[(sorted.count - 1) * 95 / 100].microseconds
        slowest = Array(sorted.suffix(3).reversed())
    }
}
