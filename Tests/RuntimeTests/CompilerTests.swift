import Foundation
import Models
@testable import Runtime
import Testing

@Suite struct CompilerTests {
    func compile(_ source: String, _ era: Era = .december2023) throws -> CompileResult {
        try SharedCompiler.compile(source, file: "index.ts", era: era)
    }

    @Test func loopsAreGuardedAndTypesVanish() throws {
        let result = try compile(
            """
            import type { Kea } from 'kea'
            import { PluginEvent } from '@posthog/plugin-scaffold'
            export function processEvent(event: PluginEvent): PluginEvent {
              while (true) event.n++
              return event
            }
            """)
        #expect(result.error == nil)
        #expect(result.code.contains("if (++__loops > __look && __tick(_LP) && Date.now() - _LP > 30000) throw new Error(\"Script execution timed out after looping for 30 seconds on line 4:2\")"))
        #expect(!result.code.contains("kea"))
    }

    @Test(arguments: [
        ("import kea from 'kea'\nkea()", "/index.ts: Cannot import 'kea'! This package is not provided by PostHog in plugins."),
        ("const x = require(`url`)", "/index.ts: Cannot import 'undefined'! This package is not provided by PostHog in plugins."),
        ("import 'constructor'", "/index.ts: Cannot import 'constructor'! This package is not provided by PostHog in plugins."),
        ("return 1", "/index.ts: 'return' outside of function. (1:0)\n\n> 1 | return 1\n    | ^"),
        ("import('url')", "/index.ts: Cannot read properties of undefined (reading 'start')"),
    ])
    func refusesInTheServersWords(source: String, message: String) throws {
        #expect(try compile(source).error?.message == message)
    }

    @Test func awaitsAreGuardedAsTheErasDo() throws {
        let source = "export async function processEvent(e) { await f(1); g.then(h); return e }"
        #expect(try compile(source).code.contains("await __asyncGuard(f(1), \"await on line 1:40\")"))
        #expect(try compile(source).code.contains("__asyncGuard(g, \"Promise.then on line 1:52\").then(h)"))
        #expect(try compile(source, .october2021).code.contains("await __asyncGuard(f(1), f)"))
        #expect(try compile(source, .october2021).code.contains("__asyncGuard(g).then(h)"))
    }

    @Test func aCachedResultIsTheSame() throws {
        let result = try compile("try { a() } catch ({ message }) { b(message) }\nimport fetch from 'node-fetch'\nfetch()")
        #expect(CompileResult(try JSONValue(parsing: result.json.text)) == result)
        #expect(result.imports == ["node-fetch"])
        #expect(CompileResult(["form": 0]) == nil)
    }

    @Test func positionsLeadBackToTheAuthorsFile() throws {
        let result = try compile(
            """
            interface A { b: string }

            export function processEvent(event: A) {
              try { first() } catch (error) { second(error) }
              return event
            }
            """)
        let lines = result.code.split(separator: "\n", omittingEmptySubsequences: false)
        let row = try #require(lines.firstIndex { $0.contains("second(") })
        let text = try #require(lines[row].range(of: "second"))
        let column = lines[row].distance(from: lines[row].startIndex, to: text.lowerBound) + 1
        let index = SourceMapIndex(result.map)
        let served = index.served(.init(line: row + 1 + 6, column: column))
        #expect(index.original(served) == .init(line: 4, column: 35))
    }
}
