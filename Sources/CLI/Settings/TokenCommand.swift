import Models

/// Runs a context's token command: `pass show posthog`, say.
enum TokenCommand {
    static func token(from command: String) throws(Problem) -> Token {
        let outcome = try ChildProcess.shell(command, limit: 65536)
        guard outcome.status == 0 else {
            throw Problem(
                .permission, code: "token-command", subject: "token_command",
                message: "the token command failed with status \(outcome.status)")
        }
        return try Token(String(decoding: outcome.output, as: UTF8.self), from: "what the token command printed")
    }
}
