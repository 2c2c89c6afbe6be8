import Models
import Storage

/// `phsync validate`: plugin.json, values and code, without running anything.
enum ValidateCommand {
    static let command = Command(
        "validate", summary: "checks plugin.json, values and code, without running anything",
        details: [
            "Without a selector everything that is edited is checked. Code is read by the compiler that the plugin server uses: syntax, imports, methods,"
                + " jobs, config keys that the code reads and the schema lacks, and the reverse, as servers of the instance's era have it.",
            "Each finding has a code, a place and a fix. Exit status 7 when one is an error; warnings alone are 0.",
        ],
        positionals: [DryRunFlags.selectors], flags: [DryRunFlags.plugin, DryRunFlags.config, DryRunFlags.era, posthogVersion],
        examples: [
            Example("phsync validate", "everything that is edited"), Example("phsync validate plugin:5", "the code of a plugin and all its configs"),
            Example("phsync validate --plugin . --config config.json", "a plugin's folder"),
        ],
        run: run)

    private static let posthogVersion = Flag("posthog-version", .text("VERSION"), "hold posthogVersion of plugin.json against this version; what the mirror knows of the instance's without it")

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        try DryRunFlags.check(context)
        if let folder = context.arguments.value("plugin") {
            let subject = try FolderSubject(folder, context)
            let target = ValidationTarget(folder: subject, era: (EraChoice.flag(context) ?? EraChoice(era: .december2023, note: nil)).era, context)
            return try await result([target], unchecked: [], server: try ServerToMeet.flag(context) ?? .unknown, freshness: [], context)
        }
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let selectors = context.arguments.values(of: "SELECTOR")
        let edited = selectors.isEmpty ? try context.edited(mirror, instance, command: "validate") : try mirror.look { mirror in try Edited.all(in: mirror) }
        let (targets, unchecked) = try ValidationTarget.inMirror(selectors, edited: edited, mirror, instance, context)
        let flagged = try ServerToMeet.flag(context)
        let server = if let flagged { flagged } else { try ServerToMeet(instance, mirror) }
        return try await result(targets, unchecked: unchecked, server: server, freshness: try context.freshness(mirror), context)
    }

    private static func dryRun(_ context: CommandContext) -> String {
        context.arguments.value("plugin").map { "phsync dry-run --plugin \($0.shellQuoted) --events FILE" } ?? "phsync dry-run"
    }

    private static func result(
        _ targets: [ValidationTarget], unchecked: [String], server: ServerToMeet, freshness: [Freshness], _ context: CommandContext
    ) async throws(Problem) -> CommandResult {
        guard !targets.isEmpty else {
            return CommandResult(
                outcome: "empty", result: ["findings": [], "not_checked": []],
                text: [.line("Nothing is edited, so there is nothing to check. Name what to check, as in phsync validate 12.")], next: "phsync configs", freshness: freshness)
        }
        let (sandbox, missing) = context.sandboxIfAny()
        let report = try await ValidationReport(targets, sandbox: sandbox, server: server, notChecked: unchecked + missing)
        return CommandResult(
            outcome: report.errorCount > 0 ? "invalid" : report.findings.isEmpty ? "valid" : "warnings", result: report.json, text: report.blocks,
            next: report.errorCount > 0 ? nil : report.isRunnable ? dryRun(context) : nil, freshness: freshness, problems: report.problems)
    }
}
