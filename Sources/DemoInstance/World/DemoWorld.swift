import Models

/// Personal API keys of the demo world.
package enum DemoKeys {
    /// Owner of the first organization, whose plugins may be installed and shared.
    package static let admin = "phx_demo_admin"
    /// A plain member there.
    package static let member = "phx_demo_member"
    /// Owner of the other organization.
    package static let other = "phx_demo_other"
}

extension DemoState {
    /// A small company's instance: three projects that share eleven plugins with eighteen configs, and another company.
    ///
    /// The same profile, seed and `now` give the same world; `now` is what metrics and ages count back from, and without one
    /// it is a moment of the profile's time.
    package static func demo(
        profile: DemoProfile = .posthog2023_11, seed: UInt64 = 1, now: DemoInstant? = nil
    ) -> DemoState {
        var world = DemoWorld(profile: profile, seed: seed, now: now, projects: ["Web shop", "Mobile app", "Staging"])
        world.addPlugins(
            DemoPlugins.all(
                organization: world.state.organizations[0].id, otherOrganization: world.state.organizations[1].id))
        world.addWebShop()
        world.addMobileApp()
        world.addStaging()
        world.addReview()
        world.addEvents()
        return world.state
    }

    /// An instance with that many configs: in each project so many, at most one of each plugin.
    ///
    /// - Parameter hasReview: Logs, figures, a failure and events as well; without them, which is for measuring, the lists are all
    ///   there is. At most `DemoWorld.reviewedConfigs` have any: each is 80 rows or so.
    package static func scaled(
        configs count: Int, perProject: Int = 100, profile: DemoProfile = .posthog2023_11, seed: UInt64 = 1, now: DemoInstant? = nil,
        hasReview: Bool = false
    ) -> DemoState {
        let pluginCount = max(1, min(perProject, count))
        let projectCount = max(1, (count + pluginCount - 1) / pluginCount)
        var world = DemoWorld(profile: profile, seed: seed, now: now, projects: (1...projectCount).map { "Project \($0)" })
        let templates = DemoPlugins.all(
            organization: world.state.organizations[0].id, otherOrganization: world.state.organizations[1].id
        ).filter { !$0.isGlobal && $0.type != "local" }
        let plugins = (1...pluginCount).map { id in
            var plugin = templates[id % templates.count]
            plugin.id = Int64(id)
            plugin.name = "\(plugin.name ?? "Plugin") \(id)"
            plugin.url = plugin.url.map { "\($0)-\(id)" }
            return plugin
        }
        world.addPlugins(plugins)
        for index in 0..<count {
            world.addConfig(
                project: Int64(index / pluginCount + 1), plugin: Int64(index % pluginCount + 1), index % 3 != 0,
                #"{"apiKey": "sk_\#(index)", "property": "amount_\#(index)", "threshold": \#(index), "region": "eu"}"#)
        }
        guard hasReview else { return world.state }
        let failing = world.state.configs.values.filter { config in
            config.isEnabled && world.state.plugins[config.pluginID]?.name?.hasPrefix("Currency Normalization") == true
        }
        world.addReview(atMost: DemoWorld.reviewedConfigs, failing: failing.map(\.id).min())
        world.addEvents()
        return world.state
    }
}

/// Builds a world row by row.
struct DemoWorld {
    var state: DemoState
    var rows: DemoRows
    let now: DemoInstant
    private var positions: [Int64: Int64] = [:]

    init(profile: DemoProfile, seed: UInt64, now: DemoInstant?, projects: [String]) {
        let now = now ?? profile.epoch
        state = DemoState(profile: profile)
        self.now = now
        rows = DemoRows(seed: seed)
        let ids = projects.indices.map { Int64($0 + 1) }
        let own = rows.organization(
            name: "Example Trading", slug: "example-trading", level: 9, projects: ids, members: [1: 15, 2: 1], now: now)
        let foreign = Int64(projects.count + 1)
        let other = rows.organization(
            name: "Sample Logistics", slug: "sample-logistics", level: 9, projects: [foreign], members: [3: 15], now: now)
        state.organizations = [own, other]
        for (id, name) in zip(ids, projects) { state.projects.append(rows.project(id, name: name, in: own, now: now)) }
        state.projects.append(rows.project(foreign, name: "Default project", in: other, now: now))
        state.users = [
            rows.user(1, name: "Ida", key: DemoKeys.admin, in: own, now: now),
            rows.user(2, name: "Max", key: DemoKeys.member, in: own, now: now),
            rows.user(3, name: "Olga", key: DemoKeys.other, in: other, now: now),
        ]
        state.settings.pluginServerIsAlive = true
        state.settings.hasJobQueue = true
    }

    mutating func addPlugins(_ plugins: [DemoPlugin]) {
        for plugin in plugins {
            let row = state.profile.row(for: plugin)
            state.plugins[plugin.id] = row
            guard let url = row.url, let tag = plugin.tag, !url.hasPrefix("file:") else { continue }
            var json = plugin.sources.first { $0.name == "plugin.json" }?.text.map(DemoRows.json)?.object
            if let jobs = plugin.publicJobs.object, !jobs.isEmpty { json?["publicJobs"] = plugin.publicJobs }
            state.repositories.append(
                DemoRepository(
                    url: url, behaviour: .works,
                    versions: [.init(commit: tag, pluginJSON: json.map(JSONValue.object), mainFile: "index.ts", files: plugin.sources)]))
        }
        state.nextPluginID = (state.plugins.keys.max() ?? 0) + 1
        state.pluginDirectory = .array(
            state.plugins.values.sorted { $0.id < $1.id }.filter { $0.type == "repository" }.map {
                [
                    "name": JSONValue($0.name), "url": JSONValue($0.url), "description": JSONValue($0.description),
                    "verified": true, "maintainer": "community", "type": "data_in",
                ]
            })
    }

