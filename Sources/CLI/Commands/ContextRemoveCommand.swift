import Glibc
import Models

/// `phsync context remove NAME`: forgets a context with its token and its mirror.
enum ContextRemoveCommand {
    static let command = Command(
        "context remove", summary: "removes a context with its token and its mirror",
        details: ["A mirror that holds edits which were never pushed is only removed with --force."],
        positionals: [Positional("NAME", "a context, as context list shows it")],
        flags: [
            Flag("yes", "don't ask"),
            Flag("force", "also when the mirror holds edits that were never pushed"),
        ],
        examples: [Example("phsync context remove staging", "asks, then removes it")],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let name = context.arguments.positional("NAME") ?? ""
        _ = try ContextUseCommand.known(name, in: try context.settings())
        context.report.setContext(name)
        let places = try context.places()
        try await checkUnsent(name, places, context)
        guard try context.confirm("Remove the context \(name), its token and its mirror?") else {
            return CommandResult(outcome: "nothing-to-do", text: [.line("Nothing was removed.")])
        }
        try Interruption.check()
        // The mirror goes last: if something fails before, it is still there and found again by the next login.
        let notices = try context.settingsFile().update { (settings, tokens) throws(Problem) in
            settings.remove(name)
            tokens.remove(name)
        }
        context.report.add(notices)
        try removeMirror(places.mirrorDirectory(name), context.files)
        return CommandResult(result: ["removed": .string(name)], text: [.line(Line("Removed the context \(name)."))])
    }

    private static func checkUnsent(_ name: String, _ places: Places, _ context: CommandContext) async throws(Problem) {
        guard !context.arguments.has("force"), access(places.mirrorFile(name), F_OK) == 0 else { return }
        // What can't be looked at may hold edits.
        var message = "this build can't tell whether the mirror of \(name) holds edits that were never pushed"
        if let hasUnsentEdits = context.services.hasUnsentEdits {
            guard try await hasUnsentEdits(places.mirrorFile(name)) else { return }
            message = "the mirror of \(name) holds edits that were never pushed"
        }
        throw Problem(
            .failed, code: "unsent-edits", subject: name, message: message, next: "phsync context remove \(name) --force")
    }

    /// Removes the files of the folder and the folder, secrets and files that waited first; symbolic links are removed, never
    /// followed.
    private static func removeMirror(_ directory: String, _ files: Files) throws(Problem) {
        do throws(FileError) {
            for folder in ["\(directory)/secrets", "\(directory)/attachments"] where isFolder(folder) {
                for file in try files.names(in: folder) { try files.erase("\(folder)/\(file)") }
                try files.removeDirectory(folder)
            }
            for file in try files.names(in: directory) { try files.remove(directory + "/" + file) }
        } catch {
            throw error.problem
        }
        guard rmdir(directory) != 0, errno != ENOENT else { return }
        throw FileError(operation: .remove, path: directory, code: errno).problem
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
