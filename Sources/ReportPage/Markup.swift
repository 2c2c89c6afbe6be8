/// A piece of HTML that is well formed and safe by the way it is made.
///
/// Names of tags and attributes are literals of this program; every other text is escaped where it enters. There is no way to put
/// a text in unescaped but `style`, which takes a literal too.
struct Markup: Sendable, Equatable {
    private(set) var html: String

    private init(html: String) {
        self.html = html
    }

    static let none = Markup(html: "")

    static func text(_ text: String) -> Markup { Markup(html: escaped(text)) }

    static func tag(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ children: Markup...) -> Markup {
        tag(name, attributes, children)
    }

    static func tag(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ children: [Markup]) -> Markup {
        var html = "<\(name)"
        append(attributes, to: &html)
        html += ">"
        for child in children { html += child.html }
        return Markup(html: html + "</\(name)>")
    }

    static func tag(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ text: String) -> Markup {
        tag(name, attributes, [.text(text)])
    }

    /// An element without an end tag.
    static func void(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:]) -> Markup {
        var html = "<\(name)"
        append(attributes, to: &html)
        return Markup(html: html + "/>")
    }

    /// The contents of a style element, which HTML does not unescape.
    static func style(_ css: StaticString) -> Markup { Markup(html: "<style>\(css)</style>") }

    static func joined(_ parts: [Markup], by separator: String = "") -> Markup {
        Markup(html: parts.map(\.html).joined(separator: escaped(separator)))
    }

    static func + (left: Markup, right: Markup) -> Markup { Markup(html: left.html + right.html) }

    var isEmpty: Bool { html.isEmpty }

    /// As it is stored: with the declaration that makes browsers follow the standard.
    var document: String { "<!DOCTYPE html>\n" + html + "\n" }

    private static func append(_ attributes: KeyValuePairs<StaticString, String>, to html: inout String) {
        for (name, value) in attributes { html += " \(name)=\"\(escaped(value))\"" }
    }

    /// Harmless in an element and in an attribute: no markup, and no character that hides or reorders what stands there.
    private static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { replacement($0) != nil }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let replacement = replacement(scalar) {
                result.append(contentsOf: replacement.unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    private static func replacement(_ scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "\"": "&quot;"
        case "'": "&#39;"
        case "\n", "\t": nil
        default: isUnsafe(scalar) ? "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : nil
        }
    }

    /// Control characters, separators of lines, noncharacters, and all that changes the direction of writing.
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xFDD0...0xFDEF: true
        default: scalar.value & 0xFFFE == 0xFFFE
        }
    }
}
