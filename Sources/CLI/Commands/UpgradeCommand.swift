import Models
import Storage
import Sync

/// `phsync upgrade`: the newest version of a plugin against the installed one, then the upgrade itself.
enum UpgradeCommand {
    static let command = Command(
        "upgrade", summary: "rehearses the newest version of a plugin, then has it installed",
        details: [
            "The instance looks for a newer version. Its code is downloaded from the plugin's public archive (GitHub, GitLab, npm), or taken from --from."
                + " Its schema is held against the installed one and every config of the plugin; both run over the mirror's sample events.",
            "--rehearse stops there. Otherwise the instance installs it, which can't be taken back, and its code is read back: it has to be what was"
                + " rehearsed. What breaks a config or newly fails stops the upgrade (7), unless --no-verify is given, which the journal keeps.",
        ],
        positionals: [CommandContext.pluginSelector],
        flags: [
            Flag("rehearse", "install nothing"), Flag("from", .path("DIR|ZIP"), "the newer version's code, instead of downloading it"), Flag("yes", "don't ask"),
            Flag("no-verify", "install it although it breaks or fails something"), DryRunFlags.gates,
        ],
        exclusive: [["rehearse", "yes"], ["rehearse", "no-verify"]],
        examples: [Example("phsync upgrade plugin:5 --rehearse", "what would change"), Example("phsync upgrade GeoIP", "the same, then asks and installs it")], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let api = try context.api(instance)
        _ = try context.mirrorToRead(instance)
        let lock = try context.runLock(instance, command: "upgrade")
        defer { withExtendedLifetime(lock) {} }
        let mirror = try context.mirrorToEdit(instance)
        let id = try selected(context, mirror, instance)
        let adopted = try await api.asPulled(into: mirror)
        try await Pusher(api: adopted, mirror: mirror, now: context.now) { _ in }.checkIdentity()
        let upgrader = PluginUpgrader(api: adopted, mirror: mirror, now: context.now)
        context.progress.update("looking for a newer version")
        let looked = try await upgrader.lookForUpdates(id)
        let installed = try await upgrader.installed(id)
        guard let tag = looked.latestTag, tag != installed.plugin.tag else { return upToDate(installed.plugin) }
        let candidate = try await NewerCode.files(of: looked, tag, from: context.arguments.value("from"), instance, context)
        let facts = try mirror.look { mirror in try MirrorSubjects.facts(in: mirror) }
        let version = try await upgrader.versionToMeet(isFrozen: EraGuess(facts).era >= .november2023)
        let rehearsal = try await Rehearsal(installed, candidate, tag: tag, serverVersion: version, mirror, instance, context)
        guard !context.arguments.has("rehearse") else { return rehearsal.result(isVerified: true) }
        let isVerified = !context.arguments.has("no-verify")
        guard rehearsal.problems(isVerified: isVerified).allSatisfy({ $0.kind == .notice }) else { return rehearsal.result(isVerified: true) }
        try confirm(rehearsal, instance, context)
        let outcome = try await upgrader.upgrade(
            id, before: installed.state, beforeTag: installed.plugin.tag, expected: rehearsal.expected, tag: tag, isUnverified: !isVerified && rehearsal.stops)
        return result(rehearsal, outcome, isVerified: isVerified)
    }

    private static func selected(_ context: CommandContext, _ mirror: Mirror, _ instance: Instance) throws(Problem) -> PluginID {
        let text = context.arguments.positional("SELECTOR") ?? ""
        let project = instance.project
        let (selected, row) = try mirror.look { mirror in
            let selected = try Selector.plugin(text, project: project, for: "upgrade", in: mirror)
            return (selected, try mirror.plugins.row(selected.id))
        }
        if let notice = selected.notice { context.report.add([notice]) }
        guard let plugin = row?.plugin, row?.removedAt == nil else {
            throw Problem(.failed, code: "plugin-gone", subject: selected.id.subject, message: "\(selected.name) is gone from the remote", next: "phsync plugins")
        }
        guard plugin.url != nil, plugin.type != "source", plugin.type != "local" else {
            throw Problem(
                .usage, code: "not-installed", subject: plugin.id.subject,
                message: "\(plugin.name) comes from no code host (\(plugin.type ?? "unknown type")), so there is no newer version of it", next: "phsync edit-source \(plugin.id.subject)")
        }
        return plugin.id
    }

    private static func upToDate(_ plugin: Plugin) -> CommandResult {
        CommandResult(
            outcome: "unchanged", result: ["plugin": .string(plugin.id.subject), "installed": JSONValue(plugin.tag), "candidate": JSONValue(plugin.latestTag)],
            text: [.line("\(plugin.name) is at its newest version, \(plugin.tag ?? "unknown").")])
    }

    private static func confirm(_ rehearsal: Rehearsal, _ instance: Instance, _ context: CommandContext) throws(Problem) {
        guard !context.arguments.has("yes") else { return }
        context.progress.clear()
        if context.prompt.isPossible {
            let lines = rehearsal.blocks.compactMap { if case .line(let line) = $0 { line.rendered(colors: context.terminal.messageColors) } else { nil } }
            context.prompt.messages.write(lines.joined(separator: "\n") + "\n")
        }
        let next = context.line(["upgrade", rehearsal.subject, "--yes"])
        guard try context.confirm("Upgrade \(rehearsal.name) on \(instance.origin) to \(rehearsal.tag), for every project? It can't be taken back.", next: next) else {
            throw Problem(.interrupted, code: "not-confirmed", message: "nothing was upgraded", next: nil)
        }
    }

    private static func result(_ rehearsal: Rehearsal, _ outcome: PluginUpgrader.Outcome, isVerified: Bool) -> CommandResult {
        let proof = outcome.isAsRehearsed
            ? Line("upgraded", .good) + Line("  \(rehearsal.name) is \(rehearsal.tag), with the code that was rehearsed")
            : Line("not as rehearsed", .bad) + Line("  \(rehearsal.name)")
        var json = rehearsal.json.object ?? JSONObject()
        json["upgraded_to"] = JSONValue(outcome.installed?.plugin.tag)
        json["is_as_rehearsed"] = .bool(outcome.isAsRehearsed)
        return CommandResult(
            outcome: outcome.isAsRehearsed ? "upgraded" : "other-version", result: .object(json), text: rehearsal.blocks + [.line(proof)],
            next: outcome.isAsRehearsed ? "phsync validate \(rehearsal.subject)" : nil, problems: rehearsal.problems(isVerified: isVerified) + outcome.problems)
    }
}
