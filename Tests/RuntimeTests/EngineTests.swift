@testable import Runtime
import Testing

@Suite struct EngineTests {
    let engine = Engine()

    @Test func evaluatesAndReadsValues() throws {
        #expect(try engine.evaluate("1 + 2").number == 3)
        #expect(try engine.evaluate("'a\\u00e9\\ud83d\\ude00'").text == "aé😀")
        #expect(try engine.evaluate("'a\\ud83d' + 'b'").text == "a\u{FFFD}b")
        #expect(engine.make("a\0é😀").text == "a\0é😀")
        #expect(try engine.evaluate("({a: {b: true}})")["a"]["b"].boolean)
    }

    @Test func throwsWhatTheScriptThrows() {
        let error = failure { () throws(EngineError) in _ = try engine.evaluate("throw new RangeError('no')") }
        #expect(error?.value?["message"].text == "no")
    }

    @Test func hostFunctionsTakeReturnAndThrow() throws {
        engine.global.set(
            "double", engine.makeFunction("double") { [unowned engine] in engine.make(($0.first?.number ?? 0) * 2) })
        engine.global.set("fail", engine.makeFunction("fail") { _ in throw Refusal() })
        #expect(try engine.evaluate("double(21)").number == 42)
        #expect(try engine.evaluate("try { fail() } catch (e) { e instanceof Error && e.message }").text == "refused")
        #expect(try engine.evaluate("double.call(null, 2)").number == 4)
    }

    @Test func bytesCrossBothWays() throws {
        engine.global.set("bytes", engine.make([1, 2, 255] as [UInt8]))
        #expect(try engine.evaluate("bytes.length * 1000 + bytes[2]").number == 3255)
        #expect(try engine.evaluate("new Uint16Array([1, 2]).subarray(1)").bytes == [2, 0])
        #expect(try engine.evaluate("new Uint8Array([7, 8]).buffer").bytes == [7, 8])
        #expect(try engine.evaluate("'text'").bytes == nil)
    }

    @Test func microtasksRunBeforeTheCallReturns() throws {
        try engine.evaluate("var seen = 0; Promise.resolve().then(() => { seen = 1 })")
        #expect(engine.global["seen"].number == 1)
    }

    @Test func unhandledRejectionsAreReportedAndHandledOnesAreNot() throws {
        var reasons: [String] = []
        engine.onUnhandledRejection { reasons.append($1.text) }
        try engine.evaluate("Promise.reject('lost'); Promise.reject('kept').catch(() => {}); (async () => { throw 'async' })(); 0")
        #expect(reasons == ["lost", "async"])
    }

    @Test(arguments: [
        "while (true) {}",
        "try { while (true) {} } finally { while (true) {} }",
        "/(a+)+b/.test('a'.repeat(60))",
        "Promise.resolve().then(() => { while (true) {} })",
    ])
    func theTimeLimitEndsWhateverRuns(script: String) throws {
        engine.setTimeLimit(seconds: 0.05)
        let error = failure { () throws(EngineError) in _ = try engine.evaluate(script) }
        let ended = error != nil && error?.value == nil
        #expect(ended || script.hasPrefix("Promise"))
    }
}

/// The error that `body` throws, nil when it throws none.
private func failure(_ body: () throws(EngineError) -> Void) -> EngineError? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

private struct Refusal: Error, CustomStringConvertible {
    var description: String { "refused" }
}
