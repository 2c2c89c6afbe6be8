/// A page read back strictly, as XML would be: every tag closed in its order, every attribute quoted, every entity known.
struct Element: Equatable {
    let name: String
    let attributes: [String: String]
    var children: [Node] = []

    enum Node: Equatable {
        case element(Element)
        case text(String)
    }

    struct Malformed: Error {
        let reason: String
    }

    var elements: [Element] {
        children.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    /// All its texts, in order.
    var text: String {
        children.map { node in
            switch node {
            case .element(let element): element.text
            case .text(let text): text
            }
        }.joined()
    }

    /// Itself and everything in it.
    var all: [Element] { [self] + elements.flatMap(\.all) }

    func all(_ name: String) -> [Element] { all.filter { $0.name == name } }

    init(page: String) throws {
        var reader = ElementReader(page)
        self = try reader.document()
    }

    fileprivate init(_ name: String, _ attributes: [String: String]) {
        self.name = name
        self.attributes = attributes
    }
}

private struct ElementReader {
    private var rest: Substring

    init(_ page: String) {
        rest = page[...]
    }

    mutating func document() throws -> Element {
        guard take("<!DOCTYPE html>\n") else { throw Element.Malformed(reason: "no doctype") }
        let root = try element()
        guard rest == "\n" else { throw Element.Malformed(reason: "text after the end: \(rest.prefix(40))") }
        return root
    }

    private mutating func element() throws -> Element {
        guard take("<") else { throw Element.Malformed(reason: "no tag: \(rest.prefix(40))") }
        let name = word()
        guard !name.isEmpty else { throw Element.Malformed(reason: "a tag without a name: \(rest.prefix(40))") }
        var attributes: [String: String] = [:]
        while take(" ") {
            let key = word()
            guard !key.isEmpty, take("=\""), let end = rest.firstIndex(of: "\"") else { throw Element.Malformed(reason: "bad attribute: \(rest.prefix(40))") }
            guard attributes[key] == nil else { throw Element.Malformed(reason: "attribute \(key) twice") }
            attributes[key] = try decoded(rest[..<end])
            rest = rest[rest.index(after: end)...]
        }
        var element = Element(name, attributes)
        if take("/>") { return element }
        guard take(">") else { throw Element.Malformed(reason: "a tag that does not end: \(rest.prefix(40))") }
        while !rest.hasPrefix("</") {
            if rest.hasPrefix("<") {
                element.children.append(.element(try self.element()))
            } else {
                guard let end = rest.firstIndex(of: "<") else { throw Element.Malformed(reason: "\(name) is not closed") }
                // What HTML does not unescape holds nothing to unescape.
                element.children.append(.text(name == "style" ? String(rest[..<end]) : try decoded(rest[..<end])))
                rest = rest[end...]
            }
        }
        guard take("</\(name)>") else { throw Element.Malformed(reason: "\(name) is closed by \(rest.prefix(20))") }
        return element
    }

    private mutating func word() -> String {
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
        rest = rest[word.endIndex...]
        return String(word)
    }

    private mutating func take(_ text: String) -> Bool {
        guard rest.hasPrefix(text) else { return false }
        rest = rest.dropFirst(text.count)
        return true
    }

    private func decoded(_ text: Substring) throws -> String {
        guard !text.contains("<"), !text.contains(">") else { throw Element.Malformed(reason: "a bare bracket in \(text.prefix(40))") }
        var result = ""
        var rest = text
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            guard let end = rest[start...].firstIndex(of: ";") else { throw Element.Malformed(reason: "a bare & in \(text.prefix(40))") }
            let entities = ["&amp": "&", "&lt": "<", "&gt": ">", "&quot": "\"", "&#39": "'"]
            guard let value = entities[String(rest[start..<end])] else { throw Element.Malformed(reason: "unknown entity \(rest[start...end])") }
            result += value
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
