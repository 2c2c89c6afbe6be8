import Models
@testable import Runtime
import Testing

/// Compiled code counts its loops' turns, and their guards look at the clock only when they have to: nobody may notice.
@Suite struct LoopClockTests {
    private static let late = "Script execution timed out after looping for 30 seconds on line"

    /// The error's message, or `x` of the result's properties, of the last event.
    private func outcome(_ source: String, events: Int = 1) throws -> String {
        let run = try PluginRun(source, events: (0..<events).map { _ in "e" })
        let step = try #require(run.steps.last { $0.method == "processEvent" })
        return step.error?.message ?? step.result?["properties"]?["x"]?.text ?? "nothing"
    }

    @Test(arguments: ["999", "10", "1e6"])
    func aLoopAroundLoopsEndsAtItsOwnLine(turns: String) throws {
        let source = "export function processEvent() {\n  while (true) { for (let i = 0; i < \(turns); i++) {} }\n}"
        #expect(try outcome(source) == "\(LoopClockTests.late) 2:2")
    }

    @Test func aLoopThatWasLeftInAGeneratorEndsInALaterEvent() throws {
        let source = """
            function* numbers() { let n = 0; while (true) yield n++ }
            let kept
            export function processEvent(event) {
              for (let i = 0; i < 3; i++) {}
              if (!kept) { kept = numbers(); kept.next(); return event }
              for (const x of kept) {}
            }
            """
        #expect(try outcome(source, events: 2) == "\(LoopClockTests.late) 1:33")
    }

    @Test func aLoopThatIsTakenUpNowAndThenEndsWhenItsTimeIsUp() throws {
        let source = """
            function* numbers() { let n = 0; while (true) yield n++ }
            let kept = null
            export async function processEvent(event) {
              kept ??= numbers()
              for (let i = 0; i < 3; i++) {}
              event.properties.x = kept.next().value
              const start = Date.now(); while (Date.now() - start < 20000) {}
              return event
            }
            """
        let run = try PluginRun(source, events: ["e", "e", "e", "e"])
        let shown = run.steps.map { $0.error?.message ?? $0.result?["properties"]?["x"]?.text ?? "nothing" }
        #expect(shown == ["0", "1", "\(LoopClockTests.late) 1:33", #"{"$":"undefined"}"#])
    }

    @Test func aLoopThatAwaitsAndAsksForTheTimeSeesItPass() throws {
        let source = """
            export async function processEvent(event) {
              const start = Date.now(); let turns = 0
              while (true) { if (Date.now() - start >= 100) break; turns++; await null }
              event.properties.x = turns
              return event
            }
            """
        #expect(try outcome(source) == "498")
    }

    @Test(arguments: [
        "Date.now = () => real() + skew; while (skew < 1e6) { skew += 40000; await null }",
        "const D = Date; D.now = () => real() + skew; while (skew < 1e6) { skew += 40000; await null }",
        "while (skew < 1e6) { skew += 40000; Date.now = () => real() + skew }",
        "while (skew < 1e6) { skew += 40000; Object.defineProperty(Date, 'now', { value: () => real() + skew, configurable: true }) }",
    ])
    func aClockOfThePluginsOwnIsAskedEachTurn(code: String) throws {
        let source = "let skew = 0; const real = Date.now\nexport async function processEvent(event) {\n  \(code)\n  return event\n}"
        #expect(try outcome(source).hasPrefix(LoopClockTests.late))
    }

    @Test(arguments: ["1n", "{ valueOf() { throw new Error('mine') } }", "1e300", "-1e9", "NaN", "'x'"])
    func aPluginThatWritesToTheCountHasATimeAllTheSame(value: String) throws {
        let source = "export function processEvent(event) { __loops = \(value); event.properties.x = new Date().toISOString(); return event }"
        #expect(try outcome(source, events: 3) == "\"2023-11-14T22:13:20.000Z\"")
    }
}
