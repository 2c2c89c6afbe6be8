import Models
import Storage
import Sync

/// A plugin's newest release with the config as it is here; stored nowhere.
struct NewestRelease: Sendable {
    /// The release as people call it: its tag, or where its code was taken from.
    let name: String
    let version: DryRunVersion

    /// True of its every run.
    static let note = "the newest release ran with the config as it is here, without defaults of fields that are new in it"

    /// - Throws: `Problem` when there is none that is newer, or its code can't be had.
    init(of reproduction: Reproduction, _ context: CommandContext, _ instance: Instance) async throws(Problem) {
        let id = reproduction.group.pluginID
        guard let plugin = try context.mirrorToRead(instance).look({ mirror in try mirror.plugins.row(id)?.plugin }) else {
            throw Problem(.failed, code: "no-plugin", subject: id.subject, message: "the mirror does not have \(id.subject)", next: "phsync pull")
        }
        let path = context.arguments.value("from")
        let newer = plugin.latestTag.flatMap { $0.isEmpty || $0 == plugin.tag ? nil : $0 }
        guard let name = newer ?? path else {
            guard plugin.url != nil, plugin.type != "source", plugin.type != "local" else {
                throw Problem(
                    .usage, code: "not-installed", subject: id.subject,
                    message: "\(plugin.name) comes from no code host (\(plugin.type ?? "unknown type")), so there is no newer release of it; --from takes a folder")
            }
            throw Problem(
                .usage, code: "no-newer-release", subject: id.subject,
                message: "the mirror knows no newer release of \(plugin.name) than the installed \(plugin.tag ?? "one"); the instance can be asked to look for one",
                next: "phsync upgrade \(id.subject) --rehearse")
        }
        let files = try await NewerCode.files(of: plugin, newer ?? plugin.tag ?? "", from: path, instance, context)
        var version = reproduction.subject.local
        version.plugin = PluginIdentity(name: plugin.name, id: Int(id.rawValue), url: plugin.url, tag: newer)
        version.files = Dictionary(files.names.compactMap { name in files[name].map { (name, $0) } }) { $1 }
        version.manifest = files[PluginManifest.fileName] ?? "{}"
        version.entry = version.files["index.ts"] == nil ? nil : "index.ts"
        self.name = name
        self.version = version
    }

    /// The same event through this version.
    func subject(_ reproduction: Reproduction) -> DryRunSubject {
        DryRunSubject(
            subject: reproduction.subject.subject, title: reproduction.subject.title, local: version, base: nil, isEdited: false,
            era: reproduction.subject.era, events: reproduction.subject.events)
    }
}
