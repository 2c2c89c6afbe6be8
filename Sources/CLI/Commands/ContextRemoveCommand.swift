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
        let places = try context.places()
        let settings = try context.settings()
        // A host from the environment has a mirror without a context in the settings.
        if !ContextName.isValid(name) || access(places.mirrorDirectory(name), F_OK) != 0 { _ = try ContextUseCommand.known(name, in: settings) }
        context.report.setContext(name)
        try await checkUnsent(name, places, context)
        guard try context.confirm("Remove the context \(name), its token and its mirror?", next: "phsync context remove \(name) --yes") else {
            throw Problem(.interrupted, code: "not-confirmed", message: "nothing was removed")
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

    /// Removes the folder with all that is in it, secrets and files that waited first and without a trace; symbolic links are
    /// removed, never followed.
    private static func removeMirror(_ directory: String, _ files: Files) throws(Problem) {
        do throws(FileError) {
            for folder in ["\(directory)/secrets", "\(directory)/attachments"] where isFolder(folder) {
                for file in try files.names(in: folder) { try files.erase("\(folder)/\(file)") }
            }
            try removeFolder(directory, files)
        } catch {
            throw error.problem
        }
    }

    private static func removeFolder(_ directory: String, _ files: Files) throws(FileError) {
        for name in try files.names(in: directory) {
            let path = directory + "/" + name
            if isFolder(path) { try removeFolder(path, files) } else { try files.remove(path) }
        }
        guard rmdir(directory) != 0, errno != ENOENT else { return }
        throw FileError(operation: .remove, path: directory, code: errno)
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
