import Models
import TestSupport
import Testing

@testable import Sync

@Suite struct MultipartFormTests {
    private func text(_ form: MultipartForm) -> String {
        String(decoding: form.encoded(boundary: "B"), as: UTF8.self)
    }

    @Test func fieldsAndFilesKeepTheirOrder() {
        var form = MultipartForm()
        form.addText("config", #"{"a":1.10}"#)
        form.addFile("add_attachment[db]", filename: "geo.mmdb", contentType: "application/x-thing", bytes: [0, 13, 10, 255])
        form.addText("enabled", "true")
        let head = """
            --B\r
            Content-Disposition: form-data; name="config"\r
            \r
            {"a":1.10}\r
            --B\r
            Content-Disposition: form-data; name="add_attachment[db]"; filename="geo.mmdb"\r
            Content-Type: application/x-thing\r
            \r\n
            """
        let tail = "\r\n--B\r\nContent-Disposition: form-data; name=\"enabled\"\r\n\r\ntrue\r\n--B--\r\n"
        #expect(form.encoded(boundary: "B") == Array(head.utf8) + [0, 13, 10, 255] + Array(tail.utf8))
    }

    @Test func anEmptyFormIsOnlyItsEnd() {
        #expect(text(MultipartForm()) == "--B--\r\n")
    }

    @Test(arguments: [
        ("plain", "plain"), (#"a"b"#, #"a\"b"#), (#"a\b"#, #"a\\b"#), ("a\r\nb", "a%0D%0Ab"), ("ключ é", "ключ é"),
        ("a; name=b", "a; name=b"),
    ])
    func namesAreQuoted(_ name: String, _ quoted: String) {
        var form = MultipartForm()
        form.addText(name, "v")
        form.addFile("f", filename: name, contentType: "text/plain", bytes: [])
        #expect(text(form).contains("form-data; name=\"\(quoted)\"\r\n\r\nv\r\n"))
        #expect(text(form).contains("name=\"f\"; filename=\"\(quoted)\"\r\n"))
    }

    @Test(arguments: ["", "text/plain\r\nX: y", "тип"])
    func aTypeThatCanNotBeAHeaderIsReplaced(_ type: String) {
        var form = MultipartForm()
        form.addFile("f", filename: "n", contentType: type, bytes: [])
        #expect(text(form).contains("Content-Type: application/octet-stream\r\n"))
    }

    @Test func theBoundaryComesFromTheGenerator() {
        var one = SeededRandom(seed: 1)
        var again = SeededRandom(seed: 1)
        let boundary = MultipartForm.boundary(using: &one)
        #expect(boundary == MultipartForm.boundary(using: &again))
        #expect(boundary != MultipartForm.boundary(using: &again))
        #expect(boundary.utf8.count == 39)
    }

    @Test func theBodyNamesItsBoundary() {
        var random = SeededRandom(seed: 7)
        var same = SeededRandom(seed: 7)
        var form = MultipartForm()
        form.addText("a", "b")
        let boundary = MultipartForm.boundary(using: &same)
        let body = HTTPBody.form(form, using: &random)
        #expect(body.contentType == "multipart/form-data; boundary=\(boundary)")
        #expect(body.bytes == form.encoded(boundary: boundary))
    }
}
