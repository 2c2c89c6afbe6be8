package import Models

/// The smallest request that makes a plugin's code what the person wants, from a re-read of this very moment; pure.
package struct SourceWrite: Sendable, Equatable {
    /// What follows the plugin's own path.
    package let action: String
    /// Only the files that are edited.
    package let body: JSONValue
    /// Files that the request carries.
    package let files: [String]

    /// Only changed files go, and null only for a file that has a text: for any other name the server would make an entry.
    ///
    /// - Parameter current: The files as the server just showed them.
    package init(changing current: SourceFiles, form: SourceForm, edits: [SourceEdit]) {
        let sent = edits.filter { $0.value != .deletion || current[$0.file] != nil }
        files = sent.map(\.file)
        switch form {
        case .endpoint:
            action = "update_source/"
            body = .object(JSONObject(sent.map { .init(key: $0.file, value: JSONValue($0.value.text)) }))
        case .field:
            precondition(sent.allSatisfy { $0.file == form.mainFile && $0.value.text != nil }, "the planner lets only the one text pass")
            action = ""
            body = ["source": JSONValue(sent.first?.value.text)]
        }
    }
}
