import Models
import Storage
import Sync

/// One copy whose source and target are found: asks for secrets, stores the edits, and says what was left out.
struct CopyWork: Sendable {
    let context: CommandContext
    let origin: Mirror
    let source: CopySource
    let target: EditTarget
    let place: Place

    func run(in mirror: Mirror) async throws(Problem) -> CommandResult {
        let copy = CopyEdits(source, target)
        let (secrets, missing) = try asked(copy.secrets)
        let edits = copy.edits + secrets + (try files(copy.waitingFiles))
        let issues = try EditConfigCommand.check(edits, target)
        let editor = ConfigEditor(selected: target.selected, edits: edits, now: context.now())
        let (id, inputs) = try await mirror.writing { mirror in
            (try editor.store(in: mirror), try PlannerInput.all(in: mirror))
        }
        context.report.add(issues)
        context.report.add(pluginNotice + notices(copy, missing, id))
        return result(EditConfigCommand.result(id, inputs, title: target.title), leftOut: missing + copy.serverFiles, id)
    }

    /// New values for secrets where somebody can be asked; the keys that stay as they are.
    private func asked(_ keys: [String]) throws(Problem) -> (edits: NewEdits, missing: [String]) {
        guard context.prompt.isPossible else { return ([], keys) }
        var edits: NewEdits = []
        var missing: [String] = []
        for key in keys {
            context.progress.clear()
            let answer = try context.prompt.secret("\(key) of \(target.title) (not shown; empty leaves it as it is): ")
            guard answer != Secret.mask else {
                throw Problem(.usage, code: "mask", subject: key, message: "that is the text of PostHog's mask, not a value. Nothing was changed.")
            }
            if answer.isEmpty { missing.append(key) } else { edits.append((.key(key), .secret(Secret(answer)))) }
        }
        return (edits, missing)
    }

    private func files(_ waiting: [(key: String, file: WaitingFile)]) throws(Problem) -> NewEdits {
        var edits: NewEdits = []
        for (key, file) in waiting {
            guard let bytes = try contents(file) else {
                throw Problem(
                    .temporary, code: "file-gone", subject: key, message: "the file \(key) was pushed or replaced just now. Nothing was changed.")
            }
            edits.append((.attachment(key), .file(NewFile(name: file.name, contentType: file.contentType, bytes: bytes))))
        }
        return edits
    }

    private func contents(_ file: WaitingFile) throws(Problem) -> [UInt8]? {
        do throws(Storage.FileError) {
            return try origin.attachments.read(file.reference)
        } catch {
            throw MirrorError(error).problem
        }
    }

    /// A context with a project of its own would leave the others out of its plan.
    private var projectFlag: String {
        place.instance.project == nil ? "" : " --project \(target.selected.projectID)"
    }

    private func result(_ edited: CommandResult, leftOut: [String], _ id: PluginConfigID) -> CommandResult {
        var result = edited
        var json = edited.result?.object ?? JSONObject()
        json["source"] = .string(source.selected.id?.subject ?? source.selected.title)
        json["context"] = .string(place.instance.name)
        json["left_out"] = .array(leftOut.map(JSONValue.string))
        result.result = .object(json)
        result.next = edited.next.map { "\($0)\(place.flags(in: context))\(projectFlag)" }
        return result
    }
}

extension CopyWork {
    private var pluginNotice: [Problem] {
        let match = PluginMatch.candidates(for: source.plugin, in: [target.plugin], isSameMirror: !place.isOther)
        guard match.isEmpty else { return [] }
        return [
            notice("other-plugin", target.plugin.name, "\(target.plugin.name) is another plugin than \(source.plugin.name)")
        ]
    }

    private func notices(_ copy: CopyEdits, _ missing: [String], _ id: PluginConfigID) -> [Problem] {
        let command = "phsync edit-config\(place.flags(in: context)) \(id.subject)"
        let secrets = missing.map { key in
            notice(
                "secret-not-copied", key, "\(target.title): \(key) is secret and was not copied; it stays as it is",
                next: "\(command) \(key.shellQuoted)=@FILE")
        }
        let files = copy.serverFiles.map { key in
            notice(
                "file-not-copied", key, "\(target.title): only the instance has the contents of the file \(key), so it was not copied",
                next: "\(command) --attach \(key.shellQuoted)=PATH")
        }
        let extra = copy.extraFiles.map { key in
            notice("file-kept", key, "\(target.title): the file \(key) stays; \(source.selected.title) has none", next: "\(command) --detach \(key.shellQuoted)")
        }
        return secrets + files + extra + unknown(copy)
    }

    private func unknown(_ copy: CopyEdits) -> [Problem] {
        let said = Set(copy.edits.compactMap { edit in if case .value = edit.input { edit.field.key } else { nil } })
        return copy.unknownKeys.filter { !said.contains($0) }.map { key in
            let end = source.content.attachments[key] == nil ? "" : "; the file was not copied"
            return notice("unknown-key", target.title, "\(target.title): \(key) is not in the plugin's schema\(end)")
        }
    }

    private func notice(_ code: String, _ subject: String, _ message: String, next: String? = nil) -> Problem {
        Problem(.notice, code: code, subject: subject, message: message, next: next)
    }
}
