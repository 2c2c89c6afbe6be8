import Models
@testable import Runtime
import TestSupport
import Testing

/// What Node says is a file under Tests/Fixtures, recorded once; rows about older versions are written here.
@Suite struct DialectTests {
    @Test func wordsErrorsAsNodeDoes() throws {
        // In one engine, for an engine a row costs seconds; a function keeps what rows declare apart.
        let environment = try environment(running: "", nodeVersion: 18)
        let code = try environment.engine.evaluate("host.code()")
        var wrong: [String] = []
        for row in try rows("messages") {
            guard let source = row["source"]?.string, let error = row["error"]?.string else { continue }
            let wrapped = "(function () {\n\(source)\n})()"
            code.set("text", environment.engine.make(wrapped))
            let found = try failure(of: wrapped, in: environment).error
            if found != error { wrong.append("\(source) gives \(found)") }
        }
        #expect(wrong == [])
    }

    @Test func pointsWhereNodeDoes() throws {
        var wrong: [String] = []
        for row in try rows("places") {
            guard let source = row["source"]?.string, let frame = row["frame"]?.string else { continue }
            let found = try failure(of: source).stack
            if !found.contains("    \(frame)\n") && !found.hasSuffix("    \(frame)") { wrong.append("\(source) gives \(found)") }
        }
        #expect(wrong == [])
    }

    @Test(arguments: [
        (14, "var a = {}; a.b.c", "TypeError: Cannot read property 'c' of undefined"),
        (14, "var a = null; a.b()", "TypeError: Cannot read property 'b' of null"),
        (14, "(() => { var a = {}; a.b.c = 1 })()", "TypeError: Cannot set property 'c' of undefined"),
        (16, "var a = {}; a.b.c", "TypeError: Cannot read properties of undefined (reading 'c')"),
        (18, "(() => { var a = {}; a.b.c = 1 })()", "TypeError: Cannot set properties of undefined (setting 'c')"),
        (14, "eval('a b')", "SyntaxError: Unexpected identifier"),
        (14, "eval('({a:1,,})')", "SyntaxError: Unexpected token ,"),
        (18, "eval('({a:1,,})')", "SyntaxError: Unexpected token ','"),
        (18, "JSON.parse('hello')", "SyntaxError: Unexpected token h in JSON at position 0"),
        (18, "JSON.parse('')", "SyntaxError: Unexpected end of JSON input"),
        (18, "JSON.parse('[1 2]')", "SyntaxError: Unexpected number in JSON at position 3"),
        (18, "JSON.parse('{\"a\" \"b\"}')", "SyntaxError: Unexpected string in JSON at position 5"),
        (18, "JSON.parse(undefined)", "SyntaxError: Unexpected token u in JSON at position 0"),
        (18, "JSON.parse('{\"a\":1,}')", "SyntaxError: Unexpected token } in JSON at position 7"),
    ])
    func followsTheVersion(_ version: Int, _ source: String, _ expected: String) throws {
        #expect(try failure(of: source, nodeVersion: version).error == expected)
    }

