import Models

/// The files of a write: parts of the form beside `config`, never inside it.
/// - Source: docs/api.md, "Attachments".
extension ConfigWrite {
    /// `remove_attachment[KEY]`, but only of what the re-read has just shown: of anything else the server answers 500,
    /// after it has saved the rest.
    static func removedFiles(_ edits: [Edit], _ current: JSONObject) -> [(name: String, value: String)] {
        edits.compactMap { edit in
            guard case .attachment(let key) = edit.field, edit.value == .unset,
                current[key].flatMap(AttachmentInfo.init(_:)) != nil
            else { return nil }
            return (name: "remove_attachment[\(key)]", value: "true")
        }
    }

    static func fileParts(_ edits: [Edit], _ files: [String: [UInt8]]) throws(WriteRefusal) -> [FilePart] {
        var parts: [FilePart] = []
        for edit in edits {
            guard case .attachment(let key) = edit.field, case .file(let file) = edit.value else { continue }
            guard let bytes = files[file.reference], bytes.count == file.sizeBytes else {
                throw WriteRefusal(code: .fileMissing, key: key)
            }
            parts.append(
                FilePart(
                    name: "add_attachment[\(key)]", file: NewFile(name: file.name, contentType: file.contentType, bytes: bytes)))
        }
        return parts
    }
}

extension ConfigContent {
    /// Sets the field to what the server will show for it: a file of a masked key shows nothing of itself.
    mutating func apply(_ edit: Edit, maskedKeys: Set<String>) {
        apply(edit)
        guard case .attachment(let key) = edit.field, case .file = edit.value, maskedKeys.contains(key) else { return }
        attachments[key] = .masked
    }

    /// The same, each file that the server has numbered by now with its number: it can't be known before it was sent.
    func numbered(like actual: ConfigContent) -> ConfigContent {
        var content = self
        for (key, file) in attachments where file.uid == AttachmentInfo.unknownUID {
            guard let uid = actual.attachments[key]?.uid else { continue }
            content.attachments[key] = AttachmentInfo(
                uid: uid, sizeBytes: file.sizeBytes, name: file.name, contentType: file.contentType)
        }
        return content
    }
}
