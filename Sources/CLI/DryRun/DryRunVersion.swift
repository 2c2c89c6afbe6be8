import Models

/// One version of a plugin's code with one config: all that a sandbox needs to know of it.
struct DryRunVersion: Sendable {
    var plugin: PluginIdentity
    /// 0 where no server has given the config an id.
    var configID: Int
    var projectID: ProjectID
    /// The text of plugin.json.
    var manifest: String
    /// By name, the entry under its own.
    var files: [String: String]
    /// nil when the server's own rules have to find it.
    var entry: String?
    var config: JSONObject
    var attachments: [String: AttachmentFile] = [:]
    /// New secrets that are in `config` in clear: no report may hold them.
    var secrets: [String] = []
    /// What stands in for something else.
    var notChecked: [String] = []

    func job(_ kind: DryRunJob.Kind, _ options: DryRunOptions, era: Era, clock: Timestamp) -> DryRunJob {
        DryRunJob(
            kind: kind, plugin: plugin, configID: configID, teamID: Int(projectID.rawValue), pluginJSON: manifest, files: files, entry: entry,
            config: config, attachments: attachments, era: era, clock: clock, seed: options.seed,
            fetch: FetchPolicy(mode: options.fetch, cassette: options.cassette), geoipPath: options.geoipPath, methods: options.methods,
            stubs: options.answers, secretsToRedact: secrets)
    }

    fileprivate mutating func attach(_ key: String, _ file: AttachmentFile) {
        attachments[key] = file
        notChecked.removeAll { $0 == DryRunVersion.absent(key) }
    }

    /// Said of a file whose contents are nowhere here.
    static func absent(_ key: String) -> String { "the contents of the file \(key) are only on the instance: it was absent" }

    /// True of every run.
    static let startsEmpty = "storage, cache and global started empty"

    /// The file that is run, where it can be told; for excerpts and positions.
    var entryName: String? {
        if let entry { return entry }
        return (PluginManifest(manifest)?.mainCandidates ?? ["index.js", "index.ts"]).first { files[$0] != nil }
    }

    /// Whether there is anything that a plugin server would run.
    var hasCode: Bool { entryName.flatMap { files[$0] }.map { !$0.isEmpty } ?? false }
}

/// What is run, and against what.
struct DryRunSubject: Sendable {
    /// "config:12", "plugin:5" or a folder.
    let subject: String
    /// "Currency Normalization@Web shop", for people.
    let title: String
    private(set) var local: DryRunVersion
    /// nil when there is nothing to compare with; equal to `local` when nothing is edited.
    private(set) var base: DryRunVersion?
    let isEdited: Bool
    /// The command that leads to what could be wrong.
    var next: String?
    let era: EraChoice
    let events: DryRunEvents

    /// Gives both versions these files in the place of uploaded ones.
    mutating func attach(_ files: [String: AttachmentFile]) {
        for (key, file) in files {
            local.attach(key, file)
            base?.attach(key, file)
        }
    }

    /// What is true of the run whatever comes of it.
    var notChecked: [String] {
        [era.note].compactMap { $0 } + local.notChecked + events.notes
    }
}

/// Something that was asked for and can't be run, and why.
struct Unrunnable: Sendable, Equatable {
    let subject: String
    let title: String
    let why: String
    let next: String?

    var text: String { "\(title) (\(subject)): \(why)" }
}

/// The contract that the plugins run under, and how it was found.
struct EraChoice: Sendable, Equatable {
    let era: Era
    /// Said when it was assumed.
    let note: String?

    /// The flag's word, checked by the parser.
    static func flag(_ context: CommandContext) -> EraChoice? {
        guard context.arguments.knows("era") else { return nil }
        return context.arguments.value("era").flatMap(Era.init).map { EraChoice(era: $0, note: nil) }
    }

    /// `--era`, else the context's setting, else what the instance shows.
    static func choose(_ context: CommandContext, _ instance: Instance, facts: EraGuess.Facts) throws(Problem) -> EraChoice {
        if let choice = flag(context) { return choice }
        if let text = instance.context.runtimeEra {
            if let era = Era(rawValue: text) { return EraChoice(era: era, note: nil) }
            let words = Era.allCases.map(\.rawValue)
            let near = NearestWord.find(text, in: words).map { "; did you mean \"\($0)\"?" } ?? ""
            throw Problem(
                .usage, code: "bad-era", subject: "runtime_era", message: "runtime_era of the context \(instance.name) is \"\(text)\"\(near) There are \(words.joined(separator: ", "))",
                next: "phsync login --context \(instance.name) --host \(instance.origin) --era \(words.last ?? "")")
        }
        let guess = EraGuess(facts)
        let note = "the server does not say how old it is: era \(guess.era.rawValue) was assumed (--era, or runtime_era of the context)"
        return EraChoice(era: guess.era, note: guess.isCertain ? nil : note)
    }
}
