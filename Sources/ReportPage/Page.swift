import Models

/// Parts that several sections use.
enum Page {
    static func time(_ time: Timestamp) -> Markup { .tag("time", ["datetime": time.iso8601], DayText.moment(time)) }

    static func section(_ part: ReportHealth.Part, _ title: String, _ children: [Markup]) -> Markup {
        .tag("section", ["id": part.rawValue], [.tag("h2", [:], title)] + children)
    }

    static func quiet(_ text: String) -> Markup { .tag("p", ["class": "quiet"], text) }

    static func command(_ line: String) -> Markup { .tag("code", ["class": "command"], line) }

    static func count(_ number: Int, _ noun: String) -> String { ReportPage.count(number, noun) }

    /// A sign whose form says the same as its colour; with its word for those who see neither.
    static func sign(_ level: ReportHealth.Level) -> Markup {
        let (word, shape): (String, Markup) =
            switch level {
            case .failing: ("Failing: ", .void("path", ["d": "M5 1h6l4 4v6l-4 4H5l-4-4V5zM5 5l6 6M11 5l-6 6"]))
            case .watch: ("Watch: ", .void("path", ["d": "M8 1.5L15 14H1zM8 6v4M8 11.5v1"]))
            case .well: ("Well: ", .void("path", ["d": "M8 1a7 7 0 1 0 .01 0zM4.5 8.2l2.5 2.5 4.5-5"]))
            }
        return .tag("svg", ["class": "sign", "viewBox": "0 0 16 16", "aria-hidden": "true"], shape) + .tag("span", ["class": "spoken"], word)
    }

    static func badge(_ text: String, _ kind: String) -> Markup { .tag("span", ["class": "badge \(kind)"], text) }
}
