import Models

/// A small plugin that shows the parts there are: config, setup, an event that changes, one that is dropped, and a test.
struct PluginTemplate: Sendable {
    let name: String
    let isTypeScript: Bool

    var files: [(name: String, text: String)] {
        [
            ("plugin.json", manifest), (entry, code), ("tests/greets.json", test), (".phsync-gates", gates), ("README.md", readme),
        ]
    }

    private var entry: String { isTypeScript ? "index.ts" : "index.js" }

    private var manifest: String {
        let json: JSONValue = [
            "name": .string(name), "description": "Adds a greeting to events, and drops those that nobody wants.", "main": .string(entry),
            "config": [
                ["key": "greeting", "name": "Greeting", "type": "string", "default": "Hello", "required": true, "hint": "What every event says"],
                ["key": "unwanted", "name": "Name of events to drop", "type": "string", "default": "", "required": false],
            ],
        ]
        return json.prettyText + "\n"
    }

    private var code: String {
        isTypeScript
            ? """
            import { Plugin, PluginEvent, PluginMeta } from '@posthog/plugin-scaffold'

            type Greeter = Plugin<{
                config: { greeting: string; unwanted?: string }
                global: { greeting: string }
            }>

            export function setupPlugin({ config, global }: PluginMeta<Greeter>) {
                global.greeting = config.greeting || 'Hello'
            }

            export function processEvent(event: PluginEvent, { config, global }: PluginMeta<Greeter>) {
                if (config.unwanted && event.event === config.unwanted) {
                    return null
                }
                event.properties = { ...event.properties, greeting: global.greeting }
                return event
            }

            """
            : """
            export function setupPlugin({ config, global }) {
                global.greeting = config.greeting || 'Hello'
            }

            export function processEvent(event, { config, global }) {
                if (config.unwanted && event.event === config.unwanted) {
                    return null
                }
                event.properties = { ...event.properties, greeting: global.greeting }
                return event
            }

            """
    }

    /// Written as a run writes it, so that the test passes from the start.
    private var test: String {
        func event(_ name: String, _ id: Int, _ properties: JSONValue) -> JSONObject {
            JSONObject([
                .init(key: "event", value: .string(name)), .init(key: "distinct_id", value: "u-1"), .init(key: "team_id", value: 1),
                .init(key: "uuid", value: .string("00000000-0000-4000-8000-00000000000\(id)")), .init(key: "timestamp", value: "2024-01-01T00:00:00.000Z"),
                .init(key: "properties", value: properties),
            ])
        }
        let greeted = event("$pageview", 1, ["$current_url": "https://example.com", "greeting": "Good morning"])
        let json: JSONValue = [
            "config": ["greeting": "Good morning", "unwanted": "noise"],
            "events": [.object(event("$pageview", 1, ["$current_url": "https://example.com"])), .object(event("noise", 2, .object(JSONObject())))],
            "expected": [
                "steps": [
                    ["method": "setupPlugin"], ["method": "processEvent", "event": 0, "result": .object(greeted)],
                    ["method": "processEvent", "event": 1, "outcome": "dropped"],
                ]
            ],
        ]
        return json.prettyText + "\n"
    }

    private var gates: String {
        """
        # What a dry run has to show before a push goes on: phsync help dry-run
        no new failures
        no new hosts
        time <= 3x

        """
    }

    private var readme: String {
        """
        # \(name)

        A PostHog plugin. `phsync test` runs the cases in `tests/`, `phsync test --watch` whenever a file is saved,
        `phsync validate --plugin .` checks `plugin.json` and the code, and `phsync dry-run --plugin . --events FILE` runs it on events.

        """
    }
}
