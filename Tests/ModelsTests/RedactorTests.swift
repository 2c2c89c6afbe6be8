import Models
import Testing

@Suite struct RedactorTests {
    private let redactor = Redactor(secrets: ["s3cr3t-token"])

    @Test func secretsAreFoundAsTheyAreAndAsURLsHaveThem() {
        #expect(Redactor(secrets: ["a b+c"]).text("x=a%20b%2Bc&y=a b+c") == "x=<redacted>&y=<redacted>")
        #expect(Redactor(secrets: ["abc"]).text("abc") == "abc", "what is shorter than four bytes would be found everywhere")
    }

    /// Base64 of "u", "us", "use" and ":s3cr3t-token", as headers with credentials have it: the secret begins at each of the three places of a group.
    @Test(arguments: ["dTpzM2NyM3QtdG9rZW4=", "dXM6czNjcjN0LXRva2Vu", "dXNlOnMzY3IzdC10b2tlbg=="])
    func secretsAreFoundInBase64(encoded: String) {
        let text = redactor.text("Basic \(encoded), and more")
        #expect(text.contains("<redacted>") && text.hasPrefix("Basic dX") == encoded.hasPrefix("dX"))
        for start in 4..<(encoded.count - 10) {
            let part = encoded.dropFirst(start).prefix(8)
            #expect(!text.contains(part), "\(part) is left in \(text)")
        }
        #expect(redactor.mayConcern(Array(#"{"authorization":"Basic \#(encoded)"}"#.utf8)))
    }

    @Test func otherTextsInBase64Stay() {
        let text = "Basic dXNlcjpwYXNzd29yZC1vZi1zb21lYm9keQ=="
        #expect(redactor.text(text) == text)
    }
}