    @Test func errorsThatPluginsMakeHaveNodesStacks() throws {
        let stack = try evaluate(
            """
            function one() { return new TypeError('no') }
            class Own extends Error { constructor(m) { super(m); this.name = 'Own' } }
            const own = () => new Own('mine');
            [one().stack, own().stack, own() instanceof Error, Object.keys(one()).length].join('|')
            """)
        #expect(
            stack == "TypeError: no\n    at one (vm.js:1:25)\n    at vm.js:4:2|Own: mine\n    at own (vm.js:3:19)\n    at vm.js:4:15|true|0")
    }

    @Test func capturesStacksOnRequest() throws {
        let text = try evaluate(
            """
            function make() { const target = { name: "Odd", message: "one" }; Error.captureStackTrace(target, make); return target.stack }
            Error.stackTraceLimit = 1;
            make()
            """)
        #expect(text == "Odd: one\n    at vm.js:3:1")
    }

    @Test func everyWayToSeeAnErrorShowsTheSame() throws {
        let run = try PluginRun(
            """
            export async function setupPlugin() {
              const seen = []
              try { null.a } catch (e) { seen.push(e.message) }
              try { undefined.b.c } catch ({ message }) { seen.push(message) }
              await Promise.reject(1).catch(() => undefined.d).catch((e) => { seen.push(e.message, "line" in e) })
              await (async () => nowhere)().then(null, (e) => seen.push(e.message))
              console.log(seen.join("; "))
            }
            export function processEvent(event) {
              return event.properties.missing.url
            }
            """)
        #expect(
            run.messages == [
                "Cannot read properties of null (reading 'a'); Cannot read properties of undefined (reading 'b'); "
                    + "Cannot read properties of undefined (reading 'd'); false; nowhere is not defined"
            ])
        let error = run.step("processEvent")?.error
        #expect(error?.message == "Cannot read properties of undefined (reading 'url')")
        #expect(error?.line == 10)
        #expect(error?.column == 35)
        #expect(error?.stack?.contains("\n    at processEvent (vm.js:") == true)
    }

    @Test func keysAndValuesThatOnlyTheRunKnowsAreNamed() throws {
        let run = try PluginRun(
            """
            export function setupPlugin() {
              const seen = [], key = 'city', empty = {}, none = null
              const look = (action) => { try { action() } catch (error) { seen.push(error.message) } }
              look(() => empty.person[key])
              look(() => empty.person[`${key}_${1 + 1}`].name)
              look(() => { empty.person[key] = 1 })
              look(() => { const { a } = none })
              look(() => { const { outer: { inner } } = { outer: null } })
              look(() => empty[key](1))
              console.log(seen.join('; '))
            }
            """)
        #expect(
            run.messages == [
                "Cannot read properties of undefined (reading 'city'); Cannot read properties of undefined (reading 'city_2'); "
                    + "Cannot set properties of undefined (setting 'city'); Cannot destructure property 'a' of 'none' as it is null.; "
                    + "Cannot read properties of null (reading 'inner'); empty[key] is not a function"
            ])
    }

    @Test func aStackIsPicturedWhenSomebodyLooks() throws {
        let text = try evaluate(
            """
            const late = new Error('first'); late.name = 'Late'; late.message = 'second';
            const seen = new Error('first'); seen.stack; seen.message = 'second';
            const own = new Error('x'); own.stack = 'mine';
            [late.stack.split('\\n')[0], seen.stack.split('\\n')[0], own.stack, Object.keys(late).join()].join('|')
            """)
        #expect(text == "Late: second|Error: first|mine|name")
    }

    @Test func walkersOfPromisesSayWhatTheyWereGiven() throws {
        let run = try PluginRun(
            """
            export async function setupPlugin() {
              const seen = []
              for (const call of [() => Promise.all(), () => Promise.race(5), () => Promise.allSettled({}), () => Promise.any([])]) {
                await call().catch((error) => seen.push(error.message))
              }
              console.log(seen.join('; '))
            }
            """)
        let words = "is not iterable (cannot read property Symbol(Symbol.iterator))"
        #expect(run.messages == ["undefined \(words); number 5 \(words); object \(words); All promises were rejected"])
    }

    @Test func classesOfErrorsAreStillThemselves() throws {
        let environment = try LibraryEngine()
        _ = try environment.library.file("dialect")
        let text = try environment.engine.evaluate(
            """
            [new Error("x").constructor === Error, Object.getPrototypeOf(TypeError) === Error, new TypeError() instanceof Error, Error("a").message,
             TypeError.name, Error.length, typeof Error, new RegExp("a", "g").constructor === RegExp, /a/ instanceof RegExp, RegExp("b").test("b"),
             new Error("y", { cause: 5 }).cause, Object.prototype.toString.call(new RangeError()), JSON.stringify({ a: [1] }), JSON.parse("[2]")[0]].join()
            """).text
        #expect(text == "true,true,true,a,TypeError,1,function,true,true,true,5,[object Error],{\"a\":[1]},2")
    }

    private func evaluate(_ source: String) throws -> String {
        let environment = try environment(running: source, nodeVersion: 18)
        _ = try environment.library.file("dialect")
        return try environment.engine.evaluate(source, name: "vm.js").text
    }

    /// With the source as what errors point into.
    private func environment(running source: String, nodeVersion: Int) throws -> LibraryEngine {
        let environment = try LibraryEngine(nodeVersion: nodeVersion)
        let engine = environment.engine
        let code = engine.makeObject()
        code.set("text", engine.make(source))
        code.set("startingLine", engine.make(1))
        engine.global["host"].set("code", engine.makeFunction("code") { _ in code })
        return environment
    }

    private func rows(_ name: String) throws -> [JSONValue] {
        let rows = try JSONValue(parsing: try Fixtures.bytes("runtime/library/dialect.json"))[name]?.array ?? []
        #expect(rows.count > 40)
        return rows
    }

    private func failure(of source: String, nodeVersion: Int = 18) throws -> (error: String, stack: String) {
        try failure(of: source, in: environment(running: source, nodeVersion: nodeVersion))
    }

    private func failure(of source: String, in environment: LibraryEngine) throws -> (error: String, stack: String) {
        let engine = environment.engine
        let dialect = try environment.library.file("dialect")
        do throws(EngineError) {
            try engine.evaluate(source, name: "vm.js")
            return ("nothing", "")
        } catch {
            let value = try dialect["translate"].call([error.value ?? engine.undefined])
            return ("\(value["name"].text): \(value["message"].text)", value["stack"].text)
        }
    }
}
