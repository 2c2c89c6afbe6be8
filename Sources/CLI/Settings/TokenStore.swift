import Models

/// The token file: one token per context, each bound to the origin it was verified for.
///
/// The origin is stored with it so that a token is never sent to another host, whatever happens to the config file.
struct TokenStore: Sendable {
    private var document = JSONObject()

    init() {}

    /// - Throws: `Problem` without a word of the content.
    init(parsing bytes: [UInt8], path: String) throws(Problem) {
        func broken(_ reason: String) -> Problem {
            Problem(
                .failed, code: "tokens-broken", subject: path,
                message: "\(path): \(reason); repair it, or remove it and log in again")
        }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw broken(error.description)
        }
        guard let object = value.object, object["tokens"] == nil || object["tokens"]?.object != nil else {
            throw broken("it is not a token file")
        }
        document = object
    }

    /// The context's token; nil when there is none for that origin.
    func token(of context: String, for origin: Origin) throws(Problem) -> Token? {
        guard let entry = document["tokens"]?.object?[context], entry["host"]?.string == origin.description,
            let text = entry["token"]?.string
        else { return nil }
        return try Token(text, from: "the token file")
    }

    func hasToken(of context: String) -> Bool {
        document["tokens"]?.object?[context] != nil
    }

    mutating func set(_ token: Token, of context: String, for origin: Origin) {
        var tokens = document["tokens"]?.object ?? JSONObject()
        tokens[context] = ["host": .string(origin.description), "token": .string(token.value)]
        document["tokens"] = .object(tokens)
    }

    mutating func remove(_ context: String) {
        guard var tokens = document["tokens"]?.object else { return }
        tokens[context] = nil
        document["tokens"] = .object(tokens)
    }

    var text: String { JSONValue.object(document).prettyText + "\n" }
}
