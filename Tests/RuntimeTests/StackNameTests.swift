import Models
@testable import Runtime
import Testing

/// How functions are named in stacks and shown as texts: as V8 does, recorded on Node 20.
@Suite struct StackNameTests {
    /// The engine has forgotten by then what a function without a name of its own was called.
    @Test func functionsThatGoOnAfterAnAwaitKeepTheirNames() throws {
        let run = try PluginRun(
            """
            const arrow = async (x) => { await 0; return x.a.b }
            const short = async x => (await x).a.b
            const taken = async (event, { a, ...others } = {}) => { await 0; return a.b.c }
            const expression = async function (x) { await 0; return x.a.b }
            async function declared(x) { await 0; return x.a.b }
            class K {
              async method(x) { await 0; return x.a.b }
              static async shared({ x }) { await 0; return x.a.b }
              field = async (x) => { await 0; return x.a.b }
              async #hidden(x) { await 0; return x.a.b }
              reach(x) { return this.#hidden(x) }
            }
            const o = { async method(x) { await 0; return x.a.b }, arrow: async (x) => { await 0; return x.a.b }, plain: async function (x) { await 0; return x.a.b } }
            async function mapped(x) { return await Promise.all([1].map(async () => { await 0; return x.a.b })) }
            const made = async () => { await 0; throw new RangeError('made') }
            const inner = async (x) => { await 0; const f = () => x.a.b; return f() }
            const calls = [arrow, short, taken, expression, declared, (x) => new K().method(x), (x) => K.shared(x), (x) => new K().field(x), (x) => new K().reach(x),
              (x) => o.method(x), (x) => o.arrow(x), (x) => o.plain(x), mapped, made, inner]
            export const processEvent = async (event, { config, global }) => {
              for (const call of calls) {
                try { await call({}) } catch (error) { console.log(/at (?:(.*) \\()?vm/.exec(error.stack)[1]) }
              }
              throw new Error('end')
            }
            export const onEvent = async ({ properties: { n } }, { storage }) => {
              await storage.get('a')
              n.missing.deeply
            }
            """)
        #expect(
            run.messages == [
                "arrow", "short", "taken", "expression", "declared", "K.method", "K.shared", "K.field", "#hidden", "Object.method", "Object.arrow", "Object.plain",
                "undefined", "made", "f",
            ])
        #expect(run.step("processEvent")?.error?.stack?.contains("at processEvent (vm.js:") == true)
        #expect(run.step("onEvent")?.error?.stack?.contains("at onEvent (vm.js:") == true)
    }

    @Test func parametersThatCanNotBeTakenApartAreThoseOfTheirOwnFunction() throws {
        let run = try PluginRun(
            """
            class Sender {
              static of({ config: { host } }) { return new Sender(host) }
              later({ properties }) { return properties }
              send({ event, properties: { a } }, extra) { return [event, a, extra] }
            }
            const flat = ({ event }, other) => { other.call(event); return event }
            export function processEvent(event) {
              const sender = new Sender()
              for (const call of [() => Sender.of({}), () => sender.later(), () => flat(undefined, () => {})]) {
                try { call() } catch (error) { console.log(error.message) }
              }
              try { sender.send({}) } catch (error) { console.log(error.stack.split('\\n')[1].split('(')[0]) }
              return event
            }
            """)
        #expect(
            run.messages == [
                "Cannot read properties of undefined (reading 'host')", "Cannot destructure property 'properties' of 'undefined' as it is undefined.",
                "Cannot destructure property 'event' of 'undefined' as it is undefined.", "    at Sender.send ",
            ])
    }

    /// The value may look up other keys after the one that is written to.
    @Test func aKeyThatIsWrittenToIsToldWhateverTheValueDoes() throws {
        let run = try PluginRun(
            """
            const rule = { name: 'length' }, other = { a: 1 }, k = 'a'
            const twice = (n) => { other[k] = n * 2; return other[k] }
            export async function processEvent(event) {
              const none = event.missing
              const writes = [() => { none[rule.name] = twice(other[k]) }, async () => { none[k] = await other[k] }, () => { none[rule.name] = other[k] = twice(1) },
                () => { none[k] = k in other }, () => { none[rule.name] = { z: other[k] } }, () => { none[k] = `${other[k]}` }]
              for (const write of writes) {
                try { await write() } catch (error) { console.log(error.message) }
              }
              const made = {}
              made[k] = twice(3)
              made[rule.name] = made[k] = twice(4)
              event.properties = { made, other, text: String(twice) }
              return event
            }
            """)
        #expect(
            run.messages == ["length", "a", "length", "a", "length", "a"].map { "Cannot set properties of undefined (setting '\($0)')" })
        #expect(run.step("processEvent")?.result?["properties"]?["made"] == ["a": 8, "length": 8])
        #expect(run.step("processEvent")?.result?["properties"]?["text"] == "n => {\n  other[k] = n * 2;\n  return other[k];\n}")
    }

    @Test func whatTheCompilerShowsOnlyAsAPictureHasAPlaceToo() throws {
        let run = try PluginRun("class A {\n  declare x: string\n}\nexport const processEvent = (event) => event")
        #expect(run.loadError?.message.contains("'declare' modifier") == true)
        #expect(run.loadError?.line == 2 && run.loadError?.column == 3)
    }

    @Test func aDeletionThatMeetsNothingIsAtTheLastMemberThatWasRead() throws {
        let run = try PluginRun(
            """
            export function processEvent(event) {
              const k = 'q', none = undefined
              for (const f of [() => { delete event.missing.ip }, () => { delete none.ip }, () => { delete event[k].c }]) {
                try { f() } catch (error) { console.log(error.message, /vm.js:\\d+:(\\d+)/.exec(error.stack)[1]) }
              }
              return event
            }
            """)
        // As Node 20 has it for the same compiled code, which puts each deletion on a line of its own.
        #expect(
            run.messages == [18, 5, 17].map { "Cannot convert undefined or null to object \($0)" })
    }

    @Test func whatTheServerHandsOverShowsNothingOfItself() throws {
        let run = try PluginRun(
            """
            export function processEvent(event, { cache, storage, geoip, utils, jobs }) {
              console.log([fetch, console.log, posthog.capture, posthog.api.get, cache.get, storage.set, geoip.locate, utils.cursor.init, jobs.any]
                .every((f) => String(f) === 'function () { [native code] }' || !String(f).includes('native.')))
              console.log(String(cache.get))
              return event
            }
            """)
        #expect(run.messages == ["true", "function () { [native code] }"])
    }

    @Test func theLanguagesOwnFunctionsAreOneLineAndThePluginsAreTheServers() throws {
        let run = try PluginRun(
            """
            function guarded(list, key) {
              try { while (list.length > key) list.pop() } catch (error) { return list[key][error] }
            }
            const size = Object.getOwnPropertyDescriptor(Map.prototype, 'size').get
            export function processEvent(event) {
              for (const f of [Math.max, Map, size, JSON.parse, Promise.all, Promise.prototype['then'], Error, RegExp, Date, Math.random, (() => 1).bind(null), new Proxy(() => 1, {}),
                Function.prototype.toString]) console.log(String(f))
              console.log(String(guarded).replace(/\\s+/g, ' '))
              console.log(String((x) => x + 1), Function.prototype.toString.name, Function.prototype.toString.length, 'prototype' in Function.prototype.toString)
              try { Function.prototype.toString.call({}) } catch (error) { console.log(error.message) }
              return event
            }
            """)
        #expect(
            run.messages == [
                "function max() { [native code] }", "function Map() { [native code] }", "function get size() { [native code] }", "function parse() { [native code] }",
                "function all() { [native code] }", "function then() { [native code] }", "function Error() { [native code] }", "function RegExp() { [native code] }",
                "function Date() { [native code] }", "function random() { [native code] }", "function () { [native code] }", "function () { [native code] }",
                "function toString() { [native code] }",
                "function guarded(list, key) { try { const _LP = Date.now(); while (list.length > key) { if (Date.now() - _LP > 30000) throw new Error(\"Script execution timed out after looping for 30 seconds on line 2:8\"); list.pop(); } } catch (error) { return list[key][error]; } }",
                "x => x + 1 toString 0 false", "Function.prototype.toString requires that 'this' be a Function",
            ])
    }
}
