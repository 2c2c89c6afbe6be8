import Models
import Storage
import Sync

/// One pull, and what the person's rules have to say about what it found.
struct PullRound: Sendable {
    let context: CommandContext
    let instance: Instance
    let api: PostHogAPI
    let rules: [AlertRule]

    /// What came of it: a pull that stopped on its way is one too.
    struct Outcome: Sendable {
        let summary: PullSummary
        let alerts: [Alert]
        /// What went to the person's files and commands, as far as it went wrong, and what is to be said on stderr.
        let told: [Problem]
        /// Groups that nobody has looked at.
        let unseen: Int
    }

    /// - Throws: `Problem` when nothing was begun.
    func run(full: Bool) async throws(Problem) -> Outcome {
        if try !context.hasMirror(instance) {
            // Nothing is made before the instance has answered: a wrong key would leave an empty mirror behind.
            _ = try await Reach.probe(api, bound: nil, next: "phsync pull")
        }
        let lock = try context.runLock(instance, command: "pull")
        defer { withExtendedLifetime(lock) {} }
        let mirror = try context.mirrorToPull(instance)
        let before = try await mirror.reading { mirror in try mirror.errors.mark() }
        let summary = try await pull(into: mirror, full: full)
        let alerts = try await evaluate(summary, since: before, mirror)
        let unseen = try await mirror.reading { mirror in try mirror.errors.summary().unseen }
        await mirror.close()
        return Outcome(summary: summary, alerts: alerts, told: AlertDelivery(context: context).tell(alerts), unseen: unseen)
    }

    private func pull(into mirror: Mirror, full: Bool) async throws(Problem) -> PullSummary {
        let wanted = context.arguments.value("project")
        var options = instance.context.pullOptions
        if context.arguments.has("lists") { options.parts = [] }
        options.readsHours = rules.contains { $0.hourSeconds > 0 }
        let progress = context.progress
        let puller = Puller(api: api, mirror: mirror, now: context.now, options: options) { event in PullCommand.report(event, progress) }
        return try await puller.pull(full: full, switchesProjects: context.arguments.has("switch-projects")) { projects throws(Problem) in
            try PullCommand.selected(projects, wanted)
        }
    }

    private func evaluate(_ summary: PullSummary, since before: InboxMark, _ mirror: Mirror) async throws(Problem) -> [Alert] {
        guard !rules.isEmpty else { return [] }
        let (rules, now, isWhole) = (rules, context.now(), summary.stopped == nil)
        return try await mirror.writing { mirror in
            var facts = try AlertReader.facts(since: before, hourSeconds: rules.map(\.hourSeconds).max() ?? 0, now: now, in: mirror)
            // What a pull that stopped has not read says nothing about now.
            if !isWhole {
                facts.deliveries = facts.deliveries.map(\.unknown)
            }
            let memory = try mirror.alerts.memory()
            let (alerts, next) = AlertRule.evaluate(rules, facts, memory, now: now)
            if next != memory { try mirror.alerts.setMemory(next) }
            return alerts
        }
    }
}
