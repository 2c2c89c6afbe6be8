package import Models

/// One file of a plugin's code, changed here and on the remote, merged line by line; pure.
package struct FileMerge: Sendable {
    /// Line by line, for showing where the sides overlap.
    package let merge: TextMerge
    private let text: String?

    /// The file with both changes; nil when it needs a decision.
    package var mergedText: String? { text }

    /// - Returns: nil where a side has no text: a file that is there against one that is not is no matter of lines.
    package init?(_ file: String, of versions: SourceVersions, local: String?) {
        guard let base = versions.base[file], let local, let remote = versions.remote[file] else { return nil }
        switch versions.form {
        case .field:
            // The server cuts white space around the text: only the person's may have any.
            let edges = Edges(local)
            merge = TextMerge(base: SourceForm.trimmed(base), local: edges.inner, remote: SourceForm.trimmed(remote))
            text = merge.text.map(edges.around)
        case .endpoint:
            merge = TextMerge(base: base, local: local, remote: remote)
            guard file == PluginManifest.fileName else {
                text = merge.text
                return
            }
            let merged = merge.text ?? FileMerge.rewritten(base, local, remote)
            text = merged.flatMap { FileMerge.isSound($0, local: local, remote: remote) ? $0 : nil }
        }
    }

    /// An install writes `plugin.json` anew, every line of it: the same layout on all sides makes lines comparable again.
    private static func rewritten(_ base: String, _ local: String, _ remote: String) -> String? {
        guard let base = PluginManifest.json(base), let local = PluginManifest.json(local), let remote = PluginManifest.json(remote)
        else { return nil }
        return TextMerge(base: base.prettyText, local: local.prettyText, remote: remote.prettyText).text
    }

    /// Two sound files may make one that is none: the same key twice, or no JSON at all.
    private static func isSound(_ text: String, local: String, remote: String) -> Bool {
        guard PluginManifest(text) != nil else { return false }
        let known = PluginManifest.issues(in: local) + PluginManifest.issues(in: remote)
        return PluginManifest.issues(in: text).allSatisfy(known.contains)
    }
}

/// The white space around a text, and what is inside.
private struct Edges {
    let before: String
    let inner: String
    let after: String

    init(_ text: String) {
        inner = SourceForm.trimmed(text)
        let bytes = Array(text.utf8)
        let start = inner.isEmpty ? 0 : String(text.unicodeScalars.prefix { SourceForm.isSpace($0) }).utf8.count
        before = String(decoding: bytes[..<start], as: UTF8.self)
        after = String(decoding: bytes[(start + inner.utf8.count)...], as: UTF8.self)
    }

    func around(_ text: String) -> String { before + text + after }
}
