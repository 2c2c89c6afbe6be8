/// Whole answers to GET requests, so that who measures a client does not measure how this server renders.
///
/// It knows nothing of the state: whoever changes that, forgets it.
struct AnswerMemory: Sendable {
    private struct Key: Hashable {
        let target: String
        let host: String?
        let authorization: String?
    }

    private var answers: [Key: DemoResponse] = [:]

    func answer(to request: DemoRequest) -> DemoResponse? { answers[AnswerMemory.key(request)] }

    /// Keeps a successful answer to a GET; any other method may have changed the state.
    mutating func note(_ answer: DemoAnswer, to request: DemoRequest) {
        if request.method != "GET" {
            answers = [:]
        } else if case .complete(let response) = answer, response.status == 200 {
            answers[AnswerMemory.key(request)] = response
        }
    }

    private static func key(_ request: DemoRequest) -> Key {
        Key(target: request.target, host: request.header("Host"), authorization: request.header("Authorization"))
    }
}
