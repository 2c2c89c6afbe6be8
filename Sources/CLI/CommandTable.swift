/// All commands there are: the parser, the help and the completion read this and nothing else.
struct CommandTable: Sendable {
    let commands: [Command]

    /// The commands of phsync, in the order of the help.
    static let phsync = CommandTable(commands: [
        PullCommand.command,
        StatusCommand.command,
        DiffCommand.command,
        PluginsCommand.command,
        ConfigsCommand.command,
        ShowCommand.command,
        ErrorsCommand.command,
        ErrorsShowCommand.command,
        ErrorsStateCommands.seen,
        ErrorsStateCommands.mute,
        ErrorsStateCommands.unmute,
        ErrorsStateCommands.resolve,
        ErrorsStateCommands.note,
        ReproCommand.command,
        MetricsCommand.command,
        ReportCommand.command,
        AlertsCommand.command,
        EditConfigCommand.command,
        CopyCommand.command,
        SourceCommand.command,
        EditSourceCommand.command,
        DiscardCommand.command,
        ResolveCommand.command,
        ValidateCommand.command,
        DryRunCommand.command,
        PlanCommand.command,
        PushCommand.command,
        UpgradeCommand.command,
        LogsCommand.command,
        HistoryCommand.command,
        BlameCommand.command,
        RestoreCommand.command,
        HealCommand.command,
        NewPluginCommand.command,
        TestCommand.command,
        DemoCommand.command,
        LoginCommand.command,
        LogoutCommand.command,
        ContextListCommand.command,
        ContextUseCommand.command,
        ContextRemoveCommand.command,
        DoctorCommand.command,
        FsckCommand.command,
        CompletionCommand.command,
        HelpCommand.command,
    ])

    /// Flags of every command, accepted before and after its name.
    static let globalFlags: [Flag] = [
        Flag("context", .text("NAME"), "use this context instead of the current one"),
        Flag("project", .text("ID|NAME"), "use this project instead of the context's own"),
        Flag("output", short: "o", .choice(OutputFormat.allCases.map(\.rawValue)), "the form of the output"),
        Flag("no-color", "no colours, as NO_COLOR does"),
        Flag("no-input", "never ask anything"),
        Flag("quiet", short: "q", "no progress and no notices"),
        Flag("verbose", short: "v", "say each step on stderr"),
        Flag("help", short: "h", "show help and do nothing"),
        Flag("version", "show the version and do nothing"),
    ]

    static let globalExclusive = [["quiet", "verbose"]]

    func command(named name: String) -> Command? {
        commands.first { $0.name == name }
    }

    /// The commands whose name begins with that word: one, or a family.
    func family(_ word: String) -> [Command] {
        commands.filter { $0.words[0] == word }
    }

    /// The first words of all commands, each once.
    var firstWords: [String] {
        var seen: Set<String> = []
        return commands.map { $0.words[0] }.filter { seen.insert($0).inserted }
    }
}

/// The form of what goes to stdout.
enum OutputFormat: String, Sendable, CaseIterable {
    case text, json, ndjson
}
