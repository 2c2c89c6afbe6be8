import Synchronization
import Testing

@testable import CLI

@Suite struct ProgressTests {
    /// A clock that a test moves, and what was written.
    private final class Recorder: Sendable {
        let now = Mutex<Int64>(1000)
        let text = Mutex("")
        var written: String { text.withLock { $0 } }

        func progress(terminal: Terminal = .all, isQuiet: Bool = false, isVerbose: Bool = false) -> Progress {
            let clock = Clock(nowMilliseconds: { 0 }, uptimeMilliseconds: { self.now.withLock { $0 } })
            return Progress(terminal: terminal, isQuiet: isQuiet, isVerbose: isVerbose, clock: clock) { text in
                self.text.withLock { $0 += text }
            }
        }
    }

    @Test func theLineIsDrawnAtMostTenTimesASecond() {
        let recorder = Recorder()
        let progress = recorder.progress()
        for step in 0..<1000 {
            progress.update("step \(step)")
            recorder.now.withLock { $0 += 1 }
        }
        #expect(recorder.written.split(separator: "\r").count == 10)
    }

    @Test func theLineIsTakenAway() {
        let recorder = Recorder()
        let progress = recorder.progress()
        progress.clear()
        #expect(recorder.written == "")
        progress.update("plugins \u{1B}[2J 3 of 9")
        progress.clear()
        progress.clear()
        #expect(recorder.written == "\r\u{1B}[Kplugins \\u{1B}[2J 3 of 9\r\u{1B}[K")
    }

    @Test func aLongLineStaysOneLine() {
        let recorder = Recorder()
        recorder.progress().update(String(repeating: "x", count: 200))
        #expect(recorder.written == "\r\u{1B}[K" + String(repeating: "x", count: 78) + "…")
    }

    @Test func withoutATerminalOrWithQuietNothingIsDrawn() {
        let recorder = Recorder()
        recorder.progress(terminal: .none).update("x")
        recorder.progress(isQuiet: true).update("x")
        recorder.progress().step("x")
        #expect(recorder.written == "")
    }

    @Test func verboseSaysStepsAsLines() {
        let recorder = Recorder()
        let progress = recorder.progress(terminal: .none, isVerbose: true)
        progress.update("not drawn")
        progress.step("read plugins")
        #expect(recorder.written == "phsync: read plugins\n")
    }
}
