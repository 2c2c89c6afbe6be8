import Models
@testable import Runtime
import Testing

/// A result goes out by a short way when nothing in it has a form of its own; the long way decides what is right.
@Suite struct ResultFormTests {
    private static let changes = [
        "p.x = undefined", "p.x = NaN", "p.x = -0", "p.x = Infinity", "p.x = new Date(5)", "p.x = new Map([[1, 2]])", "p.x = /a/g", "p.x = () => 1",
        "p.x = Symbol('q')", "p.x = 5n", "p.x = { toJSON() { return 7 } }", "p.x = { $: 1 }", "p.x = { $: undefined }", "p.$ = 'dollar'", "p.x = [, 1]",
        "p.x = Object.create(null, { a: { value: 1, enumerable: true } })", "p.x = new (class A { b = 1 })()", "p.x = '\\ud800'", "p['\\udc00k'] = 1",
        "p.x = 'back\\\\ud800 slash'", "p.x = '\"$\":'", "p.x = new Error('e')", "p.x = p", "p.x = new Proxy({ a: NaN }, {})", "p.x = { get a() { return undefined } }",
        "p.x = { get a() { throw new Error('mine') } }", "Object.defineProperty(p, 'x', { enumerable: true, get() { throw new Error('mine') } })",
        "p.x = (() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()", "p.x = new String('s')", "p.x = Buffer.from('ab')",
        "Object.defineProperty(p, 'toJSON', { value: () => undefined, enumerable: false })", "p.toJSON = () => 'own'", "event.toJSON = () => undefined",
        "p.x = [1, 2]; p.x.named = NaN", "p.x = [1]; p.x.toJSON = () => 'x'", "event.properties = Object.assign([1], { when: new Date(0), n: NaN })",
        "p.x = Object.setPrototypeOf({ a: 1 }, Array.prototype)", "p.x = Object.setPrototypeOf(() => 1, null)", "p.x = { a: { b: [{ c: [null, true, 0.5, 1e21] }] } }",
        "delete event.properties", "event.properties = null", "event.properties = 5", "p.$plugins_succeeded = ['a', undefined]; p.$plugins_failed = 'x'",
        "let n = 0; p.d = new Date(0); return { ...event, get x() { return ++n } }", "return { orig: event, team_id: 2 }", "return { ...event, properties: undefined }", "return 'text'", "return [event]", "return Object.create(event)",
        "Object.freeze(event)", "Object.freeze(p)",
    ]

    /// The first event goes the long way, since setup comes before it; one after an ordinary one goes the short way.
    @Test(arguments: [Era.december2020, .october2021, .november2023, .december2023])
    func bothWaysShowTheSame(era: Era) throws {
        for change in ResultFormTests.changes {
            let source = "export function processEvent(event) { const p = event.properties; if (event.event === 'odd') { \(change) } return event }"
            let long = try PluginRun(source, era: era, events: ["odd"])
            let short = try PluginRun(source, era: era, events: ["even", "odd"])
            let steps = short.steps.filter { $0.event == 1 }.map { step in
                var step = step
                step.event = 0
                return step
            }
            #expect(steps == long.steps.filter { $0.event == 0 }, "\(change)")
            #expect(!steps.isEmpty, "\(change)")
        }
    }
}
