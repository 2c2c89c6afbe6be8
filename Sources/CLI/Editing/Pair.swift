import Models

/// One `KEY=VALUE` of the command line, before anybody knows what the key is.
struct Pair: Sendable, Equatable {
    enum Value: Sendable, Equatable {
        /// `k=v`
        case text(String)
        /// `k:=JSON`
        case json(JSONValue)
        /// `k=@file`
        case file(String)
        /// `k=@-`
        case standardInput
        /// `k` alone: asked for without echo, secrets only.
        case prompt
    }

    let key: String
    let value: Value

    init(_ argument: String) throws(Problem) {
        guard let equals = argument.firstIndex(of: "=") else {
            key = argument
            value = .prompt
            try checkKey(argument)
            return
        }
        let left = argument[..<equals]
        let right = String(argument[argument.index(after: equals)...])
        if left.hasSuffix(":") {
            key = String(left.dropLast())
            value = .json(try Pair.json(right, key: key))
        } else {
            key = String(left)
            guard right != "@" else {
                throw Problem(
                    .usage, code: "bad-pair", subject: key,
                    message: "after \(key)=@ comes a file's name, or - for stdin; the text \"@\" itself is \("\(key):=\"@\"".shellQuoted)")
            }
            value = right == "@-" ? .standardInput : right.hasPrefix("@") ? .file(String(right.dropFirst())) : .text(right)
        }
        try checkKey(argument)
    }

    private static func json(_ text: String, key: String) throws(Problem) -> JSONValue {
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw Problem(
                .usage, code: "bad-json", subject: key,
                message: "the value of \(key) is \(error); a text needs quotes inside: \("\(key):=\"text\"".shellQuoted)")
        }
    }

    private func checkKey(_ argument: String) throws(Problem) {
        guard key.isEmpty || key.first == " " || key.last == " " else { return }
        throw Problem(.usage, code: "bad-pair", subject: "PAIR", message: "\"\(key)\" is no key: a pair is KEY=VALUE without blanks around the key")
    }
}
