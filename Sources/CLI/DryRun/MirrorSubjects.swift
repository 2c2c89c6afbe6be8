import Models
import Storage
import Sync

/// Finds in the mirror what a command is to run, in one consistent read.
struct MirrorSubjects: Sendable {
    /// What to run, by subject; and what can't be run.
    private(set) var runnable: [DryRunSubject] = []
    private(set) var unrunnable: [Unrunnable] = []

    /// What the selectors name, whether it is edited or not; without any, everything that is edited: each config, and of
    /// edited code every config of the plugin in all projects.
    init(
        _ selectors: [String], edited: Edited, _ mirror: Mirror, _ instance: Instance, _ context: CommandContext
    ) throws(Problem) {
        let project = instance.project
        let gathered = try mirror.look { mirror in
            (
                facts: try MirrorSubjects.facts(in: mirror),
                materials: try DryRunMaterial.all(selectors, edited: edited, project: project, in: mirror)
            )
        }
        try self.init(
            gathered.materials, era: try EraChoice.choose(context, instance, facts: gathered.facts), mirror, instance, context)
    }

    init(
        _ materials: [DryRunMaterial], era: EraChoice, _ mirror: Mirror, _ instance: Instance, _ context: CommandContext
    ) throws(Problem) {
        let reader = WaitingReader(mirror: mirror)
        let given = try MirrorSubjects.givenEvents(context)
        let attached = try Attachments.given(context)
        var events: [ProjectID: DryRunEvents] = [:]
        for material in materials {
            if let problem = material.unrunnable {
                unrunnable.append(problem)
                continue
            }
            let projectID = material.projectID
            let input = EventInput(projectID: projectID, siteURL: "\(instance.origin)", keepsIP: era.era <= .august2022)
            if events[projectID] == nil {
                events[projectID] =
                    if let given { try given(input) } else { try mirror.look { mirror in try DryRunEvents.samples(of: projectID, input, in: mirror) } }
            }
            var subject = try material.subject(era: era, events: events[projectID] ?? .none, reader)
            subject.attach(attached)
            runnable.append(subject)
        }
    }

    /// `--events`, read once; a stdin can't be read for each project.
    private static func givenEvents(_ context: CommandContext) throws(Problem) -> ((EventInput) throws(Problem) -> DryRunEvents)? {
        guard context.arguments.knows("events"), let path = context.arguments.value("events") else { return nil }
        let bytes = try GivenFile.bytes(path, for: "--events", context)
        return { (input) throws(Problem) in try DryRunEvents.parse(bytes, from: path, input) }
    }

    /// What tells how old the server is.
    static func facts(in mirror: MirrorTransaction) throws(MirrorError) -> EraGuess.Facts {
        var facts = EraGuess.Facts()
        let profile = try mirror.meta.apiProfile().flatMap(APIProfile.init) ?? .nested
        facts.isNested = profile == .nested
        facts.isOldest = profile == .flatPlugins
        let plugins = try mirror.plugins.list().prefix(50)
        for row in plugins {
            guard let plugin = try mirror.plugins.row(row.id)?.plugin else { continue }
            if SourceForm(of: plugin) == .field { facts.keepsCodeInField = true }
            if row.enabledCount > 0 { facts.methods.formUnion((plugin.json["capabilities"]?["methods"]?.array ?? []).compactMap(\.string)) }
        }
        let rows = try mirror.configs.list().filter { !$0.isDraft }.prefix(5)
        for row in rows {
            guard let json = try mirror.configs.remote(row.id)?.json else { continue }
            if json["created_at"] != nil { facts.configsHaveCreation = true }
            if json["deleted"] != nil { facts.configsHaveDeletion = true }
        }
        return facts
    }
}

// MARK: What is wanted

extension MirrorSubjects {
    /// A config, or code that no config uses.
    enum Wanted: Hashable {
        case config(PluginConfigID)
        case plugin(PluginID)
    }

    static func wanted(_ edited: Edited, in mirror: MirrorTransaction) throws(MirrorError) -> [Wanted] {
        var wanted: [Wanted] = []
        for source in edited.sources { wanted += try all(of: source.id, in: mirror) }
        wanted += edited.configs.map { .config($0.versions.id) }
        return unique(wanted)
    }

    static func named(
        _ selectors: [String], edited: Edited, project: String?, in mirror: MirrorTransaction
    ) throws(MirrorError) -> [Wanted] {
        var wanted: [Wanted] = []
        for text in selectors {
            let source = try Selector.editedSource(text, of: edited.sources, in: mirror)
            if let source {
                wanted += try all(of: source, in: mirror)
            } else if text.hasPrefix("plugin:") {
                wanted += try all(of: try Selector.plugin(text, project: project, for: "dry-run", in: mirror).id, in: mirror)
            } else {
                wanted += try Selector.configIDs([text], project: project, for: "dry-run", in: mirror).map(Wanted.config)
            }
        }
        return unique(wanted)
    }

    private static func all(of plugin: PluginID, in mirror: MirrorTransaction) throws(MirrorError) -> [Wanted] {
        let configs = try mirror.configs.list().filter { $0.pluginID == plugin && $0.removedAt == nil }.map(\.id)
        return configs.isEmpty ? [.plugin(plugin)] : configs.sorted().map(Wanted.config)
    }

    private static func unique(_ wanted: [Wanted]) -> [Wanted] {
        var seen: Set<Wanted> = []
        return wanted.filter { seen.insert($0).inserted }
    }
}
