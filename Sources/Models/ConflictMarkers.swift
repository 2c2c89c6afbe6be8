/// A merge as one text for an editor, each conflict between markers as in git's "diff3" style.
package enum ConflictMarkers {
    package static let local = "<<<<<<< local"
    package static let base = "||||||| base"
    package static let middle = "======="
    package static let remote = ">>>>>>> remote"

    /// The merged text with the three sides of each clash between markers.
    package static func text(_ merge: TextMerge) -> String {
        merge.parts.map { part in
            switch part {
            case .text(let text): terminated(text)
            case .conflict(let conflict): block(conflict).map { $0 + "\n" }.joined()
            }
        }.joined()
    }

    /// One conflict, line by line.
    package static func block(_ conflict: TextMerge.Conflict) -> [String] {
        [local] + lines(conflict.local) + [base] + lines(conflict.base) + [middle] + lines(conflict.remote) + [remote]
    }

    /// Lines that are still markers, from 1; a line that a side has by itself is none.
    package static func lines(in text: String, of sides: [String?]) -> [Int] {
        let own = Set(sides.compactMap(\.self).flatMap { lines($0) }.filter(isMarker))
        return lines(text).enumerated().filter { isMarker($0.element) && !own.contains($0.element) }.map { $0.offset + 1 }
    }

    /// `text` without the line feed that markers have put at its end, where neither side ends with one.
    package static func settled(_ text: String, local: String, remote: String) -> String {
        let isUnterminated = [local, remote].allSatisfy { !$0.isEmpty && $0.utf8.last != 0x0A }
        guard isUnterminated, text.utf8.last == 0x0A else { return text }
        return String(decoding: Array(text.utf8.dropLast()), as: UTF8.self)
    }

    private static func isMarker(_ line: String) -> Bool {
        let plain = line.utf8.last == 0x0D ? String(decoding: Array(line.utf8.dropLast()), as: UTF8.self) : line
        return plain == middle || ["<<<<<<< ", "||||||| ", ">>>>>>> "].contains { plain.utf8.starts(with: $0.utf8) }
    }

    /// Without their line feeds.
    private static func lines(_ text: String) -> [String] {
        LineDiff.split(text).map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    private static func terminated(_ text: String) -> String { text.utf8.last == 0x0A ? text : text + "\n" }
}
