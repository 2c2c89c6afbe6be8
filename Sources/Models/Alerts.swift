/// What a pull has found, as rules of alerts look at it.
package struct AlertFacts: Sendable, Equatable {
    /// A failure that was not in the inbox before the pull, or is there again.
    package struct Trouble: Sendable, Equatable {
        package enum Change: Sendable {
            case new, cameBack
            /// Known before; only a config that was switched off once more is told so.
            case again
        }

        /// "E12".
        package let subject: String
        package let kind: Failure.Kind
        package let change: Change
        package let place: AlertPlace
        package let headline: String
        package let count: Int

        package init(subject: String, kind: Failure.Kind, change: Change, place: AlertPlace, headline: String, count: Int) {
            self.subject = subject
            self.kind = kind
            self.change = change
            self.place = place
            self.headline = headline
            self.count = count
        }
    }

    package struct Delivery: Sendable, Equatable {
        /// "config:12".
        package let subject: String
        package let place: AlertPlace
        /// Of the last 24 hours; nil when nothing was handled, or nobody knows.
        package let rate: Double?
        /// The whole hours up to now, as far back as a rule asks; empty when they are not known up to now.
        package let hours: [DeliveryHours]

        package init(subject: String, place: AlertPlace, rate: Double?, hours: [DeliveryHours] = []) {
            self.subject = subject
            self.place = place
            self.rate = rate
            self.hours = hours
        }

        /// The same of which nobody knows how it delivers now.
        package var unknown: Delivery { Delivery(subject: subject, place: place, rate: nil) }

        /// How long it has been below the limit, for a rule of the last 24 hours and for one of the hours.
        func stretch(below limit: Double, seconds: Int64, now: Timestamp) -> DeliveryStretch {
            guard let rate else { return .unknown }
            guard seconds > 0 else { return rate < limit ? .low(start: now.adding(seconds: -86_400), end: now, rate: rate) : .fine }
            // Without a failure in 24 hours no hour of them was low, and nobody asks for them.
            return rate == 1 ? .fine : DeliveryStretch(hours, below: limit)
        }
    }

    package struct Update: Sendable, Equatable {
        /// "plugin:5".
        package let subject: String
        package let place: AlertPlace
        package let installed: String
        package let latest: String

        package init(subject: String, place: AlertPlace, installed: String, latest: String) {
            self.subject = subject
            self.place = place
            self.installed = installed
            self.latest = latest
        }
    }

    package var troubles: [Trouble]
    package var deliveries: [Delivery]
    package var updates: [Update]

    package init(troubles: [Trouble] = [], deliveries: [Delivery] = [], updates: [Update] = []) {
        self.troubles = troubles
        self.deliveries = deliveries
        self.updates = updates
    }
}

/// Which plugin and projects a fact is about.
package struct AlertPlace: Sendable, Equatable {
    package let plugin: String
    /// Names and ids; none for what belongs to no project.
    package let projects: [String]

    package init(plugin: String, projects: [String]) {
        self.plugin = plugin
        self.projects = projects
    }

    func isMeant(by rule: AlertRule) -> Bool {
        func same(_ left: String, _ right: String) -> Bool { left.lowercased() == right.lowercased() }
        if let wanted = rule.plugin, !same(wanted, plugin) { return false }
        guard let wanted = rule.project else { return true }
        return projects.contains { same($0, wanted) }
    }
}

/// Something that somebody asked to be told.
package struct Alert: Sendable, Equatable {
    package let rule: AlertRule
    package let subject: String
    /// One sentence.
    package let message: String
    /// The command to type next.
    package let next: String
    package let at: Timestamp

    package var json: JSONValue {
        [
            "alert": .string(rule.text), "subject": .string(subject), "message": .string(message), "next": .string(next),
            "at": .string(at.iso8601),
        ]
    }
}

/// What rules remember between pulls: since when something holds, and whether it was told.
package struct AlertMemory: Sendable, Equatable {
    package struct Key: Sendable, Hashable {
        package let rule: String
        package let subject: String

        package init(rule: String, subject: String) {
            self.rule = rule
            self.subject = subject
        }
    }

    package struct Held: Sendable, Equatable {
        package var since: Timestamp
        package var toldAt: Timestamp?

        package init(since: Timestamp, toldAt: Timestamp? = nil) {
            self.since = since
            self.toldAt = toldAt
        }
    }

    package var held: [Key: Held]

    package init(_ held: [Key: Held] = [:]) {
        self.held = held
    }
}

