import Models
import Storage
import Sync

/// `phsync heal`: makes edits of what others saved and a push has undone; a push sends them.
enum HealCommand {
    static let command = Command(
        "heal", summary: "gives back what others saved and a push of yours has undone",
        details: [
            "The instance saves whole rows and lets the last writer win. Where its activity log shows that somebody saved another field"
                + " between a push's re-read and its write, their value is kept here and offered: as edits, which diff, plan and discard"
                + " treat like any other. Nothing is sent.",
            "A field that you have edited, or that somebody has saved since, is left as it is. Secrets can't be given back: nobody has"
                + " seen them.",
        ],
        positionals: [CommandContext.selectors], flags: [Flag("dismiss", "forget them instead: what is there now is right")],
        examples: [
            Example("phsync heal", "everything that is offered"), Example("phsync heal 12", "of one config"),
            Example("phsync heal 12 --dismiss", "it is right as it is"),
        ], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToEdit(instance)
        let selectors = context.arguments.values(of: "SELECTOR")
        let isDismissed = context.arguments.has("dismiss")
        let now = context.now()
        let healed = try await mirror.writing { mirror throws in
            let chosen = try Selector.configIDs(selectors, project: instance.project, for: "heal", in: mirror)
            let project = selectors.isEmpty ? try Selector.project(instance.project, in: mirror) : nil
            let offered = try Offered.all(in: mirror).filter { offered in
                (chosen.isEmpty || chosen.contains(offered.lost.configID)) && (project.map { $0 == offered.projectID } ?? true)
            }
            return try offered.map { try $0.settle(isDismissed: isDismissed, in: mirror, at: now) }
        }
        return result(healed, isDismissed: isDismissed)
    }

    private static func result(_ healed: [Offered.Settled], isDismissed: Bool) -> CommandResult {
        guard !healed.isEmpty else {
            return CommandResult(outcome: "nothing-to-do", result: [], text: [.line("No push has undone what somebody else saved.")])
        }
        let isEdited = healed.contains { $0.outcome == .edited }
        return CommandResult(
            outcome: isEdited ? "edited" : isDismissed ? "dismissed" : "unchanged", result: .array(healed.map(\.json)),
            text: healed.map { .line($0.line) }, next: isEdited ? "phsync plan" : "phsync status")
    }
}

/// A field that is offered, with the names that a person knows it by.
struct Offered: Sendable {
    let lost: LostField
    let projectID: ProjectID
    let title: String

    enum Outcome: String, Sendable {
        case edited, dismissed
        /// The person's own edit of the field stays.
        case kept
    }

    struct Settled: Sendable {
        let offered: Offered
        let outcome: Outcome
    }

    static func all(in mirror: MirrorTransaction) throws(MirrorError) -> [Offered] {
        let open = try LostField.open(in: mirror)
        guard !open.isEmpty else { return [] }
        let names = try mirror.projects.all().reduce(into: [:]) { $0[$1.id] = $1.name }
        var offered: [Offered] = []
        for lost in open {
            guard let row = try mirror.configs.row(lost.configID) else { continue }
            let plugin = try mirror.plugins.row(row.pluginID)?.plugin.name ?? row.pluginID.subject
            let title = "\(plugin)@\(names[row.projectID] ?? "project \(row.projectID)")"
            offered.append(Offered(lost: lost, projectID: row.projectID, title: title))
        }
        return offered
    }

    fileprivate func settle(isDismissed: Bool, in mirror: MirrorTransaction, at now: Timestamp) throws(MirrorError) -> Settled {
        var outcome = Outcome.dismissed
        if !isDismissed {
            outcome = try mirror.edits.edit(lost.configID, lost.field) == nil ? .edited : .kept
            if outcome == .edited {
                try mirror.edits.put(lost.configID, lost.field, lost.value.map(EditTable.Input.value) ?? .unset, at: now)
            }
        }
        if outcome != .kept { try mirror.lostFields.remove(lost.configID, lost.field) }
        return Settled(offered: self, outcome: outcome)
    }

    private var author: String { lost.author.isEmpty ? "the instance" : lost.author }

    var json: JSONValue {
        [
            "config": .string(lost.configID.subject), "title": .string(title), "field": .string(lost.field.text),
            "value": lost.value ?? .null, "was_set": .bool(lost.value != nil), "now": lost.left ?? .null, "author": .string(lost.author),
            "saved_at": .string(lost.savedAt.iso8601),
        ]
    }

    /// What `status` and `plan` say of it.
    var problem: Problem {
        Problem(
            .notice, code: "lost-field", subject: lost.configID.subject,
            message: "\(author) saved \(lost.field.label) of \(title) at the moment of your push, which has undone it:"
                + " \(ShownValue(lost.left, isSecret: false).text) is there, not \(ShownValue(lost.value, isSecret: false).text).",
            next: "phsync heal \(lost.configID.subject)")
    }
}

extension Offered.Settled {
    fileprivate var json: JSONValue {
        .object(JSONObject((offered.json.object?.members ?? []) + [.init(key: "outcome", value: .string(outcome.rawValue))]))
    }

    fileprivate var line: Line {
        let (lost, title) = (offered.lost, offered.title)
        let what = "\(lost.field.label) of \(title)"
        switch outcome {
        case .dismissed: return Line("Forgotten: \(what).")
        case .kept: return Line("\(what) stays as you have edited it.", .warning)
        case .edited:
            let (before, after) = Excerpt.pair(ShownValue(lost.left, isSecret: false).text, ShownValue(lost.value, isSecret: false).text)
            return Line("\(what): ") + Line(before, .bad) + Line(" → ") + Line(after, .good)
        }
    }
}
