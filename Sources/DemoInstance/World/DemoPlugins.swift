import Models

/// The plugins of the demo world: every type, both schema forms, every kind of field.
enum DemoPlugins {
    /// Ids are given in this order, from 1.
    static func all(organization: String, otherOrganization: String) -> [DemoPlugin] {
        var plugins = [
            currencyNormalization, geoIP, invoices, internalTraffic, renameEvents, priceRounder, lookup, releases,
            warehouse, officeHours, banner,
        ]
        for index in plugins.indices {
            plugins[index].id = Int64(index + 1)
            plugins[index].organizationID = organization
        }
        // Shared by another organization: everybody sees it in the list, only its owner may open it.
        plugins[1].organizationID = otherOrganization
        return plugins
    }

    static let currencyNormalization = repository(
        "Currency Normalization", "https://github.com/PostHog/currency-normalization-plugin",
        "Converts amounts of money in events into one currency, with daily rates.",
        schema: """
            [{"markdown": "Needs a key of a service for **exchange rates**."}, \
            {"key": "openExchangeRatesApiKey", "name": "Open Exchange Rates key", "type": "string", "secret": true, "required": true, "default": ""}, \
            {"key": "normalizedCurrency", "name": "Target currency", "type": "string", "required": true, "default": "EUR", "hint": "Three letters, for example EUR"}, \
            {"key": "amountProperty", "name": "Property with the amount", "type": "string", "required": true, "default": "amount"}, \
            {"key": "currencyProperty", "name": "Property with the currency", "type": "string", "required": true, "default": "currency"}, \
            {"key": "normalizedAmountProperty", "name": "Property for the converted amount", "type": "string", "required": true, "default": "normalized_amount"}, \
            {"key": "normalizedCurrencyProperty", "name": "Property for its currency", "type": "string", "default": "normalized_currency"}]
            """,
        source: """
            export async function setupPlugin({ config, global }) {
                global.rates = {}
            }

            export function processEvent(event, { config, global }) {
                const amount = event.properties?.[config.amountProperty]
                if (typeof amount !== 'number') {
                    return event
                }
                const currency = event.properties[config.currencyProperty].toUpperCase()
                event.properties[config.normalizedAmountProperty] = amount / (global.rates[currency] ?? 1)
                event.properties[config.normalizedCurrencyProperty] = config.normalizedCurrency
                return event
            }

            """, methods: ["setupPlugin", "processEvent"])

    static let geoIP: DemoPlugin = {
        var plugin = repository(
            "GeoIP", "https://github.com/PostHog/posthog-plugin-geoip", "Adds the place of the sender's address to events.",
            schema: "[]",
            source: """
                export async function processEvent(event, { geoip }) {
                    if (event.ip && geoip) {
                        event.properties.$geoip_country_code = (await geoip.locate(event.ip))?.country?.iso_code
                    }
                    return event
                }

                """, methods: ["processEvent"])
        plugin.isGlobal = true
        return plugin
    }()

