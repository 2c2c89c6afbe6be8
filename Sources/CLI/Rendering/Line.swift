/// One line of output, made of pieces that each have one look.
///
/// The pieces hold raw text, often from a server; it is escaped where it is rendered, so that nobody can forget to.
struct Line: Sendable, Equatable, ExpressibleByStringInterpolation {
    enum Style: Sendable {
        case plain, bold, dim, good, bad, warning
    }

    struct Span: Sendable, Equatable {
        var text: String
        var style: Style
    }

    var spans: [Span]

    init(_ text: String, _ style: Style = .plain) {
        spans = [Span(text: text, style: style)]
    }

    init(stringLiteral value: String) {
        self.init(value)
    }

    static func + (left: Line, right: Line) -> Line {
        var sum = left
        sum.spans += right.spans
        return sum
    }

    /// The line as a terminal gets it, at most `width` columns wide; a cut is marked with "…".
    func rendered(colors: Bool, width: Int? = nil) -> String {
        var left = width ?? .max
        let isCut = DisplayWidth.of(plain) > left
        if isCut { left -= 1 }
        var output = ""
        for span in spans {
            let text = DisplayWidth.prefix(TerminalEscape.line(span.text), columns: left)
            left -= DisplayWidth.of(text)
            output += colors ? span.style.colored(text) : text
        }
        return isCut ? output + "…" : output
    }

    /// The same, its end left out where it is wider; nil leaves it as it is.
    func cut(to width: Int?) -> Line {
        guard let width, DisplayWidth.of(plain) > width, let style = spans.first?.style else { return self }
        return Line(DisplayWidth.prefix(plain, columns: width - 1) + "\u{2026}", style)
    }

    /// The escaped text without its looks.
    var plain: String {
        spans.map { TerminalEscape.line($0.text) }.joined()
    }
}

extension Line.Style {
    fileprivate func colored(_ text: String) -> String {
        guard let code, !text.isEmpty else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    private var code: String? {
        switch self {
        case .plain: nil
        case .bold: "1"
        case .dim: "2"
        case .good: "32"
        case .bad: "31"
        case .warning: "33"
        }
    }
}

/// A part of a command's text.
enum Block: Sendable {
    case line(Line)
    case table(Table)
    /// Several lines as they are, a source or a document; only its control characters are escaped.
    case text(String)
    case blank
}
