import Glibc
import Models

/// `phsync new-plugin`: a folder with a plugin that works, and a test that passes.
enum NewPluginCommand {
    static let command = Command(
        "new-plugin", summary: "makes a folder with a plugin and a test that passes",
        details: ["The folder must not exist, or be empty. Nothing is sent anywhere; \"phsync test DIR\" runs its test."],
        positionals: [Positional("DIR", "the folder to make")],
        flags: [Flag("language", .choice(["typescript", "javascript"]), "typescript without it"), Flag("name", .text("NAME"), "the plugin's name; the folder's without it")],
        examples: [Example("phsync new-plugin geo", "a plugin in TypeScript"), Example("phsync new-plugin geo --language javascript", "in JavaScript")], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let folder = context.arguments.positional("DIR") ?? ""
        let existing: [String]
        do throws(FileError) {
            existing = try context.files.names(in: folder)
        } catch {
            throw Problem(.usage, code: "not-a-folder", subject: folder, message: "\(folder) can't be a plugin's folder: \(error.problem.message)")
        }
        guard existing.isEmpty else {
            throw Problem(.usage, code: "not-empty", subject: folder, message: "\(folder) is not empty: it has \(existing[0]). Nothing was written")
        }
        let last = folder.split(separator: "/").last.map(String.init) ?? "plugin"
        let template = PluginTemplate(name: context.arguments.value("name") ?? last, isTypeScript: context.arguments.value("language") != "javascript")
        try makeFolders(folder)
        for file in template.files { try AuthorFiles.write(file.text, to: "\(folder)/\(file.name)", replaces: false) }
        return CommandResult(
            outcome: "made", result: ["folder": .string(folder), "files": .array(template.files.map { .string($0.name) })],
            text: template.files.map { .line(Line("\(folder)/\($0.name)")) }, next: "phsync test \(folder.shellQuoted)")
    }

    private static func makeFolders(_ folder: String) throws(Problem) {
        var path = folder.hasPrefix("/") ? "/" : ""
        for part in folder.split(separator: "/") {
            path += (path.isEmpty || path.hasSuffix("/") ? "" : "/") + part
            try AuthorFiles.makeFolder(path)
        }
        try AuthorFiles.makeFolder("\(folder)/tests")
    }
}
