import Models

/// A report with something in each of its parts; the texts that come from elsewhere can be replaced by anything.
enum SampleReport {
    static let now = Timestamp(milliseconds: 1_795_745_400_000)
    static let days = (0..<14).reversed().map { now.adding(seconds: -Int64($0) * 86_400).day }

    static func figures(_ base: Int64, failures: [Int: Int64] = [:], gaps: Set<Int> = [], retries: Int64 = 0) -> [DeliveryFigures?] {
        days.indices.map { index in
            if gaps.contains(index) { return nil }
            let handled = base + Int64(index * 37 % 11) * base / 20
            return DeliveryFigures(successes: handled - retries, retries: retries, failures: failures[index] ?? 0)
        }
    }

    static func config(_ id: Int64, _ plugin: String, _ project: String, _ days: [DeliveryFigures?], isEnabled: Bool = true) -> ReportConfig {
        ReportConfig(id: PluginConfigID(id), pluginName: plugin, projectName: project, isEnabled: isEnabled, isEdited: id == 1, days: days)
    }

    static func error(_ id: String, _ message: String, state: InboxState = .new, stack: String? = nil, event: JSONValue? = nil) -> ReportError {
        ReportError(
            id: id, place: "Currency Normalization@Web shop", configSubject: "config:1", name: "TypeError", message: message, count: 48, hasMore: true,
            firstSeen: now.adding(seconds: -172_800), lastSeen: now.adding(seconds: -900), state: state, note: "", days: days.indices.map { $0 < 12 ? 0 : 24 },
            cause: ReportCause(at: now.adding(seconds: -174_000), text: "currencyProperty: \"currency\" → \"currency_code\"", author: "ida@example.com"),
            stack: stack, event: event, hidden: PersonalDataSummary())
    }

    /// - Parameter text: Replaces each text that a server or a person can choose.
    static func report(_ text: (String) -> String = { $0 }, configs: [ReportConfig]? = nil, errors: [ReportError]? = nil) -> ReportModel {
        let configs = configs ?? [
            config(1, text("Currency Normalization"), text("Web shop"), figures(2000, failures: [12: 160, 13: 420])),
            config(7, text("BigQuery Export"), text("Web shop"), figures(90_000, failures: [3: 12], gaps: [5, 6], retries: 900)),
            config(17, text("Schema Enforcer"), text("Staging"), figures(400), isEnabled: false),
        ]
        let stack = "TypeError: no rate\n    at processEvent (index.ts:10:64)\n    at run (/code/plugin-server/src/utils.ts:33:27)"
        let errors = errors ?? [
            error("E12", text("no rate for 'chf'"), stack: text(stack), event: ["event": .string(text("purchase")), "properties": ["amount": 42]]),
            error("E3", text("timed out"), state: .seen),
        ]
        return ReportModel(
            subject: .init(context: text("prod"), origin: text("https://posthog.example.com"), organization: text("Example Trading"), project: text("Web shop")),
            madeAt: now, since: now.adding(seconds: -13 * 86_400), days: days, projects: ReportProject.sorted(configs), silentConfigCount: 5,
            errors: errors, errorCount: errors.count + 2, unseenErrorCount: 1,
            changes: ReportChange.Kind.allCases.map { kind in
                ReportChange(
                    at: now.adding(seconds: -10_800), kind: kind, title: text("Currency Normalization@Mobile app"), subject: "config:9", author: text("ida"),
                    origin: "push", lines: [text("enabled: true → false")])
            }, hasMoreChanges: true,
            waiting: ReportWaiting(
                items: [.init(subject: "config:1", title: text("Currency@Web shop"), changes: [text("a: 1 → 2")], conflicts: [text("region")])], unsettledSteps: 1),
            freshness: [
                ReportFreshness(collection: text("activity"), pulledAt: nil, isComplete: false, detail: text("the key may not read it")),
                ReportFreshness(collection: text("configs"), pulledAt: now.adding(seconds: -7200), isComplete: true, detail: ""),
            ], archivedAt: nil, hasPersonalData: false)
    }
}
