/// How a server keeps the code of a plugin: the one place that knows what tells the versions apart.
///
/// - Source: docs/api.md, "Source of a plugin".
package enum SourceForm: String, Sendable {
    /// Files of their own, read at `…/source/` and written at `…/update_source/` (1.36 and later).
    case endpoint
    /// One text in the plugin's field `source`, which the server trims; null for installed plugins (1.19 to 1.35).
    case field

    /// A server that keeps the code in the plugin shows the field in every plugin, also as null.
    package init(of plugin: Plugin) {
        self = plugin.json["source"] == nil ? .endpoint : .field
    }

    /// The file that a person means when they name none.
    package var mainFile: String {
        switch self {
        case .endpoint: "index.ts"
        case .field: "index.js"
        }
    }

    /// The code that a plugin itself carries; nil when it has to be asked for, or is not shown at all.
    package func files(in plugin: Plugin) -> SourceFiles? {
        guard self == .field, let text = plugin.json["source"]?.string else { return nil }
        return SourceFiles(texts: [mainFile: text])
    }

    /// Digest of what a file means: equal for texts between which this server makes no difference.
    ///
    /// `plugin.json` is compared as JSON, since an install writes it anew; the field is compared without the white space
    /// around it, since the server cuts it.
    package func digest(of text: String, named name: String) -> String {
        switch self {
        case .endpoint:
            guard name == PluginManifest.fileName, let json = PluginManifest.json(text) else { return SourceForm.digest(text) }
            return json.digest
        case .field: return SourceForm.digest(SourceForm.trimmed(text))
        }
    }

    /// Whether the server would show both texts as the same one.
    package func same(_ left: String?, _ right: String?, named name: String) -> Bool {
        left.map { digest(of: $0, named: name) } == right.map { digest(of: $0, named: name) }
    }

    /// SHA-256 of the text's bytes, in hexadecimal.
    package static func digest(_ text: String) -> String {
        SHA256.hexadecimal(of: Array(text.utf8))
    }

    /// As Python's `strip` cuts it.
    package static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isSpace($0) }), let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    /// White space to Python's `strip`.
    package static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }
}
