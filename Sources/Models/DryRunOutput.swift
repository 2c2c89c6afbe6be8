/// What comes back from a sandbox, message by message.
package enum DryRunOutput: Sendable, Equatable {
    /// The protections hold from here on; nothing of the plugin has been looked at yet.
    case ready(version: Int, protections: SandboxProtections)
    /// For the compile cache; only ever before any code of the plugin ran.
    case compiled(JSONValue)
    case loaded(DryRunCapabilities, loadError: DryRunError?)
    /// A call begins. Never a line of its own: what is at hand is told when the process is ended from outside.
    case begin(method: String, event: Int?)
    case step(DryRunStep)
    case log(DryRunLog)
    case request(DryRunRequest)
    /// A live request that waits for its answer.
    case fetch(id: Int, DryRunRequest)
    /// Every event up to this one has been dealt with.
    case done(event: Int)
    /// What was at hand when a signal ended the process.
    case at(method: String, event: Int?, signal: Int)
    case finished(DryRunEnding)
    /// What static checks found.
    case findings([JSONValue])
    /// The sandbox itself can't go on; the text is for the person.
    case broken(String)

    package static let version = 1
}

/// What the operating system refuses to the process, asked of the system rather than assumed.
package struct SandboxProtections: Sendable, Equatable {
    /// No program that it starts could gain rights.
    package var hasNoNewPrivileges: Bool
    /// System calls outside the list end the process or fail, in all its threads.
    package var filtersSystemCalls: Bool
    /// Names of the resource limits in force.
    package var limits: [String]
    /// Descriptors other than 0, 1 and 2 that were found open and closed.
    package var closedDescriptors: Int
    package var usesJIT: Bool
    /// Of the engine, as its library names it.
    package var engine: String
    /// Why something above is missing.
    package var gaps: [String]

    package init(
        hasNoNewPrivileges: Bool = false, filtersSystemCalls: Bool = false, limits: [String] = [], closedDescriptors: Int = 0,
        usesJIT: Bool = false, engine: String = "", gaps: [String] = []
    ) {
        self.hasNoNewPrivileges = hasNoNewPrivileges
        self.filtersSystemCalls = filtersSystemCalls
        self.limits = limits
        self.closedDescriptors = closedDescriptors
        self.usesJIT = usesJIT
        self.engine = engine
        self.gaps = gaps
    }

    /// Whether the system enforces what the engine already withholds.
    package var areComplete: Bool { hasNoNewPrivileges && filtersSystemCalls && gaps.isEmpty }

    package var json: JSONValue {
        [
            "no_new_privileges": .bool(hasNoNewPrivileges), "system_call_filter": .bool(filtersSystemCalls),
            "limits": .array(limits.map(JSONValue.string)), "closed_descriptors": JSONValue(closedDescriptors),
            "jit": .bool(usesJIT), "engine": .string(engine), "gaps": .array(gaps.map(JSONValue.string)),
        ]
    }

    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "protections")
        hasNoNewPrivileges = try fields.bool("no_new_privileges")
        filtersSystemCalls = try fields.bool("system_call_filter")
        limits = try fields.strings("limits")
        closedDescriptors = try fields.int("closed_descriptors")
        usesJIT = try fields.bool("jit")
        engine = try fields.string("engine")
        gaps = try fields.strings("gaps")
    }
}

extension DryRunOutput {
    /// One line's object. A step's own members follow "type" in their order, so that a reader can tell by the first bytes.
    package var json: JSONValue {
        switch self {
        case .ready(let version, let protections): message("ready", ["version": JSONValue(version), "protections": protections.json])
        case .compiled(let result): message("compiled", ["result": result])
        case .loaded(let capabilities, let error):
            message("loaded", ["capabilities": capabilities.json, "load_error": error?.json ?? .null])
        case .begin(let method, let event): message("begin", call(method, event))
        case .step(let step): message("step", step.json)
        case .log(let log): message("log", logMembers(log))
        case .request(let request): message("request", request.json)
        case .fetch(let id, let request): message("fetch", ["id": JSONValue(id), "request": request.json])
        case .done(let event): message("done", ["event": JSONValue(event)])
        case .at(let method, let event, let signal):
            message("at", ["method": .string(method), "event": event.map(JSONValue.init) ?? .null, "signal": JSONValue(signal)])
        case .finished(let ending): message("finished", ending.json)
        case .findings(let findings): message("findings", ["findings": .array(findings)])
        case .broken(let reason): message("broken", ["message": .string(reason)])
        }
    }

    private func message(_ type: String, _ json: JSONValue) -> JSONValue {
        .object(JSONObject([.init(key: "type", value: .string(type))] + (json.object?.members ?? [])))
    }

    /// A log has a "type" of its own, which would be a second member of that name: here it is "level".
    private func logMembers(_ log: DryRunLog) -> JSONValue {
        ["level": .string(log.type.rawValue), "message": .string(log.message), "step": log.step.map(JSONValue.init) ?? .null]
    }

    private func call(_ method: String, _ event: Int?) -> JSONValue {
        ["method": .string(method), "event": event.map(JSONValue.init) ?? .null]
    }

    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "message")
        let type = try fields.string("type")
        switch type {
        case "ready":
            self = .ready(version: try fields.int("version"), protections: try SandboxProtections(try fields.value("protections")))
        case "compiled": self = .compiled(try fields.value("result"))
        case "loaded":
            self = .loaded(
                try DryRunCapabilities(try fields.value("capabilities")),
                loadError: try DryRunError(optional: fields.optional("load_error")))
        case "begin": self = .begin(method: try fields.string("method"), event: try fields.optionalInt("event"))
        case "step": self = .step(try DryRunStep(json))
        case "log":
            self = .log(
                DryRunLog(
                    type: try fields.choice("level", DryRunLog.Level.self), message: try fields.string("message"),
                    step: try fields.optionalInt("step")))
        case "request": self = .request(try DryRunRequest(json))
        case "fetch": self = .fetch(id: try fields.int("id"), try DryRunRequest(try fields.value("request")))
        case "done": self = .done(event: try fields.int("event"))
        case "at":
            self = .at(
                method: try fields.string("method"), event: try fields.optionalInt("event"), signal: try fields.int("signal"))
        case "finished": self = .finished(try DryRunEnding(json))
        case "findings": self = .findings(try fields.array("findings"))
        case "broken": self = .broken(try fields.string("message"))
        default: throw DecodeError(entity: "message", field: "type", found: type)
        }
    }
}
