/// (base, local, remote) of one text → one text, line by line, with what both sides changed kept apart; pure.
///
/// A change of one side alone is taken, also when both made the very same one. Changes of both sides that overlap, or that have
/// no line in between which both left alone, are a conflict. Lines end at a line feed; every byte of a line is kept, a carriage
/// return or a missing last line feed included.
package struct TextMerge: Sendable, Equatable {
    /// A run of lines that is settled, or one where the sides clash.
    package enum Part: Sendable, Equatable {
        /// Lines that need no decision.
        case text(String)
        case conflict(Conflict)
    }

    /// The same place in all three texts; "" where a side has no lines there.
    package struct Conflict: Sendable, Equatable {
        package let base: String
        package let local: String
        package let remote: String
        /// Where the place begins in the base, from 1.
        package let baseLine: Int
    }

    /// In order; two of the same kind never follow each other, but conflicts may.
    package private(set) var parts: [Part] = []

    package init(base: String, local: String, remote: String) {
        let texts = Sides(base: LineDiff.split(base), local: LineDiff.split(local), remote: LineDiff.split(remote))
        var position = Place(base: 0, local: 0, remote: 0)
        for region in MergeRegion.all(
            LineChange.all(from: texts.base, to: texts.local), LineChange.all(from: texts.base, to: texts.remote)
        ) {
            let same = region.base.lowerBound - position.base
            append(texts.base[position.base..<region.base.lowerBound])
            let from = position.moved(by: same)
            let end = Place(
                base: region.base.upperBound, local: from.local + region.base.count + region.localGrowth,
                remote: from.remote + region.base.count + region.remoteGrowth)
            append(region, texts, from, end)
            position = end
        }
        append(texts.base[position.base...])
    }

    package var conflicts: [Conflict] {
        parts.compactMap { if case .conflict(let conflict) = $0 { conflict } else { nil } }
    }

    /// The merged text; nil when something needs a decision.
    package var text: String? {
        var merged = ""
        for part in parts {
            guard case .text(let text) = part else { return nil }
            merged += text
        }
        return merged
    }
}

extension TextMerge {
    private struct Sides {
        let base: [LineDiff.Piece]
        let local: [LineDiff.Piece]
        let remote: [LineDiff.Piece]
    }

    private struct Place {
        let base: Int
        let local: Int
        let remote: Int

        func moved(by count: Int) -> Place { Place(base: base + count, local: local + count, remote: remote + count) }
    }

    private mutating func append(_ region: MergeRegion, _ texts: Sides, _ from: Place, _ end: Place) {
        let local = texts.local[from.local..<end.local]
        let remote = texts.remote[from.remote..<end.remote]
        switch region.side {
        case .local: append(local)
        case .remote: append(remote)
        case .both where local == remote: append(local)
        case .both:
            parts.append(
                .conflict(
                    Conflict(
                        base: TextMerge.joined(texts.base[region.base]), local: TextMerge.joined(local),
                        remote: TextMerge.joined(remote), baseLine: region.base.lowerBound + 1)))
        }
    }

    private mutating func append(_ lines: ArraySlice<LineDiff.Piece>) {
        guard !lines.isEmpty else { return }
        let text = TextMerge.joined(lines)
        if case .text(let before) = parts.last {
            parts[parts.count - 1] = .text(before + text)
        } else {
            parts.append(.text(text))
        }
    }

    private static func joined(_ lines: ArraySlice<LineDiff.Piece>) -> String {
        var bytes: [UInt8] = []
        for line in lines {
            bytes += line.bytes
            if line.isTerminated { bytes.append(0x0A) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