extension AlertRule {
    /// What is to be told after a pull, and what is to be remembered; a pure function.
    package static func evaluate(
        _ rules: [AlertRule], _ facts: AlertFacts, _ memory: AlertMemory, now: Timestamp
    ) -> (alerts: [Alert], memory: AlertMemory) {
        var alerts: [Alert] = []
        var next = AlertMemory()
        for rule in rules {
            alerts += rule.troubles(facts, now)
            alerts += rule.deliveries(facts, memory, &next, now)
            alerts += rule.updates(facts, memory, &next, now)
        }
        return (alerts, next)
    }

    private func troubles(_ facts: AlertFacts, _ now: Timestamp) -> [Alert] {
        facts.troubles.filter { trouble in
            guard trouble.place.isMeant(by: self) else { return false }
            switch condition {
            case .newGroup: return trouble.change == .new && trouble.kind == .error
            case .cameBack: return trouble.change == .cameBack
            case .switchedOff: return trouble.kind == .switchedOff
            case .update, .delivery: return false
            }
        }.map { trouble in
            let what = trouble.change == .cameBack ? "came back" : trouble.kind == .switchedOff ? "" : "is new"
            let head = what.isEmpty ? trouble.subject : "\(trouble.subject) \(what)"
            return Alert(
                rule: self, subject: trouble.subject, message: "\(head) in \(trouble.place.text): \(trouble.headline)",
                next: "phsync errors show \(trouble.subject)", at: now)
        }
    }

    private func deliveries(_ facts: AlertFacts, _ memory: AlertMemory, _ next: inout AlertMemory, _ now: Timestamp) -> [Alert] {
        guard case .delivery(let limit, let seconds) = condition else { return [] }
        var alerts: [Alert] = []
        for delivery in facts.deliveries where delivery.place.isMeant(by: self) {
            let key = AlertMemory.Key(rule: text, subject: delivery.subject)
            switch delivery.stretch(below: limit, seconds: seconds, now: now) {
            case .fine: continue
            case .unknown: next.held[key] = memory.held[key]
            case .low(let start, let end, let rate):
                // A rule of the last 24 hours holds since a pull first found it so.
                let since = seconds > 0 ? start : memory.held[key]?.since ?? now
                var held = AlertMemory.Held(since: since, toldAt: memory.held[key]?.toldAt)
                if held.toldAt == nil, end.seconds(since: start) >= seconds {
                    held.toldAt = now
                    let message = "\(delivery.place.text) (\(delivery.subject)) delivers \(DeliveryFall.percent(rate)), \(reason(limit, seconds, start, end))"
                    alerts.append(Alert(rule: self, subject: delivery.subject, message: message, next: "phsync metrics \(delivery.subject)", at: now))
                }
                next.held[key] = held
            }
        }
        return alerts
    }

    private func reason(_ limit: Double, _ seconds: Int64, _ start: Timestamp, _ end: Timestamp) -> String {
        let limit = "\(AlertRule.percent(limit)) %"
        func text(_ time: Timestamp) -> String { "\(time.day) \(time.iso8601.dropFirst(11).prefix(5))" }
        return seconds > 0 ? "below \(limit) in each hour with events from \(text(start)) to \(text(end)) UTC" : "below \(limit) in the last 24 hours"
    }

    private func updates(_ facts: AlertFacts, _ memory: AlertMemory, _ next: inout AlertMemory, _ now: Timestamp) -> [Alert] {
        guard condition == .update else { return [] }
        var alerts: [Alert] = []
        for update in facts.updates where update.place.isMeant(by: self) {
            let key = AlertMemory.Key(rule: text, subject: "\(update.subject) \(update.latest)")
            let held = memory.held[key] ?? AlertMemory.Held(since: now, toldAt: now)
            if memory.held[key] == nil {
                alerts.append(
                    Alert(
                        rule: self, subject: update.subject,
                        message: "\(update.place.plugin) (\(update.subject)) can be updated: \(update.installed) → \(update.latest)",
                        next: "phsync show \(update.subject)", at: now))
            }
            next.held[key] = held
        }
        return alerts
    }
}

extension AlertPlace {
    /// "GeoIP@Web shop", "GeoIP".
    var text: String { projects.first.map { "\(plugin)@\($0)" } ?? plugin }
}
