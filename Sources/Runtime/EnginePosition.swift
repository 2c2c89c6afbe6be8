/// Moves a position from where JavaScriptCore points in an expression to where V8 does.
///
/// JavaScriptCore points at the dot of a read that fails, at the parenthesis of a call and at the end of a name; V8 at the property, at the
/// called name (or at `new`) and at the name's start, and at the `=` of a failing assignment.
/// - Source: measured on both engines, docs/runtime.md.
struct EnginePosition {
    private let lines: [[UInt8]]

    init(code: String) {
        lines = code.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
    }

    /// Line and column from 1, in the text as it was evaluated.
    func column(line: Int, column: Int) -> Int {
        guard lines.indices.contains(line - 1) else { return column }
        let text = lines[line - 1]
        let index = column - 1
        guard index >= 0, index <= text.count else { return column }
        if index < text.count {
            switch text[index] {
            case UInt8(ascii: "."): return dot(text, index) + 1
            case UInt8(ascii: "["): return (assignment(text, after: closing(text, index)) ?? index) + 1
            case UInt8(ascii: "("): return call(text, index) + 1
            default: break
            }
        }
        // The end of a name that there is none of.
        return index > 0 && isName(text[index - 1]) && !(index < text.count && isName(text[index])) ? nameStart(text, index) + 1 : column
    }

    private func dot(_ text: [UInt8], _ index: Int) -> Int {
        var start = index
        while start > 0, isName(text[start - 1]) || text[start - 1] == UInt8(ascii: ".") || text[start - 1] == UInt8(ascii: "?") { start -= 1 }
        // Inside an optional chain V8 points at the dot as well.
        if text[start..<index].contains(UInt8(ascii: "?")) { return index }
        var end = index + 1
        while end < text.count, isName(text[end]) { end += 1 }
        return assignment(text, after: end) ?? index + 1
    }

    /// The index of a `=` that assigns, right after `index` but for a space.
    private func assignment(_ text: [UInt8], after index: Int) -> Int? {
        var place = index
        while place < text.count, text[place] == UInt8(ascii: " ") { place += 1 }
        guard place < text.count, text[place] == UInt8(ascii: "=") else { return nil }
        let next = place + 1 < text.count ? text[place + 1] : 0
        return next == UInt8(ascii: "=") || next == UInt8(ascii: ">") ? nil : place
    }

    /// After the bracket that closes the one at `index`.
    private func closing(_ text: [UInt8], _ index: Int) -> Int {
        var depth = 0
        for place in index..<text.count {
            if text[place] == UInt8(ascii: "[") { depth += 1 }
            if text[place] == UInt8(ascii: "]") { depth -= 1 }
            if depth == 0 { return place + 1 }
        }
        return text.count
    }

    private func call(_ text: [UInt8], _ index: Int) -> Int {
        guard index > 0, isName(text[index - 1]) else { return index }
        let name = nameStart(text, index)
        var start = name
        while start > 0, isName(text[start - 1]) || text[start - 1] == UInt8(ascii: ".") { start -= 1 }
        let isConstructed = start >= 4 && text[(start - 4)..<start].elementsEqual("new ".utf8)
        return isConstructed && (start == 4 || !isName(text[start - 5])) ? start - 4 : name
    }

    private func nameStart(_ text: [UInt8], _ end: Int) -> Int {
        var start = end
        while start > 0, isName(text[start - 1]) { start -= 1 }
        return start
    }

    private func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "$"), UInt8(ascii: "#"), 0x80...: true
        default: false
        }
    }
}