    static let invoices: DemoPlugin = {
        var plugin = repository(
            "Invoice Import", "https://github.com/example/invoice-import", "Reads invoices and adds them to customers.",
            schema: """
                [{"key": "apiKey", "name": "API key", "type": "string", "secret": true, "required": true, "default": ""}, \
                {"key": "groupType", "name": "Group type", "type": "string", "required": false}, \
                {"key": "saveUnknown", "name": "Keep invoices without a user", "type": "choice", "choices": ["Yes", "No"], "default": "No"}, \
                {"key": "since", "name": "First day", "type": "string", "hint": "YYYY-MM-DD"}]
                """,
            source: """
                export const jobs = {
                    reimport: async ({ from }, { storage }) => storage.set('from', from),
                }

                export async function runEveryMinute({ config, storage }) {
                    await storage.set('last', new Date().toISOString())
                }

                """, methods: ["runEveryMinute"])
        plugin.publicJobs = DemoRows.json(
            #"{"reimport": {"payload": {"from": {"type": "date", "title": "From", "required": true}}}}"#)
        plugin.capabilities = ["jobs": ["reimport"], "methods": [], "scheduled_tasks": ["runEveryMinute"]]
        return plugin
    }()

    static let internalTraffic = source(
        "Drop internal traffic", "Drops what our own people do.",
        schema: """
            [{"key": "emailSuffix", "name": "E-mail suffix", "type": "string", "default": "@example.com", "required": true}, \
            {"key": "dropAnonymous", "name": "Drop events without a person", "type": "choice", "choices": ["yes", "no"], "default": "no"}]
            """,
        source: """
            export function processEvent(event, { config }) {
                const email = event.properties?.$set?.email ?? event.properties?.email
                if (email?.endsWith(config.emailSuffix)) {
                    return null
                }
                return config.dropAnonymous === 'yes' && !email ? null : event
            }

            """)

    static let renameEvents = source(
        "Rename events", "Gives events the names that we agreed on.",
        schema: """
            [{"key": "mapping", "name": "Old and new names", "type": "json", "default": "{}", "required": true}, \
            {"key": "notes", "name": "Notes", "type": "multiline", "hint": "Nobody reads this but you"}, \
            {"key": "webhookToken", "name": "Token for alerts", "type": "string", "secret": true}]
            """,
        source: """
            export function setupPlugin({ config, global }) {
                global.names = JSON.parse(config.mapping || '{}')
            }

            export function processEvent(event, { global }) {
                event.event = global.names[event.event] ?? event.event
                return event
            }

            """)

    /// The old form of a schema: an object.
    static let priceRounder = source(
        "Price rounder", nil,
        schema: """
            {"decimals": {"name": "Decimals", "type": "choice", "choices": ["0", "1", "2"], "default": "2", "order": 1}, \
            "property": {"name": "Property", "type": "string", "default": "price", "required": true, "order": 2}}
            """,
        source: """
            export function processEvent(event, { config }) {
                const price = event.properties?.[config.property]
                if (typeof price === 'number') {
                    event.properties[config.property] = Number(price.toFixed(Number(config.decimals)))
                }
                return event
            }

            """)

    static let lookup: DemoPlugin = {
        var plugin = repository(
            "Customer lookup", "https://github.com/example/customer-lookup/tree/9f2c1d7a",
            "Adds what a table knows about a customer.",
            schema: """
                [{"key": "table", "name": "Table", "type": "attachment", "required": true, "hint": "CSV with a header"}, \
                {"key": "credentials", "name": "Credentials", "type": "attachment", "secret": true}, \
                {"key": "keyColumn", "name": "Key column", "type": "string", "default": "id", "required": true}]
                """,
            source: """
                export function setupPlugin({ attachments, global }) {
                    global.rows = attachments.table?.contents.toString().split('\\n') ?? []
                }

                export function processEvent(event, { global }) {
                    event.properties.known_customer = global.rows.includes(event.distinct_id)
                    return event
                }

                """, methods: ["setupPlugin", "processEvent"])
        plugin.type = "custom"
        return plugin
    }()

    static let releases: DemoPlugin = {
        var plugin = repository(
            "Release Übersicht 🚀", "https://github.com/example/release-notes", "Schreibt jede Freigabe als Ereignis.",
            schema: """
                [{"markdown": "## Vorlage\\nVariablen: `${version}`, `${datum}`"}, \
                {"key": "webhookUrl", "name": "Adresse", "type": "string", "secret": true, "required": true}, \
                {"key": "template", "name": "Vorlage", "type": "multiline", "default": "**${version}** vom ${datum}"}]
                """,
            source: """
                export function onEvent(event, { config }) {
                    if (event.event === 'release') {
                        console.log(config.template.replace('${version}', event.properties.version))
                    }
                }

                """, methods: ["onEvent"])
        plugin.type = "custom"
        return plugin
    }()

    static let warehouse = repository(
        "Warehouse Export", "https://github.com/example/warehouse-export", "Writes events into a data warehouse.",
        schema: """
            [{"key": "host", "name": "Host", "type": "string", "required": true}, \
            {"key": "password", "name": "Password", "type": "string", "secret": true, "required": true}, \
            {"key": "format", "name": "Format", "type": "choice", "choices": ["json", "parquet"], "default": "json"}, \
            {"key": "columns", "name": "Columns", "type": "json", "default": "[]"}, \
            {"key": "uploadSeconds", "name": "Seconds between uploads", "type": "string", "default": "60"}, \
            {"key": "uploadMegabytes", "name": "Megabytes per upload", "type": "string", "default": "1"}]
            """,
        source: """
            export async function exportEvents(events, { config }) {
                console.log(`${events.length} events for ${config.host}`)
            }

            """, methods: ["exportEvents"])

    static let officeHours: DemoPlugin = {
        var plugin = repository(
            "Office hours", "file:/srv/posthog-plugins/office-hours", "Marks events outside office hours.",
            schema: """
                [{"key": "start", "name": "Start", "type": "string", "default": "9"}, \
                {"key": "end", "name": "End", "type": "string", "default": "17"}]
                """,
            source: "", methods: ["processEvent"])
        plugin.type = "local"
        plugin.tag = nil
        plugin.latestTag = nil
        plugin.sources = []
        return plugin
    }()

    /// Nobody has configured it.
    static let banner: DemoPlugin = {
        var plugin = source("Banner", "Shows a line on the site.", schema: "[]", source: "")
        plugin.sources = [
            DemoSourceFile(name: "plugin.json", text: #"{"name": "Banner", "config": []}"#),
            DemoSourceFile(name: "site.ts", text: "export function inject() {\n    document.body.prepend('Hello')\n}\n"),
        ]
        return plugin
    }()

    private static func repository(
        _ name: String, _ url: String, _ description: String, schema: String, source: String, methods: [String]
    ) -> DemoPlugin {
        var plugin = base(name, description, schema, source)
        plugin.type = "repository"
        plugin.url = url
        // At install the server writes plugin.json anew, on one line.
        plugin.sources[0].text = plugin.sources[0].text.map { PythonText.dump(DemoRows.json($0)) }
        var random = WorldRandom(seed: UInt64(name.utf8.count) &* 31 &+ UInt64(url.utf8.count))
        plugin.tag = random.hexadecimal(40)
        plugin.latestTag = plugin.tag
        plugin.capabilities = [
            "jobs": [], "methods": .array(methods.map(JSONValue.string)), "scheduled_tasks": [],
        ]
        return plugin
    }

    private static func source(_ name: String, _ description: String?, schema: String, source: String) -> DemoPlugin {
        var plugin = base(name, description, schema, source)
        plugin.type = "source"
        plugin.capabilities = ["jobs": [], "methods": ["processEvent"], "scheduled_tasks": []]
        return plugin
    }

    private static func base(_ name: String, _ description: String?, _ schema: String, _ source: String) -> DemoPlugin {
        var plugin = DemoPlugin(id: 0, organizationID: "")
        plugin.name = name
        plugin.description = description
        plugin.configSchema = DemoRows.json(schema)
        let json: JSONValue = [
            "name": .string(name), "description": JSONValue(description), "main": "index.ts", "config": plugin.configSchema,
        ]
        plugin.sources = [
            DemoSourceFile(name: "plugin.json", text: json.prettyText), DemoSourceFile(name: "index.ts", text: source),
        ]
        do {
            return try Plugins.stored(plugin)
        } catch {
            preconditionFailure("the demo world's own plugin can't be stored: \(error)")
        }
    }
}
