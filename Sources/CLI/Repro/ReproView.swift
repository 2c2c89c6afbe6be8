import Models
import Storage

/// What became of a failing event, version beside version.
struct ReproView: Sendable {
    let reproduction: Reproduction
    let outcome: DryRunOutcome
    /// The newest release, when it was asked for.
    let newest: (release: NewestRelease, variant: DryRunVariant)?
    /// Whether the event was kept just now; nil when that was not asked for.
    let isSaved: Bool?
    let hasTimings: Bool
    /// Of the terminal; nil where nothing is cut.
    let width: Int?

    private struct Side {
        let title: String
        let word: String
        let variant: DryRunVariant
        let verdict: ReproVerdict
    }

    private var group: ErrorGroupRow { reproduction.group }
    private var isEdited: Bool { reproduction.subject.isEdited }
    private var notChecked: [String] { outcome.notChecked + (newest.map { _ in [NewestRelease.note] } ?? []) }

    private var sides: [Side] {
        var sides: [Side] = []
        if let base = outcome.comparison.base { sides.append(side("INSTALLED", "installed", base)) }
        if isEdited || sides.isEmpty { sides.append(side(isEdited ? "YOUR EDIT" : "RUN", "local", outcome.comparison.local)) }
        if let newest { sides.append(side("NEWEST \(newest.release.name.prefix(12))", "newest", newest.variant)) }
        return sides
    }

    private func side(_ title: String, _ word: String, _ variant: DryRunVariant) -> Side {
        Side(
            title: title, word: word, variant: variant,
            verdict: ReproVerdict(variant, name: group.name, message: group.message, method: group.method))
    }

    private var installed: ReproVerdict? { sides.first { $0.word == "installed" }?.verdict }
    private var local: ReproVerdict { sides.first { $0.word == "local" }?.verdict ?? sides[0].verdict }

    /// One word for scripts.
    var word: String {
        if isEdited, !local.isFailure { return installed?.isFailure ?? false ? "fixed" : "passes" }
        switch local {
        case .same: return isEdited ? "still-failing" : "reproduced"
        case .other: return "fails-otherwise"
        case .blocked: return "needs-answer"
        case .passes, .absent: return "not-reproduced"
        }
    }

    var problems: [Problem] {
        guard local.isFailure, let error = local.error else { return [] }
        let what = isEdited ? "with your edit the event still fails" : "the event fails here"
        let how = if case .same = local { " as it failed there" } else { "" }
        return [
            Problem(
                .invalid, code: word, subject: group.id.subject, message: "\(group.id.subject): \(what)\(how): \(DryRunText.headline(error))",
                next: next)
        ]
    }

    var next: String? {
        let config = reproduction.configID.subject
        if case .blocked = local { return "phsync repro \(group.id.subject) --fetch stub" }
        if local.isFailure {
            let helps = sides.last.map { $0.word == "newest" && $0.verdict == .passes } ?? false
            return helps ? "phsync upgrade \(group.pluginID.subject) --rehearse" : "phsync edit-config \(config)"
        }
        return isEdited ? "phsync dry-run \(config)" : "phsync errors show \(group.id.subject)"
    }
}

// MARK: Text

extension ReproView {
    var blocks: [Block] {
        let method = group.method.isEmpty ? "" : ", \(group.method)"
        let what = reproduction.event == nil ? "without an event" : "the event of \(TimeText.timestamp(reproduction.occurredAt.milliseconds))"
        var blocks = Wrap.blocks("\(group.id.subject)  ", group.headline, .bad, signStyle: .bold, width: width)
        blocks += Wrap.blocks(
            "\(reproduction.subject.title) (\(reproduction.configID.subject))\(method), \(what), era \(reproduction.subject.era.era.rawValue)", width: width)
        blocks += [.blank, .table(table)]
        blocks += sides.flatMap(excerpt)
        blocks += requests
        if let isSaved { blocks.append(.line(Line(isSaved ? "The event is kept: each dry run and push of this config runs it from now on." : "The event was kept before.", .good))) }
        if !notChecked.isEmpty { blocks += [.blank, .line(Line("Not checked:", .bold))] + notChecked.flatMap { Wrap.blocks("  ", $0, .dim, width: width) } }
        return blocks
    }

