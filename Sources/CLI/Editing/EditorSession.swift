import Models
import Storage

/// A config in the person's editor, again and again until the text can be taken or is given up.
///
/// Whatever was typed is kept in a file when it is not stored, without secrets; the text itself is overwritten and removed on
/// every way out.
struct EditorSession {
    let context: CommandContext
    let document: ConfigDocument
    let editor: String
    private let text: PrivateText

    init(_ context: CommandContext, _ document: ConfigDocument, editor: String) throws(Problem) {
        self.context = context
        self.document = document
        self.editor = editor
        let directory = try context.places().stateDirectory + "/editing"
        let name = "config-\(document.target.versions?.id.description ?? "new").conf"
        do throws(FileError) {
            text = try PrivateText(in: directory, name: name, files: context.files)
        } catch {
            throw error.problem
        }
    }

    /// Edits until there is nothing wrong, and hands what came of it to `store`.
    ///
    /// - Returns: nil when the text was left as it was.
    func run<T>(_ store: (DocumentReading) async throws(Problem) -> T) async throws(Problem) -> T? {
        var last = document.text
        do throws(Problem) {
            let reading = try edit(&last)
            let result: T? = if let reading { try await store(reading) } else { nil }
            try destroy()
            return result
        } catch {
            throw try gaveUp(last, error)
        }
    }

    /// - Parameter last: The text as it is now, whatever happens.
    private func edit(_ last: inout String) throws(Problem) -> DocumentReading? {
        let pristine = last
        while true {
            let before = last
            try write(last)
            try open()
            let saved = try read()
            if saved == before, before == pristine { return nil }
            let reading = document.reading(saved)
            // An emptied text gives up; what was typed before it was emptied is worth keeping.
            guard !reading.isEmpty, saved != before else { throw givenUp }
            last = saved
            try Interruption.check()
            if reading.mistakes.isEmpty { return reading.edits.isEmpty ? nil : reading }
            last = document.noted(reading)
        }
    }

    private func open() throws(Problem) {
        context.progress.clear()
        let status = try ChildProcess.editor(editor, file: text.path)
        guard status != 0 else { return }
        let why = [126, 127].contains(status) ? "can't be started" : "ended with status \(status)"
        throw Problem(.failed, code: "editor-failed", subject: editor, message: "the editor \(why); nothing was stored")
    }

    private var givenUp: Problem {
        Problem(.interrupted, code: "given-up", subject: document.target.title, message: "given up; nothing was stored")
    }
}

// MARK: Files

extension EditorSession {
    private func write(_ contents: String) throws(Problem) {
        do throws(FileError) { try text.write(contents) } catch { throw error.problem }
    }

    private func read() throws(Problem) -> String {
        do throws(FileError) { return try text.read() } catch { throw error.problem }
    }

    private func destroy() throws(Problem) {
        do throws(FileError) {
            try text.destroy()
        } catch {
            context.report.add([
                Problem(.failed, code: "text-left", subject: text.path, message: "the edited text could not be removed: \(error.problem.message)")
            ])
        }
    }

    /// Keeps what was typed, and says where.
    private func gaveUp(_ last: String, _ cause: Problem) throws(Problem) -> Problem {
        // An editor that failed may have saved all the same.
        let saved = try read()
        let contents = document.reading(saved).isEmpty ? last : saved
        try destroy()
        guard contents != document.text else { return cause }
        let folder = try context.places().stateDirectory + "/kept"
        let path = "\(folder)/\(document.target.versions?.id.description ?? "new")-\(context.clock.nowMilliseconds()).conf"
        do throws(FileError) {
            try context.files.makePrivateDirectory(folder)
            try context.files.replace(path, with: Array(document.withoutSecrets(contents).utf8))
        } catch {
            throw error.problem
        }
        return Problem(
            cause.kind, code: cause.code, subject: cause.subject,
            message: "\(cause.message). What was typed is kept, without secrets, in \(path)", next: cause.next)
    }
}
