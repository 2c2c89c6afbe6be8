/// What a person wants a file of a plugin's code to be; waits in the outbox until a push has confirmed it.
package struct SourceEdit: Sendable, Equatable {
    /// What the file is to become.
    package enum Value: Sendable, Equatable {
        case text(String)
        case deletion

        package var text: String? {
            if case .text(let text) = self { text } else { nil }
        }

        package static func == (left: Self, right: Self) -> Bool {
            switch (left.text, right.text) {
            case (nil, nil): true
            case (.some(let a), .some(let b)): a.utf8.elementsEqual(b.utf8)
            default: false
            }
        }
    }

    package let pluginID: PluginID
    package let file: String
    package let value: Value
    /// From the same sequence as the versions of other edits: no two edits of a mirror ever have the same.
    package let version: Int64
    package let madeAt: Timestamp
    package let state: Edit.State

    package init(
        pluginID: PluginID, file: String, value: Value, version: Int64, madeAt: Timestamp, state: Edit.State
    ) {
        self.pluginID = pluginID
        self.file = file
        self.value = value
        self.version = version
        self.madeAt = madeAt
        self.state = state
    }

    /// The same edit with another value.
    package func with(_ value: Value) -> SourceEdit {
        SourceEdit(pluginID: pluginID, file: file, value: value, version: version, madeAt: madeAt, state: state)
    }

    /// What decides what is sent, for a plan's digest.
    var identity: JSONValue {
        ["file": .string(file), "to": value.text.map { .string(SourceForm.digest($0)) } ?? .null]
    }
}

/// The three versions of one plugin's code; local is base plus the edits.
package struct SourceVersions: Sendable, Equatable {
    package let pluginID: PluginID
    package let form: SourceForm
    /// The files that both sides last agreed on; a file in conflict stays behind the others.
    package let base: SourceFiles
    package let remote: SourceFiles
    /// At most one per file.
    package let edits: [SourceEdit]

    package init(
        pluginID: PluginID, form: SourceForm, base: SourceFiles, remote: SourceFiles, edits: [SourceEdit]
    ) {
        self.pluginID = pluginID
        self.form = form
        self.base = base
        self.remote = remote
        self.edits = edits
    }

    package var local: SourceFiles {
        var files = base
        for edit in edits { files.apply(edit) }
        return files
    }
}
