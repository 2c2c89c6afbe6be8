import DemoInstance
import FoundationEssentials
import Glibc
import Models

/// `phsync demo`: walks the journey on an instance of its own, in a home of its own.
enum DemoCommand {
    static let command = Command(
        "demo", summary: "walks through phsync on an instance of its own",
        details: ["Needs no server and no key, and never touches your own settings or mirrors."],
        flags: [
            Flag("keep", "leave the instance running until ^C"), Flag("serve", "only run the instance, without the walk"),
            Flag("port", .integer("N", 0...65535), "listen on this port; any free one without it"),
            Flag("scale", .integer("N", 1...100_000), "with --serve: a world with that many configs"),
            Flag("profile", .text("NAME"), "with --serve: play another PostHog, or another key, as docs/api.md lists them; \(DemoProfile.posthog2023_11.name) without it"),
            Flag("seed", .integer("N", 0...Int.max), "another seed gives another world of the same shape"),
            Flag("faults", .text("FILE"), "with --serve: a JSON list of what goes wrong; docs/cli.md says how to write it"),
            Flag("colleague", .integer("SECONDS", 1...86_400), "with --serve: somebody else changes a config every so often"),
        ],
        examples: [Example("phsync demo", "the journey, step by step"), Example("phsync demo --serve --port 8000", "an instance to try things on")],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let server = try server(context)
        defer { server.stop() }
        // With JSON, stdout is for the one document; --serve has no other output than its two lines.
        let isText = context.format == .text || context.arguments.has("serve")
        let output = Output(descriptor: isText ? STDOUT_FILENO : STDERR_FILENO)
        let home = try temporaryHome()
        defer { remove(home) }
        if !context.arguments.has("serve") {
            try await DemoWalk(server: server, home: home, context: context, output: output).walk()
        }
        if context.arguments.has("keep") || context.arguments.has("serve") {
            output.write("PHSYNC_HOST=\(server.url)\nPHSYNC_TOKEN=\(DemoKeys.admin)\n")
            await serve(server, context)
            return CommandResult(outcome: "stopped")
        }
        return CommandResult(
            outcome: "walked",
            text: [
                .blank, .line(Line("That was the whole journey. To go on:", .bold)),
                .line("  phsync demo --keep                 leaves this instance running, to try things on"),
                .line("  phsync login --host https://…      connects to your own instance; then: phsync pull"),
            ])
    }

    private static func server(_ context: CommandContext) throws(Problem) -> DemoServer {
        let arguments = context.arguments
        for flag in ["scale", "profile", "faults", "colleague"] where arguments.has(flag) && !arguments.has("serve") {
            throw Problem(
                .usage, code: "serve-only", subject: "--\(flag)",
                message: "the walk needs the world as it is; --\(flag) goes with --serve", next: "phsync demo --serve --\(flag) …")
        }
        var options = DemoServer.Options()
        options.port = UInt16(arguments.integer("port") ?? 0)
        if let path = arguments.value("faults") { options.faults = try FaultRule.list(from: try faultFile(path, context)) }
        let seed = UInt64(arguments.integer("seed") ?? 1)
        let now = DemoServer.systemClock()
        let (profile, variant) = try profile(named: arguments.value("profile") ?? DemoProfile.posthog2023_11.name)
        var state =
            arguments.integer("scale").map { DemoState.scaled(configs: $0, profile: profile, seed: seed, now: now, hasReview: true) }
            ?? .demo(profile: profile, seed: seed, now: now)
        variant?.apply(to: &state)
        return try DemoServer(state: state, options: options)
    }

    /// A recorded server, or a variant with the one that it stands on.
    private static func profile(named name: String) throws(Problem) -> (DemoProfile, DemoVariant?) {
        if let profile = DemoProfile(named: name) { return (profile, nil) }
        if let variant = DemoVariant(rawValue: name) { return (variant.base, variant) }
        let names = DemoProfile.all.map(\.name) + DemoVariant.names
        throw Problem(
            .usage, code: "unknown-profile", subject: "--profile",
            message: "there is no profile \"\(name)\"; there are \(names.joined(separator: ", "))",
            next: "phsync demo --serve --profile \(DemoProfile.posthog2023_11.name)")
    }

    /// More than anybody writes; a device never ends.
    private static let faultFileLimit = 1 << 20

    private static func faultFile(_ path: String, _ context: CommandContext) throws(Problem) -> JSONValue {
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try context.files.read(path, limit: faultFileLimit)
        } catch {
            throw error.problem
        }
        guard let bytes else {
            throw Problem(.usage, code: "no-file", subject: path, message: "there is no file \(path)", next: "phsync help demo")
        }
        guard bytes.count <= faultFileLimit else {
            throw Problem(.usage, code: "fault-file", subject: path, message: "\(path) is larger than 1 MiB", next: "phsync help demo")
        }
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw Problem(.usage, code: "fault-file", subject: path, message: "\(path) is not JSON: \(error)", next: "phsync help demo")
        }
    }

    /// Until ^C; meanwhile the colleague works, if there is one.
    private static func serve(_ server: DemoServer, _ context: CommandContext) async {
        let pause = context.arguments.integer("colleague")
        var colleague = DemoColleague(seed: UInt64(context.arguments.integer("seed") ?? 1))
        var ticks = 0
        while true {
            do {
                try await Task.sleep(for: .milliseconds(200))
            } catch {
                // A sleep fails only when it is cancelled: ^C.
                return
            }
            ticks += 1
            guard let pause, ticks % (pause * 5) == 0 else { continue }
            let what = server.withState { state in colleague.saveSomething(&state, now: DemoServer.systemClock()) }
            if let what { context.progress.step("somebody else has changed \(what)") }
        }
    }

    private static func temporaryHome() throws(Problem) -> String {
        // mkdtemp puts a name of its own in the place of the six X.
        var template = Array("/tmp/phsync-demo-XXXXXX".utf8CString)
        guard let path = mkdtemp(&template) else {
            throw Problem(.failed, code: "no-temporary-folder", subject: "/tmp", message: "no folder could be made in /tmp: \(FileError.text(of: errno))")
        }
        return String(cString: path)
    }

    private static func remove(_ home: String) {
        do {
            try FileManager.default.removeItem(atPath: home)
        } catch {
            // A folder of /tmp that stays behind, private and with the demo's own data alone, harms nobody; the walk is over.
        }
    }
}
