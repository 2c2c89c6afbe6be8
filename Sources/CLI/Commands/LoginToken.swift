import Glibc
import Models

/// Gets the token for `login`: from a file, a command, a pipe, or the person.
enum LoginToken {
    static func read(_ context: CommandContext, _ target: ContextSettings) throws(Problem) -> Token {
        if let command = target.tokenCommand { return try TokenCommand.token(from: command) }
        if let path = context.arguments.value("token-file") {
            return try Token(path == "-" ? try standardInput() : try file(path, context.files), from: path == "-" ? "stdin" : path)
        }
        if !context.terminal.isInputTerminal { return try Token(try standardInput(), from: "stdin") }
        guard context.prompt.isPossible else {
            throw Problem(
                .usage, code: "no-prompt", subject: "--token-file",
                message: "the token has to be asked for, but nobody can be asked here; pipe it in, or use --token-file or --token-command")
        }
        let text = try context.prompt.secret("Personal API key for \(target.origin) (not shown): ")
        return try Token(text, from: "the answer")
    }

    private static func standardInput() throws(Problem) -> String {
        String(decoding: try Input.standard.all(limit: 65536), as: UTF8.self)
    }

    private static func file(_ path: String, _ files: Files) throws(Problem) -> String {
        do throws(FileError) {
            guard let bytes = try files.read(path, limit: 65536) else { throw FileError(operation: .open, path: path, code: ENOENT) }
            return String(decoding: bytes.prefix(65536), as: UTF8.self)
        } catch {
            throw Problem(.usage, code: "bad-token-file", subject: path, message: error.problem.message)
        }
    }
}
