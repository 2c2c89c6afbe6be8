import Models
import Storage
import Sync

/// What the mirror knows about one conflict beside its three sides.
struct ConflictNote: Sendable {
    let origin: RemoteOrigin?
    /// How the very same conflict was settled before.
    let earlier: ResolutionRow?

    static let none = ConflictNote(origin: nil, earlier: nil)
}

/// The notes of all conflicts among what is edited.
struct ConflictNotes: Sendable {
    private var notes: [String: ConflictNote] = [:]

    static let none = ConflictNotes()

    private init() {}

    init(_ edited: Edited, in mirror: MirrorTransaction) throws(MirrorError) {
        for input in edited.configs {
            for (edit, _) in ThreeWayMerge(input.versions, secretKeys: input.secretKeys).clashing {
                let sides = input.versions.sides(of: edit, secretKeys: input.secretKeys)
                notes[Self.key(input.versions.id.subject, edit.field.text)] = ConflictNote(
                    origin: try RemoteOrigin.of(edit.field, in: input.versions, mirror),
                    earlier: try sides.flatMap { (sides) throws(MirrorError) in try mirror.resolutions.row(sides) })
            }
        }
        for input in edited.sources {
            for edit in input.merge.clashing {
                notes[Self.key(input.id.subject, edit.file)] = ConflictNote(
                    origin: try RemoteOrigin.of(file: edit.file, in: input.versions, mirror),
                    earlier: try mirror.resolutions.row(input.versions.sides(of: edit)))
            }
        }
    }

    /// - Parameter field: As stored, or a file's name.
    subscript(subject: String, field: String) -> ConflictNote { notes[Self.key(subject, field)] ?? .none }

    private static func key(_ subject: String, _ field: String) -> String { "\(subject) \(field)" }
}

extension ConflictNote {
    /// Lines below the three sides.
    func lines(_ subject: String, _ label: String) -> [Block] {
        var lines: [Block] = []
        if let origin { lines.append(.line(Line("    remote: \(origin.text)", .dim))) }
        if let earlier {
            let answer = switch earlier.side {
            case .local: "yours was kept"
            case .remote: "the remote's was taken"
            case .edit: earlier.result.map { "it became \(ConflictNote.brief($0))" } ?? "it was taken away"
            }
            lines.append(
                .line(
                    Line("    settled before (\(earlier.subject), \(TimeText.timestamp(earlier.settledAt.milliseconds))): \(answer). Again: ", .dim)
                        + Line(Self.command(subject, label))))
        }
        return lines
    }

    func json(_ subject: String, _ label: String) -> [JSONObject.Member] {
        let before: JSONValue = earlier.map {
            [
                "side": .string($0.side.rawValue), "result": $0.result ?? .null, "subject": .string($0.subject),
                "at": .string($0.settledAt.iso8601), "accept": .string(Self.command(subject, label)),
            ]
        } ?? .null
        return [
            JSONObject.Member(key: "remote_change", value: origin?.json ?? .null), JSONObject.Member(key: "settled_before", value: before),
        ]
    }

    private static func command(_ subject: String, _ label: String) -> String {
        "phsync resolve \(subject) \(label.shellQuoted) --as-before"
    }

    private static func brief(_ value: JSONValue) -> String {
        let text = value.text
        return text.count > 60 ? "a text of \(text.count) characters" : text
    }
}
