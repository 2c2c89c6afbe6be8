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
        ],
        examples: [Example("phsync demo", "the journey, step by step"), Example("phsync demo --serve --port 8000", "an instance to try things on")],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        var options = DemoServer.Options()
        options.port = UInt16(context.arguments.integer("port") ?? 0)
        let server = try DemoServer(state: .demo(now: DemoServer.systemClock()), options: options)
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
            while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(200)) }  // Cancelled is how it ends.
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

    private static func temporaryHome() throws(Problem) -> String {
        var template = Array("/tmp/phsync-demo-XXXXXX".utf8CString)
        guard let path = mkdtemp(&template) else {
            throw Problem(.failed, code: "no-temporary-folder", subject: "/tmp", message: "no folder could be made in /tmp: \(FileError.text(of: errno))")
        }
        return String(cString: path)
    }

    private static func remove(_ home: String) {
        // A folder of /tmp that stays behind harms nobody, and the walk is over.
        try? FileManager.default.removeItem(atPath: home)
    }
}
