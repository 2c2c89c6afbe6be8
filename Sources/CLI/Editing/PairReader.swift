import Glibc
import Models
import Storage

/// Turns pairs into edits of one config: reads files, asks for secrets, and keeps secrets off the command line.
struct PairReader {
    static let maximumBytes = 16 << 20

    let context: CommandContext
    /// The config as the person named it, for the command to type next.
    let selector: String
    let base: ConfigContent?
    let schema: ConfigSchema
    let secretKeys: Set<String>

    func input(_ pair: Pair) throws(Problem) -> EditTable.Input {
        if schema[pair.key]?.type == .attachment || base?.attachments[pair.key] != nil {
            throw Problem(
                .usage, code: "attachment", subject: pair.key,
                message: "\(pair.key) is a file of the plugin, not a value; give it with --attach \("\(pair.key)=PATH".shellQuoted)")
        }
        let input = try secretKeys.contains(pair.key) ? .secret(secret(pair)) : plain(pair)
        if case .value(.string(Secret.mask)) = input { throw mask(pair.key) }
        // White space around it, or a whole line of a table, is no better.
        if case .secret(let secret) = input, secret.reveal().contains(Secret.mask) { throw mask(pair.key) }
        return input
    }

    private func secret(_ pair: Pair) throws(Problem) -> Secret {
        switch pair.value {
        case .text, .json:
            throw Problem(
                .usage, code: "secret-on-command-line", subject: pair.key,
                message: "\(pair.key) is secret, and everybody on this machine can read command lines. Give it from a file, from"
                    + " stdin with \(pair.key)=@-, or \(pair.key) alone to be asked for it",
                next: "phsync edit-config \(selector.shellQuoted) \(pair.key.shellQuoted)")
        case .file(let path): return try secret(try file(path, key: pair.key), of: pair.key, from: path)
        case .standardInput: return try secret(try standardInput(), of: pair.key, from: "stdin")
        case .prompt:
            guard context.prompt.isPossible else {
                throw Problem(
                    .usage, code: "no-prompt", subject: pair.key,
                    message: "\(pair.key) has to be asked for, but nobody can be asked here; use \(pair.key)=@FILE or \(pair.key)=@-")
            }
            context.progress.clear()
            return try secret(try context.prompt.secret("New value of \(pair.key) (not shown): "), of: pair.key, from: "the answer")
        }
    }

    /// An empty file is a password manager that failed more often than a wish to clear the secret.
    private func secret(_ text: String, of key: String, from source: String) throws(Problem) -> Secret {
        let text = trimmed(text)
        guard !text.isEmpty else {
            throw Problem(
                .usage, code: "empty-secret", subject: key,
                message: "\(source) is empty, so \(key) stays as it is; to clear it use --unset",
                next: "phsync edit-config \(selector.shellQuoted) --unset \(key.shellQuoted)")
        }
        return Secret(text)
    }

    private func plain(_ pair: Pair) throws(Problem) -> EditTable.Input {
        switch pair.value {
        case .json(let value): return .value(value)
        case .text(let text): return .value(.string(try typed(text, pair.key)))
        case .file(let path): return .value(.string(try typed(try file(path, key: pair.key), pair.key)))
        case .standardInput: return .value(.string(try typed(try standardInput(), pair.key)))
        case .prompt:
            throw Problem(
                .usage, code: "bad-pair", subject: pair.key,
                message: "\"\(pair.key)\" has no value: write \(pair.key)=VALUE; only secrets are asked for")
        }
    }

    /// A text must not silently replace a number, a list or a truth value.
    private func typed(_ text: String, _ key: String) throws(Problem) -> String {
        guard let value = base?.values[key], value.string == nil, !value.isNull else { return text }
        throw Problem(
            .usage, code: "typed-value", subject: key,
            message: "\(key) is \(value.kindInWords) (\(value.text)); \(key)=… would make it a text. Give JSON with := instead",
            next: "phsync edit-config \(selector.shellQuoted) \("\(key):=\(PairReader.json(text))".shellQuoted)")
    }

    /// The text itself where it is JSON, else as a JSON string.
    private static func json(_ text: String) -> String {
        do {
            _ = try JSONValue(parsing: text)
            return text
        } catch {
            return JSONValue.string(text).text
        }
    }

    private func file(_ path: String, key: String) throws(Problem) -> String {
        let bytes: [UInt8]
        do throws(FileError) {
            guard let found = try context.files.read(path, limit: PairReader.maximumBytes) else { throw FileError(operation: .open, path: path, code: ENOENT) }
            bytes = found
        } catch {
            throw Problem(.usage, code: "unreadable-file", subject: path, message: "the value of \(key) can't be read: \(error.problem.message)")
        }
        return try text(bytes, from: path)
    }

    private func standardInput() throws(Problem) -> String {
        try text(try Input.standard.all(limit: PairReader.maximumBytes), from: "stdin")
    }

    private func text(_ bytes: [UInt8], from source: String) throws(Problem) -> String {
        guard bytes.count <= PairReader.maximumBytes else {
            throw Problem(.usage, code: "too-large", subject: source, message: "\(source) holds more than 16 MiB, which the server does not take")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem(.usage, code: "not-text", subject: source, message: "\(source) is not UTF-8 text")
        }
        return text
    }

    /// Files and pipes end with a line break that is no part of a secret.
    private func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.last?.isNewline == true { text.removeLast() }
        return String(text)
    }

    private func mask(_ key: String) -> Problem {
        Problem(
            .usage, code: "mask", subject: key, message: "that is the text of PostHog's mask, not a value; written back it would destroy \(key)")
    }
}
