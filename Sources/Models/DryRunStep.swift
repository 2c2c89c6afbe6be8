/// One call of one of the plugin's methods and what came of it.
package struct DryRunStep: Sendable, Equatable {
    package enum Outcome: String, Sendable, CaseIterable {
        case returned
        /// processEvent returned nothing: the event ends here.
        case dropped
        case failed
        /// A time limit ended it: the server's own (virtual time), or the wall clock, as the error says.
        case timedOut = "timed_out"
        /// The sandbox's process ended during the call, by a limit or a crash: what the plugin had kept is gone.
        case stateLost = "state_lost"
    }

    package var method: String
    /// The event's index in the input; nil for what is called without one.
    package var event: Int?
    package var outcome: Outcome
    /// What JSON can't carry is an object whose first member is "$". Setting it is cheap, getting it may mean to read its text.
    package var result: JSONValue? {
        get { storedResult?.value }
        set { storedResult = newValue.map { LazyJSON($0) } }
    }
    var storedResult: LazyJSON?
    package var error: DryRunError? {
        get { storedError?.value }
        set { storedError = newValue.map(BoxedError.error) }
    }
    /// Apart from the step: a run has many steps and few errors.
    private var storedError: BoxedError?
    package var durationMicroseconds: Int?
    package var memoryKilobytes: Int?
    /// Whether an earlier step took the process down: setup was replayed in a fresh one, and nothing else was kept.
    package var isAfterStateLoss = false

    package init(
        method: String, event: Int?, outcome: Outcome, result: JSONValue? = nil, error: DryRunError? = nil,
        durationMicroseconds: Int? = nil, memoryKilobytes: Int? = nil
    ) {
        self.method = method
        self.event = event
        self.outcome = outcome
        storedResult = result.map { LazyJSON($0) }
        storedError = error.map(BoxedError.error)
        self.durationMicroseconds = durationMicroseconds
        self.memoryKilobytes = memoryKilobytes
    }

    package var json: JSONValue { json(withTimings: true) }

    /// Without timings, two runs of the same job give the same text.
    package func json(withTimings: Bool) -> JSONValue {
        var object = JSONObject([
            .init(key: "method", value: .string(method)), .init(key: "event", value: event.map(JSONValue.init) ?? .null),
            .init(key: "outcome", value: .string(outcome.rawValue)), .init(key: "result", value: result ?? .null),
            .init(key: "error", value: error?.json ?? .null),
        ])
        if withTimings {
            object["duration_us"] = durationMicroseconds.map(JSONValue.init)
            object["memory_kb"] = memoryKilobytes.map(JSONValue.init)
        }
        if isAfterStateLoss { object["after_state_loss"] = true }
        return .object(object)
    }

    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "step")
        method = try fields.string("method")
        event = try fields.optionalInt("event")
        outcome = try fields.choice("outcome", Outcome.self)
        storedResult = fields.optional("result").map { LazyJSON($0) }
        storedError = try DryRunError(optional: fields.optional("error")).map(BoxedError.error)
        durationMicroseconds = try fields.optionalInt("duration_us")
        memoryKilobytes = try fields.optionalInt("memory_kb")
        isAfterStateLoss = fields.optional("after_state_loss") == true
    }
}

private indirect enum BoxedError: Sendable, Equatable {
    case error(DryRunError)

    var value: DryRunError {
        switch self {
        case .error(let error): error
        }
    }
}

/// An error as the plugin server would have stored it, with its place in the author's file.
package struct DryRunError: Sendable, Equatable {
    package var name: String
    package var message: String
    package var stack: String?
    /// From 1.
    package var line: Int?
    /// From 1.
    package var column: Int?
    package var file: String?

    package init(
        name: String, message: String, stack: String? = nil, line: Int? = nil, column: Int? = nil, file: String? = nil
    ) {
        self.name = name
        self.message = message
        self.stack = stack
        self.line = line
        self.column = column
        self.file = file
    }

    package var json: JSONValue {
        [
            "name": .string(name), "message": .string(message), "stack": JSONValue(stack),
            "line": line.map(JSONValue.init) ?? .null, "column": column.map(JSONValue.init) ?? .null, "file": JSONValue(file),
        ]
    }

    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "error")
        name = try fields.string("name")
        message = try fields.string("message")
        stack = try fields.optionalString("stack")
        line = try fields.optionalInt("line")
        column = try fields.optionalInt("column")
        file = try fields.optionalString("file")
    }

    init?(optional json: JSONValue?) throws(DecodeError) {
        guard let json else { return nil }
        try self.init(json)
    }
}

/// One call of `console`.
package struct DryRunLog: Sendable, Equatable {
    package enum Level: String, Sendable, CaseIterable {
        case debug = "DEBUG"
        case log = "LOG"
        case info = "INFO"
        case warn = "WARN"
        case error = "ERROR"
    }

    package var type: Level
    package var message: String
    /// Index into the variant's steps; nil while the entry is loaded.
    package var step: Int?

    package init(type: Level, message: String, step: Int?) {
        self.type = type
        self.message = message
        self.step = step
    }

    package var json: JSONValue {
        ["type": .string(type.rawValue), "message": .string(message), "step": step.map(JSONValue.init) ?? .null]
    }

    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "log")
        type = try fields.choice("type", Level.self)
        message = try fields.string("message")
        step = try fields.optionalInt("step")
    }
}

/// One request that the plugin made, and what it met.
package struct DryRunRequest: Sendable, Equatable {
    package enum Answered: String, Sendable, CaseIterable {
        case denied, stubbed, replayed, live
    }

    package var method: String
    package var url: String
    package var headers: JSONObject
    /// A string, null, or what JSON can't carry in its "$" form.
    package var body: JSONValue
    package var answered: Answered
    /// Index into the variant's steps; nil while the entry is loaded.
    package var step: Int?

    package init(
        method: String, url: String, headers: JSONObject = JSONObject(), body: JSONValue = .null, answered: Answered, step: Int?
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.answered = answered
        self.step = step
    }

    package var json: JSONValue {
        [
            "method": .string(method), "url": .string(url), "headers": .object(headers), "body": body,
            "answered": .string(answered.rawValue), "step": step.map(JSONValue.init) ?? .null,
        ]
    }

    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "request")
        method = try fields.string("method")
        url = try fields.string("url")
        headers = try fields.object("headers")
        body = fields.optional("body") ?? .null
        answered = try fields.choice("answered", Answered.self)
        step = try fields.optionalInt("step")
    }
}
