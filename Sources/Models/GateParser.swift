/// Reads one line of a gates file.
struct GateParser {
    private let words: [String]
    private let number: Int

    init(line: String, number: Int) {
        self.number = number
        var spaced = ""
        for character in line.replacing("≥", with: ">=").replacing("≤", with: "<=") {
            // `events>=100` is three words as well.
            let isSign = "<>=".contains(character)
            let wasSign = spaced.last.map { "<>=".contains($0) } ?? isSign
            if isSign != wasSign, spaced.last != " " { spaced += " " }
            spaced.append(character)
        }
        words = spaced.split { $0.isWhitespace }.map { $0.lowercased() }
    }

    /// nil for a line without anything in it.
    mutating func gate() throws(Gates.Mistake) -> Gate? {
        guard let first = words.first else { return nil }
        if first == "no" { return Gate(try subject(words.dropFirst(), isCount: true), .equal, .count(0), line: number) }
        guard let sign = words.firstIndex(where: { $0.allSatisfy { "<>=".contains($0) } }) else {
            let meant = NearestWord.find(first, in: ["no"] + Gate.Subject.allCases.map(\.rawValue)).map { "; did you mean \"\($0)\"?" } ?? ""
            throw mistake("\"\(words.joined(separator: " "))\" is no gate: write \"events >= 100\" or \"no new failures\"\(meant)")
        }
        let subject = try subject(words[..<sign], isCount: false)
        guard let comparison = GateParser.comparisons[words[sign]] else {
            throw mistake("\"\(words[sign])\" compares nothing; there are >=, <=, >, < and =")
        }
        return Gate(subject, comparison, try bound(words[(sign + 1)...].joined(), of: subject), line: number)
    }

    private static let comparisons: [String: Gate.Comparison] = [
        ">=": .atLeast, "<=": .atMost, ">": .above, "<": .below, "=": .equal, "==": .equal,
    ]

    private func subject(_ words: ArraySlice<String>, isCount: Bool) throws(Gates.Mistake) -> Gate.Subject {
        var name = words.joined(separator: " ")
        if name.hasSuffix(" events"), name != "events" { name = String(name.dropLast(" events".count)) }
        let known = Gate.Subject.allCases.filter { !isCount || ![.time, .events].contains($0) }
        if let subject = known.first(where: { $0.rawValue == name }) { return subject }
        let names = known.map(\.rawValue)
        let meant = NearestWord.find(name, in: names).map { "; did you mean \"\($0)\"?" } ?? "."
        throw mistake("\"\(name)\" can't be gated\(meant) There are \(names.joined(separator: ", ")).")
    }

    private func bound(_ text: String, of subject: Gate.Subject) throws(Gates.Mistake) -> Gate.Bound {
        if subject == .time {
            let digits = text.hasSuffix("x") || text.hasSuffix("×") ? text.dropLast() : text[...]
            guard text != digits, let ratio = Double(digits), ratio > 0, ratio.isFinite else {
                throw mistake("time is compared with the base's, as in \"time <= 2x\"; \"\(text)\" is no such ratio")
            }
            return .ratio(ratio)
        }
        if text.hasSuffix("%") {
            guard let percent = Double(text.dropLast()), (0...100).contains(percent), [.changed, .dropped, .failures, .newFailures].contains(subject) else {
                throw mistake("\"\(text)\" is no share of the events that \(subject.rawValue) could have")
            }
            return .percent(percent)
        }
        guard let count = Int(text), count >= 0 else {
            throw mistake("\"\(text)\" is no whole number, as in \"\(subject.rawValue) <= 5\"")
        }
        return .count(count)
    }

    private func mistake(_ reason: String) -> Gates.Mistake { Gates.Mistake(line: number, reason: reason) }
}
