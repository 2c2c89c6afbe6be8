import Models
import Testing

@testable import Sync

@Suite struct APIErrorTests {
    private func error(_ status: Int, _ body: String) -> APIError {
        APIError(HTTPResponse(status: status, body: Array(body.utf8)), subject: "PATCH /api/x/")
    }

    @Test(arguments: [
        (500, #"{"detail": "A server error occurred."}"#, "Not written: the instance answered 500: A server error occurred."),
        (502, "<html>Bad gateway</html>", "Not written: the instance answered 502: the answer is no JSON of the API."),
        (400, #"{"detail": "This field is required.", "attr": "order"}"#, "Not written: the instance refused it: This field is required. (order)."),
        (401, #"{"detail": "Invalid."}"#, "Not written: the instance refuses the personal API key. Invalid."),
    ])
    func aFailureIsToldInWholeSentencesWhateverCameBack(status: Int, body: String, message: String) {
        #expect(error(status, body).problem("Not written", next: "phsync push").message == message)
    }

    @Test func aKeyThatMayNotIsSentToTheDoctor() {
        #expect(error(403, #"{"detail": "No."}"#).problem("Not written", next: "phsync push").next == "phsync doctor")
    }

    @Test func onlyARefusalInTheAPIsOwnWordsProvesThatNothingWasWritten() {
        #expect(!error(400, #"{"detail": "This field is required."}"#).mayHaveTakenEffect)
        #expect(error(408, "<html>Request Timeout</html>").mayHaveTakenEffect)
        #expect(error(502, "").mayHaveTakenEffect)
    }
}
