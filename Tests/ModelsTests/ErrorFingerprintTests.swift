import Models
import Testing

@Suite struct ErrorFingerprintTests {
    @Test(arguments: [
        ("Cannot read property 'split' of undefined", "Cannot read property <text> of undefined"),
        ("Can't parse \"a\\\"b\" at 12", "Can't parse <text> at <n>"),
        ("HTTP 503 from https://api.example.com/v1?key=1, retry in 1.5 s", "HTTP <n> from <url>, retry in <n> s"),
        ("event 018b9a3c-0000-0000-0000-000000000001 of u-1042 failed", "event <n> of <n> failed"),
        ("0xDEADBEEF and deadbeef42 and -17", "<n> and <n> and <n>"),
        ("mail to a.b@example.com at 2023-11-04T08:10:12.345Z", "mail to <n> at <n>"),
        ("the plugin's own\n  words\tstay", "the plugin's own words stay"),
        ("unclosed 'quote stays", "unclosed 'quote stays"), ("`a` and “b”", "<text> and <text>"), ("", ""), ("🙂 (x)", "🙂 (x)"),
        ("redis://u:p@host/0 down", "<url> down"), ("key=abc, n=5", "key=abc, n=<n>"),
        ("größe 12 über „x“ ‘y’", "größe <n> über „x“ <text>"), ("\u{00A0}a\u{2003}b ", "a b"), ("失敗 42番 の", "失敗 <n> の"), ("a #12 (+3)", "a <n> (<n>)"),
        ("at https://a.b/c?d=1, then", "at <url>, then"), ("e\u{0301}té 5", "e\u{0301}té <n>"), ("x: ", "x:"), ("٣ and ½", "<n> and <n>"),
    ])
    func variablePartsAreReplaced(message: String, shape: String) {
        #expect(MessageShape.of(message) == shape)
    }

    @Test func aHugeMessageIsCutAndQuick() {
        let shape = MessageShape.of(String(repeating: "'", count: 200_000) + String(repeating: "word ", count: 100_000))
        #expect(shape.count <= 410)
    }

    @Test(arguments: [
        ("    at processEvent (index.js:4:32)", "processEvent", "index.js", true),
        ("    at async runProcessEvent (/posthog/plugins/run.js:75:30)", "runProcessEvent", "/posthog/plugins/run.js", false),
        ("    at Object.exports.normalize [as run] (src/lib.ts:1:2)", "normalize", "src/lib.ts", true),
        ("    at index.ts:9:1", "", "index.ts", true), ("    at new Thing (vm.js:3:4)", "Thing", "vm.js", true),
        ("    at async Promise.all (index 0)", "all", "index 0", false), ("    at JSON.parse (<anonymous>)", "parse", "<anonymous>", false),
        ("    at fetch (node_modules/x/index.js:1:1)", "fetch", "node_modules/x/index.js", false),
        ("    at processTicksAndRejections (node:internal/process/task_queues:96:5)", "processTicksAndRejections",
            "node:internal/process/task_queues", false),
    ])
    func aLineOfAStackIsRead(line: String, function: String, file: String, isOwn: Bool) throws {
        let frame = try #require(StackFrame(line))
        #expect(frame.function == function)
        #expect(frame.file == file)
        #expect(frame.isOwn == isOwn)
    }

    @Test(arguments: ["\n", "\r\n", "\r", "\u{2028}", "\u{2029}", "\u{85}", "\u{0B}", "\n\n"])
    func everyEndOfALineEndsAFrame(end: String) {
        let frames = StackFrame.all(in: ["Error: é", "    at a (x.js:1:2)", "\tat async b (y.js:3)", "at new C.d [as e] (z.js)"].joined(separator: end))
        #expect(frames.map(\.function) == ["a", "b", "d"] && frames.map(\.file) == ["x.js", "y.js", "z.js"])
        #expect(frames.map(\.line) == [1, 3, nil] && frames.map(\.column) == [2, nil, nil])
    }

    @Test func whatIsNoFrameIsNone() {
        #expect(StackFrame("TypeError: at home (x)") == nil)
        #expect(StackFrame.topOwn("TypeError: x\n    at JSON.parse (<anonymous>)\n    at a (index.js:1:1)\n    at b (index.js:2:2)")?.function == "a")
    }

    private func fingerprint(
        plugin: Int64 = 1, name: String = "TypeError", _ message: String = "no 'a' in 12", stack: String? = "  at f (index.js:1:2)"
    ) -> String {
        ErrorFingerprint(pluginID: PluginID(plugin), name: name, message: message, stack: stack).digest
    }

    @Test func theSameMistakeIsTheSameAndAnotherIsAnother() {
        let one = fingerprint()
        #expect(one == fingerprint("no 'b' in 13", stack: "TypeError: no\n  at f (index.js:7:7)\n  at g (index.js:9:9)"))
        let others = [
            fingerprint(plugin: 2), fingerprint(name: "RangeError"), fingerprint("not 'a' in 12"), fingerprint(stack: nil),
            fingerprint(stack: "  at g (index.js:1:2)"),
        ]
        #expect(Set(others + [one]).count == 6)
        #expect(one.utf8.count == 64)
    }

    /// Stored groups were made with it: a change here orphans them.
    @Test func theDigestStaysWhatItWas() {
        #expect(fingerprint() == "92daed715c290189205611a37d0fa4f20df7daf8b82b6d97f40ca2d1006940b8")
    }
}
