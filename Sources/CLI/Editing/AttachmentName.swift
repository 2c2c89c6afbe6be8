/// What a file is called on the server, and what kind of file it says it is.
enum AttachmentName {
    /// The server's column; a longer name is a 500.
    static let maximumLength = 200

    /// The last part of the path, made such that the server stores exactly this: it cuts at slashes of both kinds, drops
    /// what can't be printed, and reads `&amp;` and its like as HTML.
    /// - Source: Django's `sanitize_file_name`; recorded for paths only.
    static func sent(_ path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? ""
        var name = String.UnicodeScalarView()
        for scalar in last.unicodeScalars {
            let isKept = scalar != "\\" && scalar != "&" && scalar != "\"" && isPrintable(scalar)
            name.append(isKept ? scalar : "_")
        }
        let text = String(name)
        return text.isEmpty || text == "." || text == ".." ? "file" : text
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == " " { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator:
            return false
        default: return true
        }
    }

    /// By the name's ending, as a browser would say it; any other is bytes.
    static func contentType(_ name: String) -> String {
        guard let dot = name.lastIndex(of: ".") else { return "application/octet-stream" }
        return types[name[name.index(after: dot)...].lowercased()] ?? "application/octet-stream"
    }

    private static let types = [
        "csv": "text/csv", "tsv": "text/tab-separated-values", "txt": "text/plain", "md": "text/markdown", "html": "text/html",
        "xml": "text/xml", "js": "text/javascript", "json": "application/json", "geojson": "application/geo+json",
        "ndjson": "application/x-ndjson", "jsonl": "application/x-ndjson", "yaml": "application/yaml", "yml": "application/yaml",
        "pem": "application/x-pem-file", "crt": "application/x-x509-ca-cert", "p12": "application/x-pkcs12",
        "pdf": "application/pdf", "zip": "application/zip", "gz": "application/gzip", "wasm": "application/wasm",
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "svg": "image/svg+xml",
    ]
}
