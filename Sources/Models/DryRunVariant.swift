/// Everything that one config did over the events of a run.
package struct DryRunVariant: Sendable, Equatable {
    package var configID: Int
    package var plugin: String
    package var sourceHash: String
    package var era: Era
    package var capabilities: DryRunCapabilities
    package var loadError: DryRunError?
    package var steps: [DryRunStep]
    package var logs: [DryRunLog]
    package var requests: [DryRunRequest]
    package var ending: DryRunEnding

    package init(
        configID: Int, plugin: String, sourceHash: String, era: Era, capabilities: DryRunCapabilities = DryRunCapabilities(),
        loadError: DryRunError? = nil, steps: [DryRunStep] = [], logs: [DryRunLog] = [], requests: [DryRunRequest] = [],
        ending: DryRunEnding = DryRunEnding()
    ) {
        self.configID = configID
        self.plugin = plugin
        self.sourceHash = sourceHash
        self.era = era
        self.capabilities = capabilities
        self.loadError = loadError
        self.steps = steps
        self.logs = logs
        self.requests = requests
        self.ending = ending
    }

    package var notChecked: [String] { ending.notChecked }

    package var json: JSONValue { json(withTimings: true) }

    package func json(withTimings: Bool) -> JSONValue {
        var object = JSONObject([
            .init(key: "config_id", value: JSONValue(configID)), .init(key: "plugin", value: .string(plugin)),
            .init(key: "source_hash", value: .string(sourceHash)), .init(key: "era", value: .string(era.rawValue)),
            .init(key: "capabilities", value: capabilities.json), .init(key: "load_error", value: loadError?.json ?? .null),
            .init(key: "steps", value: .array(steps.map { $0.json(withTimings: withTimings) })),
            .init(key: "logs", value: .array(logs.map(\.json))),
            .init(key: "requests", value: .array(requests.map(\.json))),
        ])
        for member in ending.json.object?.members ?? [] { object[member.key] = member.value }
        return .object(object)
    }

    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "variant")
        configID = try fields.int("config_id")
        plugin = try fields.string("plugin")
        sourceHash = try fields.string("source_hash")
        era = try fields.choice("era", Era.self)
        capabilities = try DryRunCapabilities(try fields.value("capabilities"))
        loadError = try DryRunError(optional: fields.optional("load_error"))
        steps = try fields.array("steps").map { value throws(DecodeError) in try DryRunStep(value) }
        logs = try fields.array("logs").map { value throws(DecodeError) in try DryRunLog(value) }
        requests = try fields.array("requests").map { value throws(DecodeError) in try DryRunRequest(value) }
        ending = try DryRunEnding(json)
    }
}

/// What a plugin turned out to be able to do, as the server would note it on its row.
package struct DryRunCapabilities: Sendable, Equatable {
    package var methods: [String]
    package var scheduledTasks: [String]
    package var jobs: [String]

    package init(methods: [String] = [], scheduledTasks: [String] = [], jobs: [String] = []) {
        self.methods = methods
        self.scheduledTasks = scheduledTasks
        self.jobs = jobs
    }

    package var json: JSONValue {
        [
            "methods": .array(methods.map(JSONValue.string)), "scheduled_tasks": .array(scheduledTasks.map(JSONValue.string)),
            "jobs": .array(jobs.map(JSONValue.string)),
        ]
    }

    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "capabilities")
        methods = try fields.strings("methods")
        scheduledTasks = try fields.strings("scheduled_tasks")
        jobs = try fields.strings("jobs")
    }
}

/// What is known only when a run is over.
package struct DryRunEnding: Sendable, Equatable {
    /// Events that the plugin captured, as they would have been ingested.
    package var captures: [JSONValue]
    /// Jobs that it asked for, with their delays.
    package var jobs: [JSONValue]
    package var cache: JSONObject
    package var storage: JSONObject
    package var metrics: JSONObject
    /// Sentences: what was stubbed, denied, started empty, lost or not exercised.
    package var notChecked: [String]

    package init(
        captures: [JSONValue] = [], jobs: [JSONValue] = [], cache: JSONObject = JSONObject(), storage: JSONObject = JSONObject(),
        metrics: JSONObject = JSONObject(), notChecked: [String] = []
    ) {
        self.captures = captures
        self.jobs = jobs
        self.cache = cache
        self.storage = storage
        self.metrics = metrics
        self.notChecked = notChecked
    }

    package var json: JSONValue {
        [
            "captures": .array(captures), "jobs": .array(jobs), "cache": .object(cache), "storage": .object(storage),
            "metrics": .object(metrics), "not_checked": .array(notChecked.map(JSONValue.string)),
        ]
    }

    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "ending")
        captures = try fields.array("captures")
        jobs = try fields.array("jobs")
        cache = try fields.object("cache")
        storage = try fields.object("storage")
        metrics = try fields.object("metrics")
        notChecked = try fields.strings("not_checked")
    }
}
