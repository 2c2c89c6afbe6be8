import Models

/// Flags that several commands which run plugins have.
enum DryRunFlags {
    static let plugin = Flag("plugin", .path("DIR"), "a plugin's folder instead of the mirror")
    static let config = Flag("config", .path("FILE"), "with --plugin: its config, one JSON object")
    static let attach = Flag("attach", .text("KEY=PATH"), isRepeated: true, "a file in the place of an uploaded one")
    static let era = Flag("era", .choice(Era.allCases.map(\.rawValue)), "run it as servers of that time did")
    static let gates = Flag("gates", .path("FILE"), "what has to hold; .phsync-gates of this folder without it")

    static let answers = Flag("answers", .path("FILE"), "what stand-ins for services' SDKs answer, one JSON object: {module: {call: answer}}")

    /// How a run goes.
    static let run: [Flag] = [
        Flag("events", .path("FILE|-"), "events, one JSON object a line; the mirror's samples without it"),
        Flag("method", .text("NAME"), isRepeated: true, "run only this method; may be repeated"),
        Flag("against", .choice(["base", "none"]), "what to compare with; base without it"),
        Flag("fetch", .choice(FetchPolicy.Mode.allCases.map(\.rawValue)), "what the plugin's requests meet; deny without it"),
        Flag("cassette", .path("FILE"), "recorded answers for --fetch replay; with live they are written there"),
        Flag("allow-host", .text("HOST"), isRepeated: true, "a host that --fetch live may ask; private:HOST for one in your network"), era,
        Flag("geoip", .path("FILE"), "a MaxMind City database for geoip.locate; without it there is none"),
        answers,
        Flag("clock", .text("TIME"), "the time when it starts; that of the newest event without it"),
        Flag("seed", .text("N"), "of the random numbers; 1 without it"),
        Flag("jobs", .integer("N", 1...64), "sandboxes at once; 2 without it"),
        Flag("trusted", "the code is yours: compile it to machine code, which is faster and guards less"),
        Flag("no-timings", "leave out what differs from run to run"),
    ]

    static let selectors = Positional(
        "SELECTOR", "a config: 12, a plugin's name, name@project; plugin:5 for all its configs", isRequired: false, isRepeated: true)

    /// Refuses flags that need each other, or can't go together.
    static func check(_ context: CommandContext) throws(Problem) {
        let arguments = context.arguments
        let isFolder = arguments.has("plugin")
        if isFolder, !arguments.values(of: "SELECTOR").isEmpty {
            throw Problem(.usage, code: "folder-or-selector", subject: "--plugin", message: "--plugin takes a folder in the place of what is in the mirror; leave the selectors out")
        }
        if arguments.has("config"), !isFolder {
            throw Problem(
                .usage, code: "config-needs-folder", subject: "--config", message: "--config goes with --plugin; a config of the mirror is edited instead",
                next: "phsync edit-config SELECTOR KEY=VALUE")
        }
    }
}

extension CommandContext {
    /// The sandbox that this build has.
    func sandbox() throws(Problem) -> SandboxService {
        guard let find = services.sandbox else {
            throw Problem(.failed, code: "no-sandbox", message: "there is no sandbox to run plugins in", next: "phsync doctor")
        }
        return try find(self)
    }

    /// The same, or why there is none, for commands that do without.
    func sandboxIfAny() -> (SandboxService?, missing: [String]) {
        do throws(Problem) {
            return (try sandbox(), [])
        } catch {
            return (nil, [error.message])
        }
    }
}
