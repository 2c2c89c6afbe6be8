import Models

/// A text in the person's editor, again and again until it can be taken or is given up.
///
/// Whatever was typed and not stored is kept in its file, without secrets; the next session of the same subject offers it. A
/// text that was stored is overwritten and removed.
struct EditorSession<Document: EditorText> {
    let context: CommandContext
    let document: Document
    private let editor: String
    private let text: PrivateText
    /// What the person sees first: the document, or what was left of an earlier session.
    private let start: [UInt8]

    /// - Parameter origin: Of the instance: texts of another one have another subject.
    init(_ context: CommandContext, _ document: Document, editor: String, origin: String) throws(Problem) {
        self.context = context
        self.document = document
        self.editor = editor
        let directory = try context.places().stateDirectory + "/editing"
        let key = String(SHA256.hexadecimal(of: Array("\(origin) \(document.subject)".utf8)).prefix(16))
        let left = LeftTexts(directory: directory, files: context.files)
        do throws(FileError) { try left.sweep(now: context.clock.nowMilliseconds()) } catch { throw error.problem }
        if let taken = try Self.offer(context, document, left, key) {
            text = taken
            do throws(FileError) { start = try taken.read() } catch { throw error.problem }
            return
        }
        start = Array(document.text.utf8)
        do throws(FileError) {
            text = try PrivateText(in: directory, key: key, name: document.fileName, files: context.files)
        } catch {
            throw error.problem
        }
    }

    /// Edits until there is nothing wrong, and hands what came of it to `store`.
    ///
    /// - Returns: nil when the text was left as it was.
    func run<T>(_ store: (Document.Reading) async throws(Problem) -> T) async throws(Problem) -> T? {
        var last = start
        do throws(Problem) {
            let reading = try edit(&last)
            let result: T? = if let reading { try await store(reading) } else { nil }
            destroy()
            return result
        } catch {
            throw try gaveUp(last, error)
        }
    }

    /// - Parameter last: The text as it is now, whatever happens.
    private func edit(_ last: inout [UInt8]) throws(Problem) -> Document.Reading? {
        var isFirst = true
        while true {
            try write(last)
            try open()
            let saved = try read()
            if isFirst, saved.elementsEqual(document.text.utf8) { return nil }
            if !isFirst, saved == last { throw givenUp }
            let verdict = try document.verdict(saved)
            if case .givenUp = verdict { throw givenUp }
            last = saved
            try Interruption.check()
            switch verdict {
            case .unchanged, .givenUp: return nil
            case .taken(let reading): return reading
            case .mistakes(let noted): last = Array(noted.utf8)
            }
            isFirst = false
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
        Problem(.interrupted, code: "given-up", subject: document.title, message: "given up; nothing was stored")
    }
}

// MARK: Files

extension EditorSession {
    /// Asks whether to go on with a text that was left behind; says where it is when nobody can be asked.
    private static func offer(
        _ context: CommandContext, _ document: Document, _ left: LeftTexts, _ key: String
    ) throws(Problem) -> PrivateText? {
        let found: (text: PrivateText, changedAt: Int64)?
        do throws(FileError) { found = try left.find(key, name: document.fileName) } catch { throw error.problem }
        guard let found else { return nil }
        let what = "a text of \(document.title), last changed at \(TimeText.timestamp(found.changedAt)), was never stored: \(found.text.path)"
        if context.prompt.isPossible {
            context.progress.clear()
            if try context.prompt.confirm("There is \(what). Go on with it, as it was then?") { return found.text }
        } else {
            context.report.add([
                Problem(.notice, code: "text-left", subject: found.text.path, message: "There is \(what)", next: document.next(found.text.path))
            ])
        }
        found.text.release()
        return nil
    }

    private func write(_ contents: [UInt8]) throws(Problem) {
        do throws(FileError) { try text.write(contents) } catch { throw error.problem }
    }

    private func read() throws(Problem) -> [UInt8] {
        do throws(FileError) { return try text.read() } catch { throw error.problem }
    }

    private func destroy() {
        do throws(FileError) {
            try text.destroy()
        } catch {
            context.report.add([
                Problem(.failed, code: "text-left", subject: text.path, message: "the edited text could not be removed: \(error.problem.message)")
            ])
        }
    }

    /// Keeps what was typed, and says where.
    private func gaveUp(_ last: [UInt8], _ cause: Problem) throws(Problem) -> Problem {
        // An editor that failed may have saved all the same.
        let saved = document.kept(try read())
        let contents = saved.isEmpty ? document.kept(last) : saved
        guard !contents.isEmpty, contents != document.kept(Array(document.text.utf8)) else {
            destroy()
            return cause
        }
        do throws(FileError) { try text.keep(contents) } catch { throw error.problem }
        let end = cause.message.hasSuffix(".") ? "" : "."
        return Problem(
            cause.kind, code: cause.code, subject: cause.subject,
            message: "\(cause.message)\(end) What was typed is kept\(document.keptNote) in \(text.path)",
            next: document.next(text.path) ?? cause.next)
    }
}

/// The person's editor, as the shell reads it.
enum EditorChoice {
    /// - Parameters:
    ///   - instead: What can be done without an editor.
    ///   - needsTerminal: Whether somebody has to be there.
    static func line(_ context: CommandContext, for command: String, instead: String, needsTerminal: Bool) throws(Problem) -> String {
        let help = "phsync help \(command)"
        if needsTerminal ? !context.prompt.isPossible : context.prompt.isForbidden {
            throw Problem(.usage, code: "no-terminal", message: "an editor needs a terminal. \(instead)", next: help)
        }
        for name in [Environment.Name.phsyncEditor, .visual, .editor] {
            if let line = context.environment[name] { return line }
        }
        throw Problem(
            .usage, code: "no-editor", subject: "PHSYNC_EDITOR",
            message: "no editor is set: set PHSYNC_EDITOR, VISUAL or EDITOR. \(instead)", next: help)
    }
}