    @discardableResult
    mutating func addConfig(project: Int64, plugin: Int64, _ isEnabled: Bool, _ config: String) -> Int64 {
        let id = state.nextConfigID
        state.nextConfigID += 1
        positions[project, default: 0] += 1
        var row = DemoPluginConfig(
            id: id, projectID: project, pluginID: plugin, isEnabled: isEnabled, order: positions[project] ?? 1,
            createdAt: DemoInstant(microseconds: now.microseconds - rows.number(86_400_000_000...25_920_000_000_000)))
        do {
            row.config = try StoredJSON.column(DemoRows.json(config))
        } catch {
            preconditionFailure("the demo world's own config can't be stored: \(error)")
        }
        state.configs[id] = row
        return id
    }

    mutating func addAttachment(_ config: Int64, _ key: String, _ fileName: String, _ type: String, _ text: String) {
        state.attachments[config, default: []].append(
            DemoAttachment(
                id: state.nextAttachmentID, key: key, fileName: fileName, contentType: type, bytes: Array(text.utf8)))
        state.nextAttachmentID += 1
    }

    mutating func uuid() -> String { rows.uuid() }

    mutating func secret(_ prefix: String) -> String {
        prefix + rows.hexadecimal(24)
    }
}

extension DemoWorld {
    mutating func addWebShop() {
        let rates = secret("oxr_")
        addConfig(
            project: 1, plugin: 1, true,
            #"{"openExchangeRatesApiKey": "\#(rates)", "normalizedCurrency": "EUR", "amountProperty": "amount", "currencyProperty": "currency_code", "normalizedAmountProperty": "amount_eur", "normalizedCurrencyProperty": "currency_eur"}"#)
        addConfig(project: 1, plugin: 2, true, "{}")
        addConfig(project: 1, plugin: 3, true, #"{"apiKey": "\#(secret("sk_live_"))", "groupType": "company", "saveUnknown": "No"}"#)
        addConfig(project: 1, plugin: 4, true, #"{"emailSuffix": "@example.com", "dropAnonymous": "no"}"#)
        addConfig(
            project: 1, plugin: 5, true,
            #"{"mapping": "{\"purchase\": \"order paid\"}", "notes": "agreed in March\nask Ida first", "webhookToken": "\#(secret("whk_"))"}"#)
        addConfig(project: 1, plugin: 6, false, #"{"decimals": "2", "property": "price"}"#)
        let lookup = addConfig(project: 1, plugin: 7, true, #"{"keyColumn": "customer"}"#)
        addAttachment(lookup, "table", "customers.csv", "text/csv", "customer,tier\nu1,gold\nu2,silver\n")
        addAttachment(lookup, "credentials", "account.json", "application/json", #"{"account": "demo"}"#)
        addConfig(
            project: 1, plugin: 8, false,
            #"{"webhookUrl": "https://hooks.example.com/\#(secret(""))", "template": "**${version}** vom ${datum} 🎉"}"#)
    }

    mutating func addMobileApp() {
        addConfig(
            project: 2, plugin: 1, true,
            #"{"openExchangeRatesApiKey": "\#(secret("oxr_"))", "normalizedCurrency": "USD", "amountProperty": "revenue", "currencyProperty": "currency", "normalizedAmountProperty": "revenue_usd"}"#)
        addConfig(project: 2, plugin: 2, true, "{}")
        addConfig(project: 2, plugin: 4, true, #"{"emailSuffix": "@example.com", "dropAnonymous": "yes"}"#)
        addConfig(
            project: 2, plugin: 9, true,
            #"{"host": "warehouse.example.com", "password": "\#(secret("pw_"))", "format": "parquet", "columns": "[\"uuid\", \"event\"]", "uploadSeconds": "30", "uploadMegabytes": "5"}"#)
        addConfig(project: 2, plugin: 10, false, #"{"start": "9", "end": "17"}"#)
        let lookup = addConfig(project: 2, plugin: 7, false, #"{"keyColumn": "id"}"#)
        addAttachment(lookup, "table", "ids.csv", "text/csv", "id\n1\n2\n3\n")
    }

    mutating func addStaging() {
        addConfig(
            project: 3, plugin: 1, false,
            #"{"openExchangeRatesApiKey": "", "normalizedCurrency": "EUR", "amountProperty": "amount", "currencyProperty": "currency", "normalizedAmountProperty": "amount_eur"}"#)
        addConfig(project: 3, plugin: 5, true, #"{"mapping": "{}", "webhookToken": null}"#)
        // A number where others have text, and a key that the schema does not know.
        addConfig(project: 3, plugin: 6, true, #"{"decimals": 1, "property": "price", "leftover": {"exact": 12345678901234567890.5}}"#)
        addConfig(project: 3, plugin: 9, false, #"{"host": "localhost", "password": "\#(secret("pw_"))", "format": "json"}"#)
        if let id = state.configs.values.first(where: { $0.projectID == 3 && $0.pluginID == 5 })?.id {
            state.configs[id]?.error = [
                "name": "SyntaxError", "message": "Unexpected end of JSON input",
                "time": .string(now.advanced(bySeconds: -7200).text),
                "stack": "SyntaxError: Unexpected end of JSON input\n    at setupPlugin (index.ts:2:26)",
            ]
        }
    }
}
