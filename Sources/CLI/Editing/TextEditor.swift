import Glibc
import Models

/// Lets the person change a text in an editor of theirs, in a private file of its own.
struct TextEditor {
    /// What came out of the editor, and where it still lies.
    struct Outcome {
        let bytes: [UInt8]
        let path: String
        fileprivate let folder: String

        fileprivate init(bytes: [UInt8], path: String, folder: String) {
            self.bytes = bytes
            self.path = path
            self.folder = folder
        }

        /// Removes the file; call it once the text is stored elsewhere, or worth nothing.
        func remove() {
            unlink(path)
            rmdir(folder)
        }
    }

    let context: CommandContext

    /// Runs the editor on `text` until it ends.
    ///
    /// - Parameter name: What the file is called, so that the editor knows its language.
    /// - Returns: nil when the text was left as it is.
    /// - Throws: `Problem` when there is no editor or it failed; nothing was changed then, and a text that was is kept.
    func edit(_ text: String, name: String) throws(Problem) -> Outcome? {
        let command = try command()
        let outcome = try write(text, name: name)
        context.progress.clear()
        let status = try ChildProcess.editor(command, file: outcome.path)
        let bytes = try read(outcome)
        let isChanged = !bytes.elementsEqual(text.utf8)
        if status == 0, isChanged { return Outcome(bytes: bytes, path: outcome.path, folder: outcome.folder) }
        guard status != 0 else {
            outcome.remove()
            return nil
        }
        if !isChanged { outcome.remove() }
        let kept = isChanged ? " Your text is kept in \(outcome.path)" : ""
        throw Problem(
            .failed, code: "editor-failed", subject: command,
            message: "the editor ended with status \(status), so nothing was changed.\(kept)", next: "phsync help edit-source")
    }

    private func command() throws(Problem) -> String {
        let environment = context.environment
        guard let command = environment[.phsyncEditor] ?? environment[.visual] ?? environment[.editor] else {
            throw Problem(
                .usage, code: "no-editor", subject: "PHSYNC_EDITOR",
                message: "there is no editor: set PHSYNC_EDITOR, VISUAL or EDITOR, or give the text with --from PATH",
                next: "phsync help edit-source")
        }
        guard !context.arguments.has("no-input") else {
            throw Problem(.usage, code: "no-prompt", subject: "--no-input", message: "--no-input is set, so no editor is started; use --from PATH")
        }
        return command
    }

    private func write(_ text: String, name: String) throws(Problem) -> Outcome {
        var random = SystemRandomNumberGenerator()
        let folder = try context.places().stateDirectory + "/edit-" + String(random.next(), radix: 16)
        let last = name.split(separator: "/").last.map(String.init) ?? name
        let path = folder + "/" + last
        do throws(FileError) {
            try context.files.makePrivateDirectory(folder)
            try context.files.replace(path, with: Array(text.utf8))
        } catch {
            throw error.problem
        }
        return Outcome(bytes: [], path: path, folder: folder)
    }

    private func read(_ outcome: Outcome) throws(Problem) -> [UInt8] {
        do throws(FileError) {
            guard let bytes = try context.files.read(outcome.path) else {
                throw FileError(operation: .open, path: outcome.path, code: ENOENT)
            }
            return bytes
        } catch {
            throw error.problem
        }
    }
}
