/// The zone in which a project counts its days and hours.
package struct ProjectZone: Sendable, Equatable {
    /// As the instance names it; nil when it doesn't, or this machine doesn't know it: days are those of UTC then.
    package let name: String?
    package let rules: ZoneRules
    /// What the instance names and this machine doesn't know; nil otherwise.
    package let unknown: String?

    package static let utc = ProjectZone(name: "UTC", rules: .utc, unknown: nil)

    private init(name: String?, rules: ZoneRules, unknown: String?) {
        self.name = name
        self.rules = rules
        self.unknown = unknown
    }

    /// - Parameters:
    ///   - timezone: "Europe/Zurich"; nil when the instance names none.
    ///   - find: The rules of a zone that this machine knows.
    package init(_ timezone: String?, find: (String) -> ZoneRules?) {
        guard let timezone else { self = .utc; return }
        guard let rules = timezone == "UTC" ? .utc : find(timezone) else { self.init(name: nil, rules: .utc, unknown: timezone); return }
        self.init(name: timezone, rules: rules, unknown: nil)
    }

    /// "Europe/Zurich", "UTC: this machine does not know Mars/Base".
    package var text: String { name ?? "UTC: this machine does not know \(unknown ?? "the project's zone")" }

    /// Days since 1970 on its clock.
    package func dayNumber(of time: Timestamp) -> Int64 { rules.dayNumber(of: time) }
}
