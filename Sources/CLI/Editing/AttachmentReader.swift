import Glibc
import Models
import Storage

/// Turns `--attach KEY=PATH` and `--detach KEY` into edits: the server takes any key and any file, so the checks are here.
struct AttachmentReader {
    /// The server sets no limit (it took 21 MB when it was recorded); this keeps a slip from filling memory and mirror.
    static let maximumBytes = 100 << 20

    let context: CommandContext
    let target: EditTarget

    func attach(_ text: String) throws(Problem) -> (field: ConfigField, input: EditTable.Input) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex, text.index(after: equals) != text.endIndex
        else {
            throw Problem(
                .usage, code: "bad-attach", subject: "--attach", message: "\"\(text)\" names no file: write --attach KEY=PATH")
        }
        let key = String(text[..<equals])
        try checkKey(key)
        return (.attachment(key), .file(try file(String(text[text.index(after: equals)...]), key: key)))
    }

    /// The server answers 500 when it is to take away what is not there.
    func detach(_ key: String) throws(Problem) -> (field: ConfigField, input: EditTable.Input) {
        guard target.local.attachments[key] != nil || target.versions?.base?.attachments[key] != nil else {
            let attached = target.local.attachments.keys.sorted().joined(separator: ", ")
            throw Problem(
                .usage, code: "not-attached", subject: key,
                message: "\(target.title) has no file \(key)" + (attached.isEmpty ? "" : "; it has: \(attached)"))
        }
        return (.attachment(key), .unset)
    }

    private func checkKey(_ key: String) throws(Problem) {
        guard !target.schema.attachmentKeys.contains(key) else { return }
        let keys = target.schema.fields.map(\.key).filter(target.schema.attachmentKeys.contains)
        var why = target.schema[key].map { "\(key) is of type \($0.type.text) in the plugin's schema, not a file" }
            ?? "the plugin's schema has no \"\(key)\", and the plugin would never see the file"
        if let nearest = NearestWord.find(key, in: keys) {
            why += "; did you mean \"\(nearest)\"?"
        } else {
            why += keys.isEmpty ? "; it takes no files" : "; its files are: \(keys.joined(separator: ", "))"
        }
        throw Problem(
            .usage, code: "not-an-attachment", subject: key, message: why,
            next: keys.isEmpty ? nil : "phsync show \(target.plugin.id.subject)")
    }

    private func file(_ path: String, key: String) throws(Problem) -> NewFile {
        let bytes: [UInt8]
        do throws(FileError) {
            guard let found = try context.files.read(path, limit: AttachmentReader.maximumBytes) else {
                throw FileError(operation: .open, path: path, code: ENOENT)
            }
            bytes = found
        } catch {
            throw Problem(
                .usage, code: "unreadable-file", subject: path, message: "the file for \(key) can't be read: \(error.problem.message)")
        }
        guard bytes.count <= AttachmentReader.maximumBytes else {
            throw Problem(
                .usage, code: "too-large", subject: path,
                message: "\(path) is larger than \(SizeText.of(Int64(AttachmentReader.maximumBytes))), the most that phsync attaches")
        }
        if bytes.isEmpty {
            context.report.add([
                Problem(.notice, code: "empty-file", subject: path, message: "\(path) is empty; the plugin gets a file of 0 bytes")
            ])
        }
        let name = AttachmentName.sent(path)
        guard name.unicodeScalars.count <= AttachmentName.maximumLength else {
            throw Problem(
                .usage, code: "long-name", subject: path,
                message: "the file's name is longer than the \(AttachmentName.maximumLength) characters that the server stores")
        }
        return NewFile(name: name, contentType: AttachmentName.contentType(name), bytes: bytes)
    }
}