    private var table: Table {
        let columns = [Table.Column("")] + sides.map { Table.Column($0.title) }
        return Table(
            columns,
            rows: [
                [Line("the event", .bold)] + sides.map { ReproView.line($0.verdict) },
                [Line("error", .bold)] + sides.map { Line($0.verdict.error.map { DryRunText.headline($0) } ?? "-") },
                [Line("result", .bold)] + sides.map { Line(result($0)) },
            ])
    }

    private static func line(_ verdict: ReproVerdict) -> Line {
        switch verdict {
        case .same: Line("fails as it failed there", .bad)
        case .other: Line("fails, but otherwise", .bad)
        case .blocked: Line("needs an answer", .warning)
        case .passes: Line("passes", .good)
        case .absent: Line("there is no such method", .warning)
        }
    }

    /// What the method made of the event, in short.
    private func result(_ side: Side) -> String {
        let step = side.variant.steps.first { $0.event != nil && (group.method.isEmpty || PluginMethod.normalized($0.method) == group.method) }
        guard let step, !step.outcome.isFailure else { return "-" }
        guard step.outcome == .returned, let result = step.result, !result.isNull else { return step.outcome == .dropped ? "dropped" : "nothing" }
        return Excerpt.of([result.text])[0]
    }

    /// The author's lines where it fails; the sandbox tells their numbers.
    private func excerpt(_ side: Side) -> [Block] {
        guard let error = side.verdict.error, let line = error.line else { return [] }
        let version = version(side)
        guard let version, let text = error.file.flatMap({ version.files[$0] }) ?? version.entryName.flatMap({ version.files[$0] }) else { return [] }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard line <= lines.count else { return [] }
        let shown = (max(1, line - 2)...min(lines.count, line + 2)).map { number -> Block in
            let mark = number == line ? "> " : "  "
            let space = String(repeating: " ", count: String(line + 2).count - String(number).count)
            let text = Line("\(mark)\(space)\(number) | \(lines[number - 1].replacing("\t", with: "    "))", number == line ? .bold : .dim)
            return .line(text.cut(to: width))
        }
        return [.blank, .line(Line("\(side.title.lowercased()), \(error.file ?? version.entryName ?? ""):\(line)", .bold))] + shown
    }

    private func version(_ side: Side) -> DryRunVersion? {
        switch side.word {
        case "installed": reproduction.subject.base
        case "newest": newest?.release.version
        default: reproduction.subject.local
        }
    }

    private var requests: [Block] {
        let denied = sides.flatMap { side in side.variant.requests.filter { $0.answered == .denied }.map { "\($0.method) \($0.url)" } }
        var seen: Set<String> = []
        let unique = denied.filter { seen.insert($0).inserted }
        guard !unique.isEmpty else { return [] }
        return [.blank, .line(Line("Refused requests (--fetch stub, --cassette FILE):", .bold))] + unique.prefix(10).map { .line(Line("  \($0)", .warning)) }
    }
}

// MARK: JSON

extension ReproView {
    var json: JSONValue {
        var variants = JSONObject()
        for side in sides { variants[side.word] = json(side) }
        return [
            "id": .string(group.id.subject), "config_id": JSONValue(reproduction.configID.rawValue), "title": .string(reproduction.subject.title),
            "method": .string(group.method), "edited": .bool(isEdited), "variants": .object(variants),
            "saved": isSaved.map(JSONValue.bool) ?? .null, "not_checked": .array(notChecked.map(JSONValue.string)),
        ]
    }

    private func json(_ side: Side) -> JSONValue {
        var object = side.variant.json(withTimings: hasTimings).object ?? JSONObject()
        object["verdict"] = .string(side.verdict.word)
        object["error"] = side.verdict.error?.json ?? .null
        return .object(object)
    }
}
