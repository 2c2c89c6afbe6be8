import Models
import Storage
import Sync

/// `phsync source`: the code of a plugin as the mirror has it.
enum SourceCommand {
    static let command = Command(
        "source", summary: "shows the code of a plugin as the mirror has it",
        details: [
            "--from and --fetch give the mirror the code of a plugin whose code the API does not show. It has to be what is installed:"
                + " name and config_schema are compared. Such code is for review and dry runs; it is never pushed.",
            "--fetch downloads the plugin's public archive at its exact version from GitHub, GitLab or npm. Archives are read with unzip"
                + " and tar.",
        ],
        positionals: [CommandContext.pluginSelector],
        flags: [
            Flag("file", .text("NAME"), "print this file; as it is when stdout is no terminal"),
            Flag("from", .path("DIR|ZIP"), "take the code from a folder or an archive with one folder in it"),
            Flag("fetch", "download the plugin's public archive and take the code from it"),
        ],
        exclusive: [["file", "from", "fetch"]],
        examples: [
            Example("phsync source plugin:5", "its files"), Example("phsync source plugin:5 --file index.ts > index.ts", "one file"),
            Example("phsync source GeoIP --from ~/src/geoip", "code that the API does not show"),
        ],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let selector = context.arguments.positional("SELECTOR") ?? ""
        let project = instance.project
        let isGiving = context.arguments.has("from") || context.arguments.has("fetch")
        let mirror = isGiving ? try context.mirrorToEdit(instance) : try context.mirrorToRead(instance)
        let selected = try mirror.look { mirror in try Selector.plugin(selector, project: project, for: "source", in: mirror) }
        if let notice = selected.notice { context.report.add([notice]) }
        if isGiving {
            let (known, row) = try mirror.look { mirror in
                (try mirror.plugins.row(selected.id)?.plugin, try mirror.sources.row(selected.id))
            }
            guard let plugin = known else { preconditionFailure("a selected plugin is in the mirror") }
            guard row?.readAt == nil else {
                throw Problem(
                    .usage, code: "code-is-known", subject: plugin.id.subject,
                    message: "the mirror has the code of \(plugin.name) from the instance itself; there is nothing to give",
                    next: "phsync source \(plugin.id.subject)")
            }
            let (code, origin) = try await given(plugin, instance, context)
            let now = context.now()
            try await mirror.writing { mirror in
                try mirror.sources.storeGiven(code.files, of: plugin.id, form: SourceForm(of: plugin), from: origin, at: now)
            }
        }
        guard let view = try mirror.look({ mirror in try SourceView(selected.id, in: mirror) }) else {
            preconditionFailure("a selected plugin is in the mirror")
        }
        if let name = context.arguments.value("file") { return try print(name, of: view, context) }
        return CommandResult(
            outcome: isGiving ? "given" : nil, result: view.json, text: view.blocks, freshness: try context.freshness(mirror))
    }

    private static func print(_ name: String, of view: SourceView, _ context: CommandContext) throws(Problem) -> CommandResult {
        guard let text = view.files[name] else {
            throw Problem(
                .usage, code: "no-such-file", subject: "\(view.plugin.id.subject) \(name)",
                message: "the mirror has no file \(name) of \(view.plugin.name)", next: "phsync source \(view.plugin.id.subject)")
        }
        // Into a file or a pipe goes every byte; a terminal gets nothing that it would act on.
        if context.format == .text, !context.terminal.isOutputTerminal { return .document(text) }
        return CommandResult(
            result: ["plugin": .string(view.plugin.id.subject), "file": .string(name), "text": .string(text)], text: [.text(text)])
    }

    private static func given(
        _ plugin: Plugin, _ instance: Instance, _ context: CommandContext
    ) async throws(Problem) -> (GivenCode, origin: String) {
        if let path = context.arguments.value("from") {
            return (try GivenCode(try CodeArchive(path, files: context.files), of: plugin), path)
        }
        let archive = try PluginArchive(of: plugin, loopback: instance.context.archiveOrigin?.description)
        let file = try await ArchiveDownload(archive, of: plugin, context, settings: instance.context)
        defer { file.remove() }
        let code = try CodeArchive(file.path, format: archive.format, subfolder: archive.subfolder, files: context.files)
        return (try GivenCode(code, of: plugin), archive.url)
    }
}
