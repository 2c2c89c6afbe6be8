import Models

/// One file of a plugin's code before and after, line by line; nil where there is none.
struct FileDifference: Sendable {
    /// Lines that people get to see of one file; the rest is counted.
    static let maximumLines = 400
    static let maximumLineCharacters = 300
    /// Lines that JSON output has of one file.
    static let maximumJSONLines = 5000

    let file: String
    let before: String?
    let after: String?
    private let difference: LineDiff

    init(file: String, before: String?, after: String?) {
        self.file = file
        self.before = before
        self.after = after
        difference = LineDiff(from: before ?? "", to: after ?? "")
    }

    private var word: String {
        switch (before, after) {
        case (nil, nil): "none"
        case (nil, .some): "added"
        case (.some, nil): "deleted"
        case (.some, .some): "changed"
        }
    }

    /// The file's name, what became of it, and how many lines.
    var heading: Line {
        Line("  \(file): \(word), ") + Line("+\(difference.addedCount) -\(difference.removedCount)", .dim)
    }

    var blocks: [Block] { [.line(heading)] + lines }

    /// The hunks with their context.
    var lines: [Block] {
        let all = difference.hunks.flatMap { hunk -> [Line] in
            [Line("    \(hunk.heading)", .dim)]
                + hunk.lines.flatMap { line in line.unified.map { Line("    \(Self.cut($0))", line.kind.style) } }
        }
        let shown = all.prefix(Self.maximumLines).map { Block.line($0) }
        guard all.count > Self.maximumLines else { return shown }
        return shown + [.line(Line("    … \(all.count - Self.maximumLines) more lines", .dim))]
    }

    var json: JSONValue {
        let lines = difference.unifiedText.split(separator: "\n", omittingEmptySubsequences: false)
        let isCut = lines.count > Self.maximumJSONLines
        return [
            "file": .string(file), "change": .string(word), "before_bytes": size(before), "after_bytes": size(after),
            "before_sha256": JSONValue(before.map(SourceForm.digest)), "after_sha256": JSONValue(after.map(SourceForm.digest)),
            "diff": .string(lines.prefix(Self.maximumJSONLines).joined(separator: "\n")), "diff_is_cut": .bool(isCut),
        ]
    }

    /// Bundled code has lines of a megabyte.
    static func cut(_ line: String) -> String {
        line.utf8.count > maximumLineCharacters && line.count > maximumLineCharacters ? line.prefix(maximumLineCharacters) + "…" : line
    }

    private func size(_ text: String?) -> JSONValue { text.map { JSONValue($0.utf8.count) } ?? .null }
}

extension LineDiff.Kind {
    fileprivate var style: Line.Style {
        switch self {
        case .same: .plain
        case .removed: .bad
        case .added: .good
        }
    }
}
