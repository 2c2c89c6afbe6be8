import Models
import Storage
import Sync

/// Makes the edits that bring one config back to a version.
struct ConfigRestorer: Sendable {
    /// What was done, fit to be shown.
    struct Outcome: Sendable {
        let title: String
        let subject: String
        let version: ConfigVersion
        let left: [ConfigRestoration.Left]
        /// Edits that gave way: what each was.
        let replaced: [Change]
        let restored: [ConfigField]
        /// What is edited now; nil when nothing is.
        let difference: ConfigDifference?
    }

    let selected: SelectedConfig
    let version: ConfigVersion
    /// nil for all.
    let fields: Set<ConfigField>?
    let now: Timestamp

    /// One transaction: what is compared is what is edited.
    func restore(_ id: PluginConfigID, in mirror: MirrorTransaction) throws -> Outcome {
        guard let versions = try mirror.configs.versions(id), let base = versions.base, versions.remote != nil else {
            throw Problem(
                .failed, code: "config-gone", subject: id.subject,
                message: "\(selected.title) is gone from the remote, so an edit of it could not be pushed",
                next: "phsync show \(id.subject) --at now")
        }
        guard let plugin = try mirror.plugins.row(selected.pluginID)?.plugin else {
            throw Problem(
                .failed, code: "unknown-plugin", subject: selected.pluginID.subject,
                message: "the mirror does not have the plugin of \(selected.title), so it can't tell which keys are secret", next: "phsync pull")
        }
        let keys = try mirror.plugins.secretKeys(plugin.id).union(plugin.schema.secretKeys)
        // The content is read anew: a key may have become secret since the command looked.
        let content = try mirror.history.list(.config(id)).first { $0.version == version.row.version }
            .flatMap { ConfigContent(storedJSON: $0.content) } ?? version.content.concealing(keys)
        let restoration = ConfigRestoration(to: content, of: versions, schema: plugin.schema, secretKeys: keys, only: fields)
        guard !restoration.replaced.contains(where: { $0.state == .inFlight }) else {
            throw Problem(
                .failed, code: "in-flight", subject: id.subject,
                message: "\(selected.title) is part of a push that is under way or was interrupted; settle that first.", next: "phsync push")
        }
        try restoration.store(id, base: base, in: mirror, at: now)
        let input = try PlannerInput.all(in: mirror).first { $0.versions.id == id && !$0.versions.edits.isEmpty }
        return Outcome(
            title: selected.title, subject: id.subject, version: version, left: restoration.left,
            replaced: restoration.replaced.map { edit in
                Change(
                    field: edit.field, before: edit.shown(isSecret: edit.isSecret(among: keys)),
                    after: ShownValue(content[edit.field], isSecret: edit.field.isSecret(among: keys)))
            },
            restored: restoration.inputs.map(\.field), difference: input.map { ConfigDifference($0) })
    }
}

extension ConfigRestorer.Outcome {
    var result: CommandResult {
        CommandResult(
            outcome: restored.isEmpty ? "unchanged" : "restored", result: json, text: head + leftLines + replacedLines + body, next: next)
    }

    private var head: [Block] {
        let seen = TimeText.timestamp(version.row.recordedAt.milliseconds)
        return [.line(Line("\(title) (\(subject)), back to version \(version.row.version), first seen \(seen)", .bold))]
    }

    private var leftLines: [Block] {
        left.isEmpty ? [] : [.line("Can't be restored, and stays as it is:")] + left.map { left in
            .line(Line("  \(left.field.label): ") + Line(left.obstacle.text, .warning))
        }
    }

    private var replacedLines: [Block] {
        replaced.isEmpty ? [] : [.line("Your edits that this replaces:")] + replaced.lines
    }

    private var body: [Block] {
        if restored.isEmpty {
            let what = left.isEmpty ? "It is" : "Everything else is"
            return [.line(Line("\(what) as it was then; nothing was edited."))]
        }
        guard let difference else { return [.line("With that it is as the remote has it: there is nothing to push.")] }
        return [.line("Edited now:")] + difference.changes.lines + difference.conflicts.flatMap(\.lines)
    }

    private var next: String? {
        guard let difference else { return nil }
        return difference.conflicts.isEmpty ? "phsync plan" : "phsync diff \(subject)"
    }

    private var json: JSONValue {
        [
            "config": .string(subject), "title": .string(title), "version": JSONValue(version.row.version),
            "first_seen_at": .string(version.row.recordedAt.iso8601), "restored": .array(restored.map { .string($0.text) }),
            "left": .array(left.map { ["field": .string($0.field.text), "reason": .string($0.obstacle.code), "message": .string($0.obstacle.text)] }),
            "replaced": .array(replaced.map(\.json)), "changes": .array(difference?.changes.map(\.json) ?? []),
            "conflicts": .array(difference?.conflicts.map(\.json) ?? []),
        ]
    }
}

extension ConfigRestoration.Obstacle {
    var code: String {
        switch self {
        case .secret: "secret"
        case .secretSetSince: "secret-set-since"
        case .secretClearedSince: "secret-cleared-since"
        case .file: "file"
        case .fileAttachedSince: "file-attached-since"
        case .unfit: "unfit"
        }
    }

    var text: String {
        switch self {
        case .secret: "a secret, which may have been another one then"
        case .secretSetSince: "a secret that was not set then"
        case .secretClearedSince: "a secret that was set then; give it again with edit-config"
        case .file: "a file, whose contents of then are not known; attach it again with edit-config --attach"
        case .fileAttachedSince: "a file that was not attached then; edit-config --detach takes it away for good"
        case .unfit(let message): "its value of then can't be sent: \(message)"
        }
    }
}
