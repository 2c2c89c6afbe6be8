import Models
import Storage
import Sync

/// `phsync restore`: edits that bring a config, or a plugin's code, back to an earlier version; a push sends them.
enum RestoreCommand {
    static let command = Command(
        "restore", summary: "edits a config, or a plugin's code, back to an earlier version; a push sends it",
        details: [
            "Nothing is sent: the differences become edits, which diff, plan and discard treat like any other. Restoring and pushing"
                + " is how a push is taken back.",
            "Secrets and the contents of attached files are never shown by the instance, so they stay as they are; each is named, and so"
                + " is every edit of yours that a restored field replaces. Replaced edits of code are kept in a file.",
        ],
        positionals: [CommandContext.versioned],
        flags: [
            Flag("version", .integer("N", 1...Int(Int32.max)), "the version's number, as in phsync history"),
            Flag("at", .text("T"), "the version that the mirror knew then: \(TimeArgument.forms)"),
            Flag("key", .text("KEY"), isRepeated: true, "only this key, enabled or order; of code, only this file"),
        ],
        exclusive: [["version", "at"]],
        examples: [
            Example("phsync restore 12 --version 3", "all that can be restored"),
            Example("phsync restore 12 --at '2 days ago' --key region", "one key"),
            Example("phsync restore plugin:5 --version 1", "its code"),
        ], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let wanted = try wanted(context)
        let instance = try context.instance()
        let mirror = try context.mirrorToEdit(instance)
        let selector = context.arguments.positional("SELECTOR") ?? ""
        let project = instance.project
        let keys = context.arguments.values("key")
        let found = try mirror.look { mirror in try VersionedThing.find(selector, project, for: "restore", in: mirror) }
        let number = try wanted.number(in: found)
        switch found {
        case .code(let code):
            return try await CodeRestorer(context: context, mirror: mirror, code: code, number: number, names: keys).run()
        case .config(let selected, let history):
            guard let version = history.version(number) else { preconditionFailure("the number is of one of these versions") }
            let restorer = ConfigRestorer(
                selected: selected, version: version, fields: try fields(keys, history, version), now: context.now())
            return try await mirror.writing { mirror in try restorer.restore(history.id, in: mirror) }.result
        }
    }

    private static func wanted(_ context: CommandContext) throws(Problem) -> WantedVersion {
        if let number = context.arguments.integer("version") { return .number(Int64(number)) }
        guard let text = context.arguments.value("at") else {
            throw Problem(
                .usage, code: "missing-version", message: "say which version: --version N or --at T",
                next: "phsync history \((context.arguments.positional("SELECTOR") ?? "").shellQuoted)")
        }
        return .moment(try TimeArgument.moment(text, flag: "--at", now: context.now()))
    }

    /// The fields that the keys name; nil for all.
    private static func fields(
        _ keys: [String], _ history: ConfigHistory, _ version: ConfigVersion
    ) throws(Problem) -> Set<ConfigField>? {
        guard !keys.isEmpty else { return nil }
        let known = Set(version.content.fields(with: history.versions.first?.content ?? version.content))
        var fields: Set<ConfigField> = []
        for key in keys {
            let meant = [.key(key), .attachment(key)] + (ConfigField(text: key).map { [$0] } ?? [])
            let there = meant.filter(known.contains)
            guard !there.isEmpty else {
                let hint = NearestWord.find(key, in: known.map(\.label)).map { "; did you mean \"\($0)\"?" } ?? ""
                throw Problem(
                    .usage, code: "unknown-key", subject: key,
                    message: "neither version \(version.row.version) nor the latest has a key \(key)\(hint)", next: "phsync blame \(history.id.subject)")
            }
            fields.formUnion(there)
        }
        return fields
    }
}

extension CommandContext {
    static let versioned = Positional("SELECTOR", "a config: 12, a plugin's name, name@project; plugin:5 for its code")
}
