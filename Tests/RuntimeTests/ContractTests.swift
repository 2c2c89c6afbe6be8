import Models
@testable import Runtime
import Testing

/// What plugins see and what comes of them, one small plugin a row.
@Suite struct ContractTests {
    struct Row: CustomTestStringConvertible {
        var name: String
        var source: String
        var era: Era
        var outcome: DryRunStep.Outcome
        /// JSON of the result at `path`, or the error's message.
        var expected: String
        var path: [String]

        init(
            _ name: String, _ source: String, era: Era = .december2023, _ outcome: DryRunStep.Outcome, _ expected: String,
            at path: [String] = ["properties", "x"]
        ) {
            self.name = name
            self.source = source
            self.era = era
            self.outcome = outcome
            self.expected = expected
            self.path = path
        }

        init(_ name: String, _ source: String, era: Era = .december2023, _ expected: String) {
            self.init(name, source, era: era, .returned, expected)
        }

        var testDescription: String { "\(name), \(era.rawValue)" }
    }

    /// A plugin that shows the value of an expression.
    static func show(_ name: String, _ expression: String, era: Era = .december2023, _ expected: String) -> Row {
        Row(name, "export async function processEvent(event, meta) { event.properties.x = \(expression); return event }", era: era, expected)
    }

    static let rows: [Row] = [
        show("typeof timers", "[typeof setTimeout, typeof setInterval, typeof queueMicrotask, typeof process, typeof require]",
            #"["undefined","undefined","undefined","undefined","undefined"]"#),
        show("absent web classes", "[typeof TextEncoder, typeof Headers, typeof URLSearchParams, typeof structuredClone, typeof atob]",
            #"["undefined","undefined","undefined","undefined","undefined"]"#),
        show("present globals", "[typeof URL, typeof Buffer, typeof RetryError, typeof fetch, typeof console, typeof posthog.api.get]",
            #"["function","function","function","function","object","function"]"#),
        show("aliases of the global object", "[global === globalThis, GLOBAL === root]", "[true,true]"),
        show("console has five methods", "Object.keys(console)", #"["debug","log","info","warn","error"]"#),
        show("meta's keys", "Object.keys(meta).sort()",
            #"["attachments","cache","config","geoip","global","jobs","storage","utils"]"#),
        show("meta's keys with metrics", "Object.keys(meta).sort()", era: .october2021,
            #"["attachments","cache","config","geoip","global","jobs","metrics","storage","utils"]"#),
        show("config can't be changed", "(meta.config.a = 1, meta.config.a === undefined)", "true"),
        show("sloppy mode", "(() => { undeclared = 5; return [global.undeclared, (function () { return this === global })()] })()", "[5,true]"),
        show("module.exports is not exports", "module.exports === exports", "false"),
        show("values beyond JSON", "[undefined, NaN, new Date(0), -0, 10n, new Map([[1, 2]])]",
            #"[{"$":"undefined"},{"$":"NaN"},{"$":"Date","v":"1970-01-01T00:00:00.000Z"},{"$":"-0"},{"$":"BigInt","v":"10"},{"$":"Map","v":[[1,2]]}]"#),
        show("members that look like forms", #"[{ $: 1 }, '"$":']"#, #"[{"$":"Object","v":{"$":1}},"\"$\":"]"#),
        Row("a getter that throws", "export function processEvent(event) { event.properties.x = { get a() { throw new Error('mine') } }; return event }", .returned,
            #"{"$":"Unreadable"}"#, at: []),
        show("dates are lost in the older servers' clone", "new Date(0)", era: .october2021, "{}"),
        show("texts of dates that Ruby, Python and people write",
            "['2022-08-09 10:11:12 +0200', '2022-08-09 10:11:12 UTC', '2022-08-09 10:11:12.5 -02:30', '2022-08-09 12:11 am', '10-06-2014', '2022.08.09']"
                + ".map((text) => new Date(text).toISOString())",
            #"["2022-08-09T08:11:12.000Z","2022-08-09T10:11:12.000Z","2022-08-09T12:41:12.500Z","2022-08-09T00:11:00.000Z","2014-10-06T00:00:00.000Z","# +
                #""2022-08-09T00:00:00.000Z"]"#),
        show("texts that only look like dates to the servers' engine",
            "[Date.parse('user 5'), Date.parse('1'), Date.parse('2022-02-30'), new Date('Jan 1').getFullYear(), Date.parse('mayo 5')]",
            "[988675200000,978307200000,1646179200000,2001,989020800000]"),
        show("texts that are no dates",
            "['22', '2022-08-09T10:11:60Z', '2022-08-09T10:11:12 UTC', '20220809', '2022-13-01', 'hello', '', '12:00', '1/32/2022']"
                + ".every((text) => Number.isNaN(Date.parse(text)))", "true"),
        show("dates at the edges of time",
            "['+275760-09-13T00:00:00Z', '+275760-09-13T00:00:01Z', '-271821-04-20', '0001-01-01', '2022-08-09T24:00:00Z', '2022-08-09T10:11:12.123456Z']"
                + ".map((text) => String(Date.parse(text)))",
            #"["8640000000000000","NaN","-8640000000000000","-62135596800000","1660089600000","1660039872123"]"#),
        show("a list is no number to the cache", "(await meta.cache.lpush('l', '1'), await meta.cache.incr('l').catch((e) => e.name))", #""ReplyError""#),
        show("the clock is the job's", "[Date.now(), new Date().toISOString(), new Date(5).getTime(), new Date() instanceof Date]",
            #"[1700000000000,"2023-11-14T22:13:20.000Z",5,true]"#),
        show("jobs is a proxy", "[typeof meta.jobs.anything, Object.keys(meta.jobs), 'x' in meta.jobs]", #"["function",[],false]"#),
        Row("only what is imported is handed over", "const url = require('url')\nexport const processEvent = (e) => { e.properties.x = ['URL' in url, 'URL' in __pluginHostImports.url, __pluginHostImports.crypto === undefined]; return e }", "[true,true,true]"),
        Row("older servers hand over all modules", "export const processEvent = (e) => { e.properties.x = __pluginHostImports.crypto !== undefined; return e }", era: .august2022, "true"),
        show("cache defaults", "[await meta.cache.get('k', 7), (await meta.cache.set('k', {a: 1}), await meta.cache.get('k')), await meta.cache.incr('n')]", #"[7,{"a":1},1]"#),
        show("cache ignores the default in older servers", "await meta.cache.get('k', 7)", era: .october2021, "null"),
        show("cache lists", "[await meta.cache.lpush('l', ['a', 'b']), await meta.cache.lrange('l', 0, -1), await meta.cache.llen('l'), await meta.cache.lpop('l', 1)]",
            #"[2,["b","a"],2,["b"]]"#),
        show("storage", "[await meta.storage.get('k', 1), (await meta.storage.set('k', [2]), await meta.storage.get('k', 1))]", "[1,[2]]"),
        show("cursor", "[await meta.utils.cursor.init('c', 5), await meta.utils.cursor.increment('c', 2), await meta.utils.cursor.increment('d')]",
            #"[{"$":"undefined"},7,1]"#),
        show("host operations keep their order", "(meta.cache.set('a', 1), meta.cache.set('a', 2), await meta.cache.get('a'))", "2"),
        show("what came after the servers' Node", "[typeof [].toSorted, typeof Object.groupBy, typeof Promise.withResolvers, typeof Iterator, typeof [].findLast]",
            #"["undefined","undefined","undefined","undefined","function"]"#),
        show("what came after Node 14", "[typeof [].at, typeof ''.replaceAll, typeof Promise.any, typeof [].findLast]", era: .october2021,
            #"["undefined","undefined","undefined","undefined"]"#),
        Row("a default export", "export default { processEvent(e) { e.properties.x = 1; return e } }", "1"),
        Row("a class instance", "class P { processEvent(e) { e.properties.x = this === undefined; return e } } export default new P()", "true"),
        Row("module.exports", "module.exports = { processEvent: (e) => ({ ...e, properties: { x: 3 } }) }", "3"),
        Row("a bare function", "function processEvent(e) { e.properties.x = 4; return e }", "4"),
        Row("processEventBatch", "export async function processEventBatch(es) { return es.map((e) => ({ ...e, properties: { x: es.length } })) }", "1"),
        Row("dropping", "export const processEvent = () => null", .dropped, "null", at: []),
        Row("dropping by undefined", "export function processEvent() {}", .dropped, "null", at: []),
        Row("a changed team", "export const processEvent = (e) => ({ ...e, team_id: 9 })", .failed, "Plugin tried to change event.team_id"),
        Row("a returned text", "export const processEvent = () => 'x'", .failed, "Cannot create property 'team_id' on string 'x'"),
        Row("a thrown text", "export function processEvent() { throw 'plain' }", .failed, "plain"),
        Row("a thrown error", "export function processEvent() { throw new RangeError('far') }", .failed, "far"),
        Row("a loop that never ends", "export function processEvent() {\n  while (true) {}\n}", .timedOut,
            "Script execution timed out after looping for 30 seconds on line 2:2"),
        Row("a loop that polls the clock", "export function processEvent(e) { const end = Date.now() + 5000; while (Date.now() < end) {} e.properties.x = Date.now() >= end; return e }", "true"),
        Row("a loop under a clock that was put in its place", "export function processEvent(e) { let asked = 0; const now = Date.now; Date.now = () => { asked += 1; return now() }; for (let i = 0; i < 3; i++) {} Date.now = now; e.properties.x = asked; return e }", "4"),
        Row("a loop beside a Date of the plugin's own", "export function processEvent(e) { const asked = []; const Date = { now: () => asked.push(1) }; for (let i = 0; i < 3; i++) {} e.properties.x = asked.length; return e }", "4"),
        Row("dates that are read after their methods were replaced", "export function processEvent(e) { const { setUTCFullYear } = Date.prototype; Date.prototype.setUTCFullYear = () => 0; e.properties.x = Date.parse('3 Feb 2023 04:05 UTC'); Date.prototype.setUTCFullYear = setUTCFullYear; return e }", "1675397100000"),
        Row("a promise that never settles", "export async function processEvent() {\n  await new Promise(() => {})\n}", .timedOut,
            "Script execution timed out after promise waited for 30 seconds (test-plugin, name: await on line 2:2, pluginConfigId: 39)"),
        Row("the same on older servers", "export async function processEvent() {\n  await new Promise(() => {})\n}", era: .october2021, .timedOut,
            "Script execution timed out after promise waited for 30 seconds"),
        Row("a method that never settles", "export function processEvent() { return new Promise(() => {}) }", .timedOut,
            "Script execution timed out after promise waited for 30 seconds (test-plugin, name: processEvent, pluginConfigId: 39)"),
        Row("a chain that never ends", "export function processEvent() { const turn = () => Promise.resolve()['then'](turn); return turn() }", .timedOut,
            "Script execution timed out after promise waited for 30 seconds (test-plugin, name: processEvent, pluginConfigId: 39)"),
        Row("an await inside that is caught", "export async function processEvent(e) { try { await new Promise(() => {}) } catch (error) { e.properties.x = error.name } return e }", "\"TimeoutError\""),
        Row("a loop without guards", "export function processEvent() { for (const x of (function* () { for (;;) yield 1 })()) {} }", .timedOut, "Script execution timed out after looping for 30 seconds on line 1:65"),
        Row("fetch is denied", "export async function processEvent(e) { await fetch('https://api.example.com/a') }", .failed,
            "request to https://api.example.com/a failed, reason: a dry run sends no requests"),
        Row(
            "an event that does not let its constructor be looked at",
            "export const processEvent = (e) => { e.properties.x = 1; return new Proxy(e, { get(t, k) { if (k === 'constructor') throw new Error('no'); return t[k] } }) }", "1"),
        Row("an import", "import { URLSearchParams } from 'url'\nimport crypto from 'crypto'\nexport const processEvent = (e) => { e.properties.x = new URLSearchParams({ a: 'b c' }).toString(); return e }", "\"a=b+c\""),
        Row("types", "import { Plugin } from '@posthog/plugin-scaffold'\nimport type { X } from './nowhere'\nenum Colour { Red = 'red' }\nexport const processEvent = (e: any): any => { e.properties.x = Colour.Red satisfies string; return e as unknown }", "\"red\""),
        Row("the oldest server", "function processEvent(e) { e.properties.x = typeof RetryError; return e }", era: .december2020, "\"undefined\""),
    ]

    @Test(arguments: rows)
    func theOutcomeIsTheServers(row: Row) throws {
        let run = try PluginRun(row.source, era: row.era)
        #expect(run.loadError == nil)
        let step = try #require(run.step("processEvent"))
        #expect(step.outcome == row.outcome, "\(step)")
        if let error = step.error {
            #expect(error.message == row.expected)
        } else {
            let value = row.path.reduce(step.result ?? .null) { (value: JSONValue, name: String) in value[name] ?? .null }
            #expect(value.text == row.expected)
        }
    }
}
