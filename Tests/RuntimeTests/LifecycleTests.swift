import Models
@testable import Runtime
import Testing

@Suite struct LifecycleTests {
    private func outcomes(_ run: PluginRun) -> [String] {
        run.steps.map { "\($0.method) \($0.event.map(String.init) ?? "-") \($0.outcome.rawValue)" }
    }

    @Test func methodsRunInLifecycleOrderAndShareMeta() throws {
        let run = try PluginRun(
            """
            export function setupPlugin({ global }) { global.seen = []; console.log('setup') }
            export function processEvent(event, { global }) { global.seen.push(event.event); return event }
            export async function onEvent(event, { global }) { console.info('on', global.seen, Object.keys(event)) }
            export async function runEveryMinute(meta) { console.debug('minute', meta.global.seen.length); return 1 }
            export function teardownPlugin() { console.warn('bye') }
            """, events: ["a", "b"])
        #expect(
            outcomes(run) == [
                "setupPlugin - returned", "processEvent 0 returned", "onEvent 0 returned", "processEvent 1 returned",
                "onEvent 1 returned", "runEveryMinute - returned", "teardownPlugin - returned",
            ])
        #expect(run.capabilities.methods == ["setupPlugin", "teardownPlugin", "onEvent", "processEvent"])
        #expect(run.capabilities.scheduledTasks == ["runEveryMinute"])
        #expect(
            run.messages == [
                "setup",
                #"on ["a"] ["distinct_id","ip","team_id","event","properties","timestamp","$set","$set_once","uuid","elements"]"#,
                #"on ["a","b"] ["distinct_id","ip","team_id","event","properties","timestamp","$set","$set_once","uuid","elements"]"#,
                "minute 2", "bye",
            ])
        #expect(run.logs.map(\.step) == [0, 2, 4, 5, 6])
        #expect(run.logs.map(\.type) == [.log, .info, .info, .debug, .warn])
    }

    @Test(arguments: [
        (Era.august2022, #"[["text","tag_name","href","attr_class","attr_id","nth_child","nth_of_type","attributes","$el_text"],"Go",["big","red"],false]"#),
        (Era.november2023, #"[["attributes","tag_name","attr_class","href","nth_child","nth_of_type","text","$el_text","order"],"Go","big,red",false]"#),
    ])
    func whatWasClickedReachesOnEventInTheServersForm(era: Era, expected: String) throws {
        let click = #"{"event":"$autocapture","distinct_id":"u","team_id":2,"properties":{"$elements":[{"tag_name":"a","$el_text":"Go","attr__href":"/x","#
            + #""attr__class":["big","red"],"nth_child":1,"nth_of_type":2}]}}"#
        let run = try PluginRun(
            "export function onEvent({ elements: [e], properties }) { console.log([Object.keys(e), e.text, e.attributes.attr__class, '$elements' in properties]) }",
            era: era, events: [click])
        #expect(run.messages == [expected])
    }

    @Test func aDroppedEventReachesNoLaterMethod() throws {
        let run = try PluginRun(
            "export const processEvent = (e) => e.event === 'keep' ? e : null; export const onEvent = () => {}", events: ["keep", "drop"])
        #expect(outcomes(run) == ["processEvent 0 returned", "onEvent 0 returned", "processEvent 1 dropped"])
    }

    @Test func exportEventsGetsBatchesAndRetriesInVirtualTime() throws {
        let run = try PluginRun(
            """
            let calls = 0
            export async function exportEvents(events) {
              calls += 1
              console.log(calls, events.length, new Date().toISOString())
              if (calls < 3) throw new RetryError('later')
            }
            """, era: .august2022, events: ["a", "b", "c"])
        #expect(outcomes(run) == ["exportEvents - failed", "exportEvents - failed", "exportEvents - returned"])
        #expect(
            run.messages == [
                "1 3 2023-11-14T22:13:20.000Z", "2 3 2023-11-14T22:13:26.000Z", "3 3 2023-11-14T22:13:38.000Z",
            ])
        #expect(run.capabilities.methods == ["setupPlugin", "teardownPlugin", "exportEvents", "onEvent"])
        #expect(run.capabilities.jobs == ["exportEventsWithRetry", "exportHistoricalEvents", "Export historical events"])
        #expect(run.capabilities.scheduledTasks == ["runEveryMinute"])
        #expect(run.ending.notChecked == [])
    }

    /// The servers start an export and go on with the event.
    @Test(arguments: [Era.october2021, .august2022, .november2023])
    func anExportThatFailsWhileAnEventIsAddedFailsNoEvent(era: Era) throws {
        let run = try PluginRun(
            """
            export async function exportEvents(events) {
              console.log('export', events.length)
              await null
              if (events[0].event === 'a') throw new TypeError('broken')
            }
            export async function onEvent(event) { console.log('on', event.event) }
            """, era: era, events: ["a", "b"], config: ["exportEventsBufferBytes": "1"])
        #expect(outcomes(run) == ["exportEvents - failed", "onEvent 0 returned", "exportEvents - returned", "onEvent 1 returned"])
        #expect(run.messages == ["export 1", "on a", "export 1", "on b"])
    }

    /// Recordings of sessions take a way of their own until 2023; then they are events like others.
    @Test(arguments: [
        (Era.october2021, ["onSnapshot 0 returned", "processEvent 1 returned", "onEvent 1 returned"]),
        (.august2022, ["onSnapshot 0 returned", "processEvent 1 returned", "onEvent 1 returned"]),
        (.november2023, ["processEvent 0 returned", "onEvent 0 returned", "processEvent 1 returned", "onEvent 1 returned"]),
    ])
    func snapshotsReachTheirOwnMethodOnly(era: Era, expected: [String]) throws {
        let run = try PluginRun(
            """
            export const processEvent = (event) => { console.log('process', event.event); return event }
            export const onEvent = (event) => { console.log('on', event.event) }
            export const onSnapshot = (event) => { console.log('snapshot', event.event, event.properties.n) }
            """, era: era, events: ["$snapshot", "b"])
        #expect(outcomes(run) == expected)
        #expect(run.messages.first == (era >= .november2023 ? "process $snapshot" : "snapshot $snapshot 1"))
    }

    @Test func snapshotsPassAPluginThatKnowsNothingOfThem() throws {
        let run = try PluginRun("export const processEvent = () => { throw new Error('no') }", era: .august2022, events: ["$snapshot"])
        #expect(outcomes(run) == [])
    }

    /// Until 2023 a service of the server's own answered, which tells nothing of why it has nothing.
    @Test(arguments: [
        (Era.october2021, #"["XX",null,null]"#), (.august2022, #"["XX",null,null]"#),
        (.november2023, #"["XX","AddressNotFoundError: The address 9.9.9.9 is not in the database","ValueError: nonsense is invalid"]"#),
    ])
    func addressesAreLookedUpAsTheEraDoes(era: Era, expected: String) throws {
        let run = try PluginRun(
            """
            export async function processEvent(event, { geoip }) {
              const found = []
              for (const ip of ['1.2.3.4', '9.9.9.9', 'nonsense']) {
                try { found.push((await geoip.locate(ip))?.country.isoCode ?? null) } catch (error) { found.push(`${error.name}: ${error.message}`) }
              }
              console.log(found)
              return event
            }
            """, era: era, geoip: GeoIPReaderTests.database())
        #expect(run.messages == [expected])
    }

    @Test func contribTellsWhenAnEventHappenedAndHasNoErrorOfItsOwn() throws {
        let run = try PluginRun(
            """
            import { createBuffer, getTimestampFromEvent, RetryError } from '@posthog/plugin-contrib'
            export function processEvent(event) {
              console.log(getTimestampFromEvent(event), getTimestampFromEvent({ properties: { timestamp: 5 }, now: 6 }), typeof createBuffer, typeof RetryError)
              return event
            }
            """, era: .august2022)
        #expect(run.messages == ["2023-11-14T22:13:20.000Z 5 function undefined"])
    }

    @Test func anExportOfThePastIsKnownAndSaidNotToHaveRun() throws {
        let run = try PluginRun(
            """
            export function exportEvents() {}
            export async function runEveryMinute({ jobs }) { await jobs['Export historical events']({ dateFrom: '2022-01-01' }).runNow() }
            """, era: .august2022, events: [])
        #expect(outcomes(run) == ["runEveryMinute - returned", "Export historical events - returned"])
        #expect(
            run.ending.notChecked == [
                "Export historical events was asked for and not run: it exports what only the instance has", "exportEvents was not exercised",
            ])
    }

    /// A token that never comes, asked for again and again: on a server the call's time runs out.
    @Test func requestsThatNeverEndRunIntoTheServersLimit() throws {
        let run = try PluginRun(
            """
            async function token(depth) {
              const answer = await (await fetch('https://a.example/token')).json()
              return answer.token ?? await token(depth + 1)
            }
            export async function onEvent(event) {
              if (event.event === 'many') {
                const all = await Promise.all(Array.from({ length: 3000 }, async () => (await fetch('https://a.example/one')).status))
                return console.log(all.length)
              }
              await token(0)
            }
            """, era: .november2023, events: ["endless", "many"]
        ) { $0.fetch = FetchPolicy(mode: .stub) }
        #expect(outcomes(run) == ["onEvent 0 timed_out", "onEvent 1 returned"])
        #expect(run.steps[0].error?.name == "TimeoutError")
        #expect(run.requests.count == 1000 + 3000 && run.messages == ["3000"])
    }

    @Test func standInsAnswerByWhatTheyAreAskedAndInTurn() throws {
        let run = try PluginRun(
            """
            import { Client } from 'pg'
            export async function runEveryMinute() {
              const client = new Client({})
              const count = await client.query('SELECT COUNT(1) FROM t')
              const first = client.query('SELECT * FROM t', [1])
              console.log(count.rows[0].n, (await first).rows.length, (await first).rows.length, (await client.query('SELECT * FROM t')).rows.length)
              await client.query('DROP TABLE t').catch((error) => console.log(error.message, error.code))
              console.log((await client.query('VACUUM')).rows)
            }
            """, era: .august2022, events: []
        ) { job in
            job.stubs = [
                "pg": [
                    "Client.query": [
                        "$cases": [
                            ["when": "COUNT", "answer": ["rows": [["n": 2]]]],
                            ["when": "SELECT", "answer": ["$sequence": [["rows": [1, 2]], ["rows": []]]]],
                            ["when": "DROP", "answer": ["$error": ["message": "no", "code": "42501"]]],
                        ]
                    ]
                ]
            ]
        }
        #expect(run.messages == ["2 2 2 0", "no 42501", "[]"])
    }

    /// The engine tells neither side of `in`, so compiled code keeps them.
    @Test func errorsAboutInNameBothSides() throws {
        let run = try PluginRun(
            """
            export function processEvent(event) {
              const key = event.properties.key
              if (!(key in event.properties.value)) event.properties.missing = true
              return event
            }
            """,
            events: [
                #"{"event":"a","team_id":2,"properties":{"key":"a","value":"jane@example.com"}}"#,
                #"{"event":"a","team_id":2,"properties":{"key":7,"value":null}}"#, #"{"event":"a","team_id":2,"properties":{"key":"a","value":{"a":1}}}"#,
            ])
        #expect(
            run.steps.map { $0.error?.message } == [
                "Cannot use 'in' operator to search for 'a' in jane@example.com", "Cannot use 'in' operator to search for '7' in null", nil,
            ])
        #expect(run.steps[0].error?.line == 3 && run.steps[0].error?.stack?.contains("vm.js:") == true)
        #expect(run.steps[2].result?["properties"]?["missing"] == nil)
    }

    @Test func aPoolMakesItsFirstResourceAtOnce() throws {
        let run = try PluginRun(
            """
            import { createPool } from 'generic-pool'
            class Store {
              constructor(name) { this.pool = createPool({ create: async () => this.name, destroy: async () => {} }, { min: 1 }); this.name = name }
            }
            export async function setupPlugin() { console.log(await new Store('late').pool.acquire()) }
            """)
        #expect(run.messages == ["undefined"])
    }

    @Test func laterStagesGetTheTimeThatIngestionDecides() throws {
        func event(_ members: String) -> String {
            #"{"event":"e","distinct_id":"u","team_id":2,"uuid":"01","properties":{},"now":"2023-06-01T10:00:10.000Z"\#(members)}"#
        }
        let run = try PluginRun(
            "export const onEvent = (event) => { console.log(event.timestamp) }",
            events: [
                event(#","timestamp":"2023-06-01T12:00:03+02:00""#), event(""), event(#","timestamp":"no time""#),
                event(#","timestamp":"2023-06-01T09:00:00Z""#),
            ])
        #expect(
            run.messages == [
                "2023-06-01T10:00:03.000Z", "2023-06-01T10:00:10.000Z", "2023-11-14T22:13:20.000Z", "2023-06-01T09:00:00Z",
            ])
    }

    @Test func capturedEventsAreWhatTheirJSONSays() throws {
        let run = try PluginRun(
            """
            export async function processEvent(event) {
              await posthog.capture('seen', { gone: undefined, when: new Date(0), not: NaN })
              await posthog.capture('huge', { n: 1n }).catch((error) => console.log(error.name))
              return event
            }
            """)
        #expect(run.ending.captures.count == 1)
        let properties = run.ending.captures.first?["properties"]?.object
        #expect(properties?["gone"] == nil)
        #expect(properties?["when"] == .string("1970-01-01T00:00:00.000Z"))
        #expect(properties?["not"] == .null)
        #expect(run.messages == ["TypeError"])
    }

    @Test func jobsRunWhenTheyAreDue() throws {
        let run = try PluginRun(
            """
            export const jobs = { later: async (payload, meta) => {
              console.log(payload, new Date().toISOString())
              if (payload.n < 2) await meta.jobs.later({ n: payload.n + 1 }).runIn(2, 'hours')
            } }
            export async function processEvent(event, { jobs }) {
              await jobs.later({ n: 1 }).runIn(1, 'day')
              await jobs.missing({}).runNow()
              return event
            }
            """)
        #expect(outcomes(run) == ["processEvent 0 returned", "missing - failed", "later - returned", "later - returned"])
        #expect(run.messages == [#"{"n":1} 2023-11-15T22:13:20.000Z"#, #"{"n":2} 2023-11-16T00:13:20.000Z"#])
        #expect(run.step("missing")?.error?.message == "Task \"missing\" not found for plugin \"test-plugin\" with config id 39")
        #expect(run.ending.jobs.count == 3)
    }

    @Test func setupIsRetriedOnlyWhenItAsksForThat() throws {
        let retried = try PluginRun(
            """
            let n = 0
            export async function setupPlugin() { n += 1; console.log(n, new Date().toISOString()); if (n < 3) throw new RetryError('no') }
            export const processEvent = (e) => e
            """)
        #expect(outcomes(retried) == ["setupPlugin - returned", "processEvent 0 returned"])
        #expect(
            retried.messages == ["1 2023-11-14T22:13:20.000Z", "2 2023-11-14T22:13:25.000Z", "3 2023-11-14T22:13:35.000Z"])

        let disabled = try PluginRun(
            """
            export function setupPlugin() { throw new Error('bad key') }
            export function processEvent(e) { e.properties.x = 1; return e }
            """)
        #expect(outcomes(disabled) == ["setupPlugin - failed", "processEvent 0 returned"])
        #expect(disabled.step("processEvent")?.result?["properties"] == ["n": 1])
        #expect(disabled.ending.notChecked.contains { $0.contains("disable") })
    }

    @Test func olderServersMakeThePluginAnewForEachTryOfSetup() throws {
        let run = try PluginRun(
            """
            let n = 0
            export async function setupPlugin({ storage }) {
              n += 1
              const tries = (await storage.get('tries', 0)) + 1
              await storage.set('tries', tries)
              console.log(n, tries, new Date().toISOString())
              if (tries < 3) throw new Error('any')
            }
            export const processEvent = (e) => e
            """, era: .october2021)
        #expect(outcomes(run) == ["setupPlugin - returned", "processEvent 0 returned"])
        #expect(
            run.messages == ["1 1 2023-11-14T22:13:20.000Z", "1 2 2023-11-14T22:13:23.000Z", "1 3 2023-11-14T22:13:29.000Z"])

        let never = try PluginRun("export function setupPlugin() { throw new Error('x') }", era: .october2021)
        #expect(outcomes(never) == ["setupPlugin - failed", "processEvent 0 returned"])
    }

    @Test func onEventIsRetriedByTheServersThatDid() throws {
        let source = """
            let n = 0
            export function onEvent() { n += 1; console.log(n); throw new RetryError('again') }
            """
        #expect(try PluginRun(source, era: .august2022).messages.count == 5)
        #expect(try PluginRun(source, era: .december2023).messages.count == 1)
    }

    @Test func composeWebhookGetsADateAndItsResultIsShown() throws {
        let run = try PluginRun(
            """
            export function composeWebhook(event) {
              return { url: 'https://x.test', body: JSON.stringify([event.timestamp instanceof Date, Object.keys(event)]) }
            }
            """)
        #expect(
            run.step("composeWebhook")?.result == [
                "url": "https://x.test",
                "body": #"[true,["uuid","event","team_id","distinct_id","properties","timestamp"]]"#,
            ])
    }

    @Test func whatOneMethodDoesToItsEventNoOtherSees() throws {
        let run = try PluginRun(
            """
            export const onEvent = (event) => { event.properties.mine = true }
            export const composeWebhook = (event) => ({ url: 'https://x.test', body: JSON.stringify(event.properties) })
            """)
        #expect(run.step("composeWebhook")?.result?["body"] == #"{"n":1}"#)
    }

    @Test func lostRejectionsAreToldAndTheEventGoesOn() throws {
        let run = try PluginRun(
            """
            export function processEvent(event) {
              (async () => { await null; throw new Error('nobody waits') })()
              console.log((() => { const a = {}; a.a = a; return a })())
              return event
            }
            """)
        #expect(outcomes(run) == ["processEvent 0 returned", "unhandledRejection 0 failed", "unhandledRejection 0 failed"])
        #expect(run.steps.compactMap(\.error?.message).contains("nobody waits"))
    }

    @Test func lateWorkIsDoneBeforeTheNextEvent() throws {
        let run = try PluginRun(
            """
            export function processEvent(event, { cache }) {
              (async () => { for (let i = 0; i < 5; i++) await cache.incr('n'); console.log('late', event.event) })()
              posthog.capture('seen', { from: event.event })
              console.log('now', event.event)
              return event
            }
            """, events: ["a", "b"])
        #expect(run.messages == ["now a", "late a", "now b", "late b"])
        #expect(run.ending.captures.map { $0["properties"]?["from"] } == ["a", "b"])
        #expect(run.ending.captures.first?["distinct_id"] == "test-plugin")
        #expect(run.ending.cache["n"] == 10)
    }

    @Test func aCallThatMustBeEndedLosesStateAndTheRunGoesOn() throws {
        let run = try PluginRun(
            """
            let n = 0
            export function setupPlugin() { console.log('setup') }
            export function processEvent(event) {
              n += 1
              if (event.event === 'hang') for (const x of { [Symbol.iterator]: () => ({ next: () => ({ value: 1 }) }) }) {}
              event.properties.x = n
              return event
            }
            """, events: ["a", "hang", "b"]
        ) { $0.limits.wallSecondsPerCall = 0.2 }
        #expect(
            outcomes(run) == [
                "setupPlugin - returned", "processEvent 0 returned", "processEvent 1 timed_out", "processEvent 2 returned",
            ])
        #expect(run.messages == ["setup"])
        #expect(run.steps.last?.isAfterStateLoss == true)
        #expect(run.steps.last?.result?["properties"]?["x"] == 1)
    }

    @Test func theSameJobGivesTheSameBytes() throws {
        let source = """
            import crypto from 'crypto'
            export async function processEvent(event, { jobs }) {
              event.properties.x = [Math.random(), Math.random(), new Date(), Date.now()]
              await posthog.capture('a')
              await jobs.a({ r: Math.random() }).runIn(3, 'minutes')
              return event
            }
            """
        func text(_ seed: UInt64) throws -> String {
            let run = try PluginRun(source, events: ["a", "b", "c"]) { $0.seed = seed }
            return run.steps.map(\.json.text).joined() + run.ending.json.text
        }
        #expect(try text(1) == text(1))
        #expect(try text(1) != text(2))
    }

    @Test(arguments: [
        (Era.october2021, "Could not load index.js for plugin test-plugin ID 60!"),
        (Era.december2023, "Could not load source code for plugin test-plugin ID 60. Tried: index.ts, index.js"),
    ])
    func aMissingEntryIsALoadError(era: Era, message: String) throws {
        let run = try PluginRun("", era: era) { $0.files = [:] }
        #expect(run.loadError?.message == message)
        #expect(outcomes(run) == ["processEvent 0 returned"])
    }

    @Test func errorsWhileLoadingNameTheLine() throws {
        let run = try PluginRun("interface A {}\n\nconst a: string = missing.thing\n") { $0.files = ["index.ts": $0.files["index.js"] ?? ""] }
        #expect(run.loadError?.name == "ReferenceError")
        #expect(run.loadError?.line == 3)
        #expect(run.loadError?.file == "index.ts")
    }

    @Test func errorsOfEventsNameTheLine() throws {
        let run = try PluginRun(
            """
            interface A { b: string }

            async function inner(event: A) {
              if (!event.b) {
                throw new Error('no b')
              }
            }
            export async function processEvent(event: A) {
              try { await inner(event) } catch (error) { throw error }
            }
            """)
        #expect(run.step("processEvent")?.error?.line == 5)
    }
}
