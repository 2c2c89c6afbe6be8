import Models

/// What the JavaScript half of the runtime has to know about a job, as one JSON object.
struct RunSettings {
    let job: DryRunJob
    /// Modules that the compiled code names.
    var imports: [String] = []

    var json: JSONValue {
        var object = JSONObject()
        for part in [identity, contract, contents] {
            for member in part.object?.members ?? [] { object[member.key] = member.value }
        }
        return .object(object)
    }

    private var era: Era { job.era }

    private var identity: JSONValue {
        [
            "era": .string(era.rawValue), "clock": JSONValue(job.clock.milliseconds), "seeds": .array(seeds),
            "taskTimeoutSeconds": JSONValue(job.limits.taskTimeoutSeconds), "pluginName": .string(job.plugin.name),
            "pluginID": JSONValue(job.plugin.id ?? 0), "configID": JSONValue(job.configID), "teamID": JSONValue(job.teamID),
            "siteURL": "https://app.posthog.com", "wanted": job.methods.map { .array($0.map(JSONValue.string)) } ?? .null,
            "nodeVersion": JSONValue(era.nodeMajor), "libraryVersion": era == .december2020 ? "0.6.0" : "1.10.5",
        ]
    }

    private var contents: JSONValue {
        [
            "config": .object(job.config), "stubs": .object(job.stubs),
            "attachments": .object(
                JSONObject(
                    job.attachments.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { key, file in
                        .init(
                            key: key,
                            value: [
                                "content_type": .string(file.contentType), "file_name": .string(file.fileName),
                                "hasContents": .bool(file.contents != nil),
                            ])
                    })),
            "modules": .array(modules.map(JSONValue.string)), "googleModules": .array(era.googleModules.map(JSONValue.string)),
        ]
    }

    private var contract: JSONValue {
        let list = { (names: [String]) in JSONValue.array(names.map(JSONValue.string)) }
        var result = JSONObject(era.switches.map { .init(key: $0.key, value: .bool($0.value)) })
        result["methods"] = list(era.methods)
        result["unguardedMethods"] = list(["composeWebhook", "getSettings"])
        result["eventMethods"] = list(["processEvent", "onEvent", "onSnapshot", "composeWebhook"])
        result["deferringMethods"] = list(era <= .august2022 ? ["onEvent", "onSnapshot"] : ["onEvent"])
        result["historicalJobs"] = list(era.historicalJobs)
        result["tasks"] = list(["runEveryMinute", "runEveryHour", "runEveryDay"])
        result["jsonMethods"] = list(era >= .november2023 ? ["POST", "PATCH"] : ["POST"])
        for (key, value) in era.numbers { result[key] = JSONValue(value) }
        result["taskConfigID"] = era >= .november2023 ? JSONValue(job.configID) : "[object Object]"
        return .object(result)
    }

    /// The newest servers hand over only what the plugin imports.
    private var modules: [String] { era >= .december2023 ? era.modules.filter(imports.contains) : era.modules }

    /// Three 32-bit words that the seed decides.
    private var seeds: [JSONValue] {
        var state = job.seed
        return (0..<3).map { _ in
            // splitmix64, by its published definition.
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return JSONValue(Int64(truncatingIfNeeded: (value ^ (value >> 31)) & 0x7FFF_FFFF))
        }
    }
}

extension Era {
    /// Methods that the server looks for, in the order in which it lists them.
    package var methods: [String] {
        switch self {
        case .december2020: ["setupPlugin", "processEvent", "processEventBatch"]
        case .october2021, .august2022:
            ["setupPlugin", "teardownPlugin", "exportEvents", "onEvent", "onSnapshot", "processEvent"]
        case .november2023:
            ["setupPlugin", "teardownPlugin", "exportEvents", "onEvent", "processEvent", "getSettings"]
        case .december2023: ["setupPlugin", "teardownPlugin", "onEvent", "processEvent", "composeWebhook", "getSettings"]
        }
    }

    /// Jobs that the server adds to a plugin with exportEvents, to send what was captured before it: the one that people start, and its own.
    var historicalJobs: [String] {
        switch self {
        case .december2020, .december2023: []
        case .october2021: ["exportEventsFromTheBeginning", "Export historical events"]
        case .august2022: ["exportHistoricalEvents", "Export historical events"]
        case .november2023: ["exportHistoricalEventsV2", "Export historical events V2"]
        }
    }

    /// Members of `google.cloud`.
    var googleModules: [String] {
        switch self {
        case .december2020: ["bigquery"]
        case .october2021, .august2022, .november2023: ["bigquery", "pubsub"]
        case .december2023: []
        }
    }

    /// What the server of the era does, where others do something else.
    var switches: [String: Bool] {
        let isCompiled = self >= .october2021
        let isSince2022 = self >= .august2022
        let isSince2023 = self >= .november2023
        let isOctober2021 = self == .october2021
        return [
            "compiles": isCompiled, "hasGuards": isCompiled, "hasAPI": isCompiled, "hasJobs": isCompiled, "keepsTeam": isCompiled,
            "notesPlugins": isCompiled, "notesDeferred": isCompiled, "hasMetrics": isOctober2021,
            "hasExports": isCompiled && self < .december2023, "retriesExports": isCompiled && self < .december2023,
            "clonesResults": !isSince2022, "setupRetriesAll": isOctober2021, "bareRetryError": isOctober2021,
            "separatesSnapshots": isCompiled && !isSince2023, "locatesPromises": isSince2022, "cacheHasDefaults": isSince2022,
            "replacesCurrentProject": isSince2022, "wordsReading": isSince2022, "flushesEmptyBatches": isSince2022, "watchesHistory": isSince2022 && self < .december2023,
            "hasProcessedShape": isSince2022, "tracksFetch": isSince2022, "hidesAddress": isSince2023, "hasPatch": isSince2023,
            "geoipRejectsWithText": isSince2023, "skipsNoted": isSince2023, "storesElements": isSince2023, "guardsFetch": isSince2023,
        ]
    }

    /// Attempts and delays (seconds), and the bounds of exportEvents' buffer.
    var numbers: [String: Int] {
        let exports =
            switch self {
            case .december2020, .october2021: (bytes: 1_048_576, seconds: 10, retries: 15)
            case .august2022: (bytes: 20_971_520, seconds: 60, retries: 3)
            case .november2023, .december2023: (bytes: 921_600, seconds: 10, retries: 0)
            }
        return [
            "exportBytes": exports.bytes, "exportSeconds": exports.seconds, "exportRetries": exports.retries,
            "setupAttempts": self >= .august2022 ? 5 : 1, "setupDelay": 5, "eventAttempts": self == .august2022 ? 5 : 1, "eventDelay": 5,
        ]
    }
}
