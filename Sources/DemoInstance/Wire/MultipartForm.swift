/// Reads `multipart/form-data`.
enum MultipartForm {
    static func boundary(in contentType: String) -> String? {
        parameter("boundary", in: contentType)
    }

    /// The parts in order, or nil when the text is no multipart with that boundary.
    static func parts(of body: [UInt8], boundary: String) -> [FormPart]? {
        let delimiter = Array("--\(boundary)".utf8)
        guard body.starts(with: delimiter) else { return nil }
        var parts: [FormPart] = []
        var index = delimiter.count
        let separator = Array("\r\n--\(boundary)".utf8)
        while true {
            if body[index...].starts(with: "--".utf8) { return parts }
            guard body[index...].starts(with: "\r\n".utf8),
                let headEnd = firstIndex(of: Array("\r\n\r\n".utf8), in: body, from: index),
                let end = firstIndex(of: separator, in: body, from: headEnd + 2)
            else { return nil }
            let head = String(decoding: body[min(index + 2, headEnd)..<headEnd], as: UTF8.self)
            if let part = part(head: head, bytes: body[min(headEnd + 4, end)..<end]) { parts.append(part) }
            index = end + separator.count
        }
    }

    private static func part(head: String, bytes: ArraySlice<UInt8>) -> FormPart? {
        var part = FormPart(name: "", bytes: Array(bytes))
        var hasName = false
        for line in head.split(separator: "\r\n") {
            let halves = line.split(separator: ":", maxSplits: 1)
            guard halves.count == 2 else { continue }
            let value = halves[1].trimmed
            switch halves[0].trimmed.lowercased() {
            case "content-disposition":
                guard let name = parameter("name", in: value) else { continue }
                part.name = name
                hasName = true
                // Django keeps only the last component of a file's name.
                part.fileName = parameter("filename", in: value).map { name in
                    String(name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? "")
                }
            case "content-type": part.contentType = value.split(separator: ";").first.map(\.trimmed)
            default: break
            }
        }
        // A file without a name is what a browser sends for an empty file field: Django skips it.
        return hasName && part.fileName != "" ? part : nil
    }

    /// The value of one `; name=value` of a header, quotes taken off.
    private static func parameter(_ name: String, in header: String) -> String? {
        var scalars = Substring(header).unicodeScalars
        while let separator = scalars.firstIndex(of: ";") {
            scalars = scalars[scalars.index(after: separator)...]
            guard let equals = scalars.firstIndex(of: "=") else { return nil }
            let key = String(scalars[..<equals]).trimmed.lowercased()
            scalars = scalars[scalars.index(after: equals)...]
            let value = takeValue(&scalars)
            if key == name { return value }
        }
        return nil
    }

    private static func takeValue(_ scalars: inout Substring.UnicodeScalarView) -> String {
        var value = ""
        guard scalars.first == "\"" else {
            while let next = scalars.first, next != ";" { value.unicodeScalars.append(scalars.removeFirst()) }
            return value.trimmed
        }
        scalars.removeFirst()
        while let next = scalars.popFirst(), next != "\"" {
            if next == "\\", let escaped = scalars.first, escaped == "\"" || escaped == "\\" {
                value.unicodeScalars.append(scalars.removeFirst())
            } else {
                value.unicodeScalars.append(next)
            }
        }
        return value
    }

    private static func firstIndex(of pattern: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        var index = start
        while index + pattern.count <= body.count {
            guard let next = body[index...(body.count - pattern.count)].firstIndex(of: pattern[0]) else { return nil }
            if body[next..<next + pattern.count].elementsEqual(pattern) { return next }
            index = next + 1
        }
        return nil
    }
}
