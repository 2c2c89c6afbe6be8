/// One error group as a report shows it.
package struct ReportError: Sendable, Equatable {
    /// "E12".
    package let id: String
    /// "GeoIP@Web shop", "GeoIP (3 projects)".
    package let place: String
    /// "config:12"; nil for an error of the plugin as such.
    package let configSubject: String?
    /// "TypeError"; "" when something else than an Error was thrown.
    package let name: String
    package let message: String
    package let count: Int
    /// Whether the server counts more than it shows.
    package let hasMore: Bool
    package let firstSeen: Timestamp
    package let lastSeen: Timestamp
    package let state: InboxState
    /// What somebody wrote down about it; "" for nothing.
    package let note: String
    /// Occurrences on each day of the report.
    package let days: [Int]
    /// What came just before the first occurrence; nil when nothing is known.
    package let cause: ReportCause?
    package let stack: String?
    /// The event that failed; nil when none is known.
    package let event: JSONValue?
    /// What was taken out of message, stack and event.
    package let hidden: PersonalDataSummary
    /// Whether it is that the server switched the config off, and the config is off still.
    package let isSwitchedOff: Bool

    package init(
        id: String, place: String, configSubject: String?, name: String, message: String, count: Int, hasMore: Bool, firstSeen: Timestamp,
        lastSeen: Timestamp, state: InboxState, note: String, days: [Int], cause: ReportCause?, stack: String?, event: JSONValue?,
        hidden: PersonalDataSummary, isSwitchedOff: Bool = false
    ) {
        self.id = id
        self.place = place
        self.configSubject = configSubject
        self.name = name
        self.message = message
        self.count = count
        self.hasMore = hasMore
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.state = state
        self.note = note
        self.days = days
        self.cause = cause
        self.stack = stack
        self.event = event
        self.hidden = hidden
        self.isSwitchedOff = isSwitchedOff
    }

    package var isUnseen: Bool { state.isUnseen }
    package var headline: String { Headline.of(name, message) }
    /// The headline as far as one line goes.
    package var firstLine: String { Headline.of(name, Headline.firstLine(message)) }
    package var countText: String { "\(count)\(hasMore ? "+" : "")" }
}

/// How an error is called in one line or more.
package enum Headline {
    /// "TypeError: no 'a'", "TypeError", "no 'a'"; never nothing.
    package static func of(_ name: String, _ message: String) -> String {
        if message.isEmpty { return name.isEmpty ? "(no message)" : name }
        return name.isEmpty ? message : "\(name): \(message)"
    }

    package static func firstLine(_ message: String) -> String { message.split(whereSeparator: \.isNewline).first.map(String.init) ?? "" }
}

/// The change that came just before an error was seen first.
package struct ReportCause: Sendable, Equatable {
    package let at: Timestamp
    /// "currencyProperty: \"currency\" → \"currency_code\"".
    package let text: String
    /// "" when nobody is named.
    package let author: String

    package init(at: Timestamp, text: String, author: String) {
        self.at = at
        self.text = text
        self.author = author
    }
}

/// One version that came to be: by a push from here, or seen by a pull.
package struct ReportChange: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case config, plugin, code

        /// The letter that marks it in a chart.
        package var letter: String {
            switch self {
            case .config: "C"
            case .plugin: "P"
            case .code: "S"
            }
        }

        package var word: String {
            switch self {
            case .config: "config"
            case .plugin: "plugin"
            case .code: "source"
            }
        }
    }

    package let at: Timestamp
    /// The day of it, as the report counts days.
    package let day: String
    package let kind: Kind
    /// "Currency Normalization@Web shop".
    package let title: String
    /// "config:12", "plugin:5".
    package let subject: String
    /// "" when it can't be told.
    package let author: String
    /// "push", "pull", "create", "restore"; "instance" when only its own log tells.
    package let origin: String
    /// Each with what was before and after; secrets only as set or not set.
    package let lines: [String]

    /// - Parameter day: nil for that in UTC.
    package init(at: Timestamp, day: String? = nil, kind: Kind, title: String, subject: String, author: String, origin: String, lines: [String]) {
        self.at = at
        self.day = day ?? at.day
        self.kind = kind
        self.title = title
        self.subject = subject
        self.author = author
        self.origin = origin
        self.lines = lines
    }

    /// "push by you", "by ida@example.com", "pull".
    package var who: String {
        if origin == "instance" { return author.isEmpty ? "from the instance\u{2019}s log" : "by \(author)" }
        return author.isEmpty ? origin : "\(origin) by \(author)"
    }

    /// The first thing that changed, and how many more.
    package var summary: String {
        guard let first = lines.first else { return "changed" }
        return lines.count == 1 ? first : "\(first), and \(lines.count - 1) more"
    }
}

/// What waits here for a decision or a push.
package struct ReportWaiting: Sendable, Equatable {
    /// One config, or one plugin's code, that is edited.
    package struct Item: Sendable, Equatable {
        package let subject: String
        package let title: String
        package let changes: [String]
        /// Fields or files that both sides have changed.
        package let conflicts: [String]

        package init(subject: String, title: String, changes: [String], conflicts: [String]) {
            self.subject = subject
            self.title = title
            self.changes = changes
            self.conflicts = conflicts
        }
    }

    package let items: [Item]
    /// Steps of an interrupted push of which nobody knows yet what became of them.
    package let unsettledSteps: Int

    package init(items: [Item], unsettledSteps: Int) {
        self.items = items
        self.unsettledSteps = unsettledSteps
    }

    package var conflictCount: Int { items.reduce(0) { $0 + $1.conflicts.count } }
    package var changeCount: Int { items.reduce(0) { $0 + $1.changes.count + $1.conflicts.count } }
}
