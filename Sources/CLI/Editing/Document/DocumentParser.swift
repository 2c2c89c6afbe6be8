import Models

/// Reads the text that came back from an editor, line by line; goes on after a mistake, to tell all of them at once.
///
/// `KEY = text`, `KEY := JSON`, either with `<<MARK` for lines up to one that is only MARK, and `#` for comments. A key that is
/// no plain word stands in quotes.
struct DocumentParser {
    /// Begins the comments that tell mistakes; they are taken out again when the text comes back.
    static let note = "#!"

    let lines: [String]
    private(set) var entries: [DocumentEntry] = []
    private(set) var mistakes: [DocumentMistake] = []
    /// Lines that hold something, but nothing that could be read.
    private(set) var unread: [Int] = []
    private(set) var comments: [Int] = []
    private var next = 0

    init(_ text: String) {
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            // Some editors end lines in their own way; a value that holds a carriage return is written as JSON.
            String(line.last == "\r" ? line.dropLast() : line)
        }
        if let first = lines.first?.unicodeScalars, first.first?.value == 0xFEFF { lines[0] = String(first.dropFirst()) }
        self.lines = lines
        while next < lines.count { readLine() }
        checkOnce()
    }

    private mutating func readLine() {
        let start = next
        next += 1
        let line = lines[start].trimmedBlanks
        if line.isEmpty { return }
        guard !line.utf8.starts(with: "#".utf8) else {
            comments.append(start)
            return
        }
        do throws(Mistake) {
            let (name, rest) = try DocumentParser.name(line)
            let (value, isTyped) = try self.value(rest)
            entries.append(DocumentEntry(name: name, value: value, isTyped: isTyped, lines: start..<next))
        } catch {
            mistakes.append(DocumentMistake(line: start, message: error.message))
            unread += start..<next
        }
    }

    /// The line above that is no comment; -1 when there is none.
    func lineAbove(_ line: Int) -> Int {
        var above = line - 1
        while comments.contains(above) { above -= 1 }
        return above
    }

    private struct Mistake: Error {
        let message: String

        init(_ message: String) { self.message = message }
    }

    /// The name, and what follows it: from "=" or ":=" on.
    private static func name(_ line: Substring) throws(Mistake) -> (DocumentEntry.Name, Substring) {
        if line.utf8.first == UInt8(ascii: "\"") { return try quotedName(line) }
        guard let equals = line.utf8.firstIndex(of: UInt8(ascii: "=")) else {
            throw Mistake("a line is KEY = text or KEY := JSON; # begins a comment")
        }
        var end = equals
        if end > line.startIndex, line.utf8[line.utf8.index(before: end)] == UInt8(ascii: ":") { end = line.utf8.index(before: end) }
        let name = line[..<end].trimmedBlanks
        guard ["enabled", "position"].contains(name) || DocumentEntry.Name.isBare(String(name)) else {
            throw Mistake("a key that is no plain word stands in quotes: \"KEY\" = text")
        }
        return (DocumentEntry.Name(bare: String(name)), line[end...])
    }

    private static func quotedName(_ line: Substring) throws(Mistake) -> (DocumentEntry.Name, Substring) {
        var isEscaped = false
        for index in line.utf8.indices.dropFirst() {
            let byte = line.utf8[index]
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                let end = line.utf8.index(after: index)
                return (.key(try json(String(line[..<end])).string ?? ""), line[end...].trimmedBlanks)
            }
        }
        throw Mistake("the key's closing quote is missing")
    }

    private mutating func value(_ rest: Substring) throws(Mistake) -> (JSONValue, isTyped: Bool) {
        let isTyped = rest.utf8.starts(with: ":=".utf8)
        guard isTyped || rest.utf8.first == UInt8(ascii: "=") else { throw Mistake("\"=\" or \":=\" is missing after the key") }
        let text = Substring(rest.utf8.dropFirst(isTyped ? 2 : 1)).trimmedBlanks
        let full = try text.utf8.starts(with: "<<".utf8) ? block(String(Substring(text.utf8.dropFirst(2)))) : String(text)
        guard isTyped else { return (.string(full), false) }
        return (try DocumentParser.json(continued(full)), true)
    }

    /// The lines up to the marker, joined.
    private mutating func block(_ marker: String) throws(Mistake) -> String {
        guard !marker.isEmpty, !marker.utf8.contains(UInt8(ascii: " ")) else {
            throw Mistake("a word is missing after <<: the lines up to one that is only this word are the value")
        }
        let start = next
        while next < lines.count {
            next += 1
            if lines[next - 1].trimmedBlanks == marker { return lines[start..<(next - 1)].joined(separator: "\n") }
        }
        throw Mistake("no line after this one is only \(marker), where the value would end")
    }

    /// JSON whose brackets are still open goes on in the next lines.
    private mutating func continued(_ text: String) -> String {
        var text = text
        let start = next
        while DocumentParser.openBrackets(text) > 0, next < lines.count {
            text += "\n" + lines[next]
            next += 1
        }
        if DocumentParser.openBrackets(text) > 0 { next = start }
        return text
    }

    private static func openBrackets(_ text: String) -> Int {
        var depth = 0
        var isString = false
        var isEscaped = false
        for byte in text.utf8 {
            if isString {
                if !isEscaped, byte == UInt8(ascii: "\"") { isString = false }
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: continue
            }
        }
        return depth
    }

    private static func json(_ text: String) throws(Mistake) -> JSONValue {
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw Mistake("this is \(error); a text after := stands in quotes, after = it stands as it is")
        }
    }

    private mutating func checkOnce() {
        var seen: Set<DocumentEntry.Name> = []
        for entry in entries where !seen.insert(entry.name).inserted {
            mistakes.append(DocumentMistake(line: entry.lines.lowerBound, message: "\(entry.name.text) is given twice"))
        }
    }
}

extension StringProtocol {
    /// Without spaces and tabs at both ends: told apart by scalar, since a letter may combine with the blank before it.
    var trimmedBlanks: Substring {
        var scalars = Substring(self).unicodeScalars[...]
        while scalars.first == " " || scalars.first == "\t" { scalars.removeFirst() }
        while scalars.last == " " || scalars.last == "\t" { scalars.removeLast() }
        return Substring(scalars)
    }
}
