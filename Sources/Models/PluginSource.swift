/// The files of a plugin's code, as one side has them.
///
/// The server may list a file with null: that is no text, and still not the same as no entry. Nothing of ours ever makes one.
package struct SourceFiles: Sendable, Equatable {
    /// What a side has of one file.
    package enum Entry: Sendable {
        case text(String)
        /// Listed by the server without a text.
        case null
    }

    package private(set) var entries: [String: Entry]

    package init(_ entries: [String: Entry] = [:]) {
        self.entries = entries
    }

    package init(texts: [String: String]) {
        entries = texts.mapValues(Entry.text)
    }

    /// Names in one order, those listed with null included.
    package var names: [String] { entries.keys.sorted() }

    package var totalBytes: Int { entries.keys.reduce(0) { $0 + (self[$1]?.utf8.count ?? 0) } }

    /// The file's text; nil when there is none, whether it is absent or null. Setting nil removes the file.
    package subscript(name: String) -> String? {
        get { if case .text(let text) = entries[name] { text } else { nil } }
        set { entries[name] = newValue.map(Entry.text) }
    }

    /// Makes the file what the edit wants.
    package mutating func apply(_ edit: SourceEdit) {
        switch edit.value {
        case .text(let text): self[edit.file] = text
        case .deletion: self[edit.file] = nil
        }
    }
}

extension SourceFiles {
    /// Reads `{filename: text or null}` as the server gives it.
    ///
    /// - Throws: `DecodeError` for any other form, and for more than this program can hold.
    package init(serverJSON json: JSONValue, of plugin: PluginID) throws(DecodeError) {
        let subject = "source of \(plugin.subject)"
        guard let object = json.object else { throw DecodeError(entity: subject, field: "", found: json.kind) }
        var entries: [String: Entry] = [:]
        for member in object.effective {
            // Two names that only differ in how an accent is composed would become one file here.
            guard entries[member.key] == nil, !member.key.isEmpty, !member.key.utf8.contains(0) else {
                throw DecodeError(entity: subject, field: member.key, found: "a name that is taken or can't be one")
            }
            switch member.value {
            case .null: entries[member.key] = .null
            case .string(let text): entries[member.key] = .text(text)
            default: throw DecodeError(entity: subject, field: member.key, found: member.value.kind)
            }
        }
        self.init(entries)
        if let problem = SourceLimits.excess(self) { throw DecodeError(entity: subject, field: "files", found: problem) }
    }
}

extension SourceFiles.Entry: Equatable {
    /// Byte for byte; Swift's own `==` would take two spellings of "é" for the same text.
    package static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.text(let a), .text(let b)): a.utf8.elementsEqual(b.utf8)
        case (.null, .text), (.text, .null): false
        }
    }
}

/// What is taken as a plugin's code at most: the server takes 20 MB in a request, and code is far smaller.
package enum SourceLimits {
    package static let fileBytes = 8 << 20
    package static let totalBytes = 16 << 20
    package static let fileCount = 500
    /// The width of the server's column.
    package static let nameCharacters = 200

    /// What is too much about the files, as the end of a sentence; nil when they are fine.
    package static func excess(_ files: SourceFiles) -> String? {
        if files.entries.count > fileCount { return "more than \(fileCount) files" }
        if let large = files.names.first(where: { (files[$0]?.utf8.count ?? 0) > fileBytes }) {
            return "\(large) of more than \(fileBytes >> 20) MiB"
        }
        return files.totalBytes > totalBytes ? "more than \(totalBytes >> 20) MiB" : nil
    }
}
