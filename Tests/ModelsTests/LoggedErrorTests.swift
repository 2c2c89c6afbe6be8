import Models
import Testing

@Suite struct LoggedErrorTests {
    @Test(arguments: [
        ("TypeError: no 'a'", "TypeError", "no 'a'"), ("no 'a'", "", "no 'a'"), ("TypeError", "TypeError", ""),
        ("AxiosError: 503: busy", "AxiosError", "503: busy"), ("Note: that is no error", "", "Note: that is no error"),
        ("MyError(12): x", "", "MyError(12): x"), ("", "", ""), ("Error:", "Error", ""), ("two\nlines", "", "two\nlines"),
    ])
    func nameAndMessageAreToldApart(text: String, name: String, message: String) {
        let error = LoggedError(text, source: .plugin)
        #expect(error.name == name && error.message == message && error.stack == nil && !error.isSwitchOff)
    }

    @Test func aStackIsCutFromTheMessageAndTellsTheMethod() {
        let text = "TypeError: Cannot read\n properties\n    at rate (index.ts:4:1)\n    at async processEvent (index.ts:9:2)\n    at x (node:vm:1:1)"
        let error = LoggedError(text, source: .plugin)
        #expect(error.name == "TypeError" && error.message == "Cannot read\n properties")
        #expect(error.stack == text && error.method == "processEvent")
    }

    @Test func theSameFramesAreReadOnceAndAMessageThatLooksLikeOneCounts() {
        let frames = "\n    at rate (index.ts:4:1)\n    at onEvent (index.ts:9:2)"
        var places = StackPlaces()
        for message in ["TypeError: a", "TypeError: b", "at home (index.ts:1:1)"] {
            let error = LoggedError(message + frames, source: .plugin, &places)
            #expect(error == LoggedError(message + frames, source: .plugin))
            #expect(error.function == StackFrame.topOwn(message + frames)?.function && error.method == "onEvent")
        }
        #expect(LoggedError.frames(of: "TypeError: a" + frames) == String(frames.dropFirst()) && LoggedError.frames(of: "x") == "x")
    }

    @Test(arguments: [
        ("setupPlugin failed with Error: bad key (instance ID 018c). Disabled the app!", "Error", "bad key", true),
        ("setupPlugin failed with Error: (a) b (instance ID x) (instance ID 018c). Retrying in 5 s...", "Error", "(a) b (instance ID x)", false),
        ("Plugin failed to load (instance ID 018c). Retrying in 3 s.", "", "Plugin failed to load ", false),
        ("Plugin failed to load (instance ID 018c). Disabling it due to too many retries – tried to load it 10 times before giving up.", "",
            "Plugin failed to load ", true),
    ])
    func sentencesOfTheServerTellTheErrorInThem(text: String, name: String, message: String, isOff: Bool) {
        let error = LoggedError(text, source: .system)
        #expect(error.name == name && error.message == message.trimmedEnd && error.isSwitchOff == isOff)
        #expect(error.method == "setupPlugin")
        #expect(!LoggedError(text, source: .console).isSwitchOff, "only the server itself says so")
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}

@Suite struct FingerprintMatchTests {
    private func print(_ name: String = "TypeError", _ function: String = "f", _ method: String = "processEvent", shape: String = "x") -> ErrorFingerprint {
        ErrorFingerprint(pluginID: PluginID(1), name: name, messageShape: shape, function: function, method: method)
    }

    @Test func whatTellsLessJoinsWhatTellsMoreAndIsCompletedByIt() {
        let full = print()
        #expect(ErrorFingerprint.match(print("", "", ""), among: [full]) == 0)
        #expect(ErrorFingerprint.match(full, among: [print("", "", "")]) == 0)
        #expect(print("", "f", "").completed(by: print("TypeError", "", "onEvent")) == print("TypeError", "f", "onEvent"))
    }

    @Test func whatDiffersIsAnother() {
        let others = [print("RangeError"), print("TypeError", "g"), print("TypeError", "f", "onEvent"), print(shape: "y")]
        for other in others { #expect(ErrorFingerprint.match(print(), among: [other]) == nil) }
        #expect(Set(others + [print()]).count == 5)
        #expect(Set((others + [print(), print("TypeError", "f", "")]).map(\.digest)).count == 6)
    }

    @Test func theSameComesBeforeOneThatIsOnlyCompatible() {
        #expect(ErrorFingerprint.match(print(), among: [print("", "", ""), print()]) == 1)
        #expect(ErrorFingerprint.match(print("TypeError", "", ""), among: [print("", "", ""), print()]) == 1)
    }

    @Test func aGroupIsNeverCompletedToTheTwinOfAnother() {
        // (f, unknown) would become (f, processEvent), which is there already.
        let known = [print("TypeError", "f", ""), print()]
        #expect(ErrorFingerprint.match(print("TypeError", "", "processEvent"), among: known) == 1)
        #expect(ErrorFingerprint.match(print("TypeError", "f", "onEvent"), among: known) == 0)
    }

    @Test func methodsHaveOneName() {
        #expect(["webhook", "runEveryHour", "processEventBatch", "onEvent"].map(PluginMethod.normalized) == ["composeWebhook", "scheduledTask", "processEvent", "onEvent"])
    }
}
