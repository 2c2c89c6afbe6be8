import Models
import Storage
import Sync

/// `phsync copy`: makes the values of one config those of another, as edits that a push sends.
enum CopyCommand {
    static let command = Command(
        "copy", summary: "copies a config's values to another project or context, as edits",
        details: [
            "TARGET is a project, PLUGIN@PROJECT or config:12 of the same instance; or a context, where the project of the same name is"
                + " meant; or any of the former before @CONTEXT. The plugin there is the one with the same url, else with the same name.",
            "Where the project has no config of the plugin a draft is made, which stays disabled. The switch and the order are never"
                + " copied. Secrets are asked for where somebody can be asked, an empty answer leaving one as it is; files of which"
                + " only the instance has the contents are named.",
            "Nothing is sent: the edits wait for a push.",
        ],
        positionals: [CommandContext.selector], flags: [Flag("to", .text("TARGET"), "where the values go")],
        examples: [
            Example("phsync copy GeoIP@Staging --to 'Web shop'", "to another project"),
            Example("phsync copy 12 --to config:7", "to one config"),
            Example("phsync copy 12 --to prod", "to the same project of another context"),
            Example("phsync copy 12 --to 'Web shop@prod'", "to a project of another context"),
        ],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        guard let text = context.arguments.value("to") else {
            throw Problem(.usage, code: "no-target", subject: "--to", message: "say with --to where the values go", next: "phsync help copy")
        }
        let origin = try context.mirrorToRead(instance)
        let selector = context.arguments.positional("SELECTOR") ?? ""
        let (source, projects) = try origin.look { mirror in
            (try CopySource.find(selector, instance.project, in: mirror), try mirror.projects.all())
        }
        let place = try Place.find(text, from: instance, projects: projects, in: context)
        let mirror = try context.mirrorToEdit(place.instance)
        let target = try mirror.look { mirror in try CopyTarget(source: source, place: place).find(in: mirror) }
        try checkTwo(source, target, place)
        let work = CopyWork(context: context, origin: origin, source: source, target: target, place: place)
        return try await work.run(in: mirror)
    }

    private static func checkTwo(_ source: CopySource, _ target: EditTarget, _ place: Place) throws(Problem) {
        guard !place.isOther, source.selected.id == target.selected.id else { return }
        throw Problem(
            .usage, code: "same-config", subject: target.title, message: "\(target.title) is the source and the target", next: "phsync configs")
    }
}
