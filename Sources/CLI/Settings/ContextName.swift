import Models

/// The rules for names of contexts, which are also names of folders.
enum ContextName {
    static func isValid(_ name: String) -> Bool {
        guard let first = name.first, first != ".", first != "-", name.utf8.count <= 100 else { return false }
        return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) }
    }

    static func check(_ name: String) throws(Problem) {
        guard !isValid(name) else { return }
        throw Problem(
            .usage, code: "bad-context-name", subject: "context",
            message: "\"\(name)\" can't name a context: letters, digits and . - _ only, no . or - at the start, at most 100")
    }
}
