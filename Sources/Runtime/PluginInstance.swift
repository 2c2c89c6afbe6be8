import Models

/// One context with one plugin in it: the JavaScript half of the runtime, and what it calls back.
final class PluginInstance {
    /// What the JavaScript half tells; called while a call into the engine is under way.
    struct Callbacks {
        var begin: (_ method: String, _ event: Int?) -> Void
        /// Without the brace that closes the object.
        var step: (_ json: String) -> Void
        /// processEvent returned this JSON for the event that is under way, and nothing else is to be done for it. Valid during the call.
        var returned: (_ result: UnsafeRawBufferPointer) -> Void
        var log: (_ type: String, _ message: String) -> Void
        var capture: (_ json: String) -> Void
        var job: (_ json: String) -> Void
        var fetch: (_ request: DryRunRequest) -> FetchAnswer
        var recordedCall: (_ module: String, _ path: String, _ arguments: String) -> Void
        var disabled: () -> Void
        var startOver: () -> Bool
        var geoip: (_ address: String) -> String?
        var attachment: (_ key: String) -> [UInt8]
    }

    let engine: Engine
    private let callbacks: Callbacks
    private let map: SourceMap
    /// Made at the first error.
    private lazy var index = SourceMapIndex(map)
    private var modules: [String: EngineValue] = [:]
    private let native: EngineValue
    private let host: EngineValue
    private let load: EngineValue
    private var library: PluginLibrary?
    private var driver: EngineValue?
    private var members: [String: EngineValue] = [:]
    private var eventFunction: EngineValue?
    private var meta: EngineValue?
    private var rejections: [EngineValue] = []
    /// Rejections beyond those that are told.
    private(set) var unheard = 0
    /// Of one call: each is a step of its own.
    static let maximumRejections = 100
    private var code = ""
    private var answerBytes: [UInt8] = []
    private(set) var isFinished = true
    private(set) var hasMore = false

    init(engine: Engine, settings: JSONValue, map: SourceMap, callbacks: Callbacks) throws {
        self.engine = engine
        self.callbacks = callbacks
        self.map = map
        native = engine.makeObject()
        host = engine.makeObject()
        var find: HostFunction = { _ in nil }
        load = engine.makeFunction("library") { try find($0) }
        find = { [unowned self] arguments in try file(arguments.first?.text ?? "") }
        engine.onUnhandledRejection { [unowned self] _, reason in
            if rejections.count < PluginInstance.maximumRejections { rejections.append(reason) } else { unheard += 1 }
        }
        let parse = try engine.evaluate("JSON.parse")
        native.set("settings", try parse.call([engine.make(settings.text)]))
        bindOutput()
        bindInput()
        try prepare()
    }

    /// Evaluates the plugin's code and finds what it exports.
    ///
    /// - Returns: The capabilities as JSON text.
    func load(_ result: CompileResult) throws -> String {
        // The indentation is the server's; the semicolon keeps a leading "use strict" from being a directive, as there.
        let indentation = String(repeating: " ", count: max(0, result.map.columnOffset - 1))
        code = indentation + ";" + result.code + ";\n"
        try engine.evaluate("const module = { exports: {} }; let exports = {};", name: "phsync:exports")
        try engine.evaluate(code, name: "vm.js", startingLine: result.map.lineOffset + 1)
        let reach = try engine.evaluate(
            "({ exports: () => exports, module: () => module, global: () => global })", name: "phsync:reach")
        guard let meta else { preconditionFailure("the surroundings are prepared by the initialiser") }
        return try call("load", [reach, meta]).text
    }

    /// Calls a function of the driver.
    @discardableResult
    func call(_ name: String, _ arguments: [EngineValue] = []) throws -> EngineValue {
        try member(name).call(arguments)
    }

    private func member(_ name: String) throws -> EngineValue {
        if let function = members[name] { return function }
        guard let driver else { preconditionFailure("the surroundings are prepared by the initialiser") }
        let function = driver[name]
        // After its time is up a context gives nothing away, not even what it has.
        guard !function.isUndefined else { throw EngineError.terminated }
        members[name] = function
        return function
    }

    /// `start` with an event, whose text ends with a NUL.
    func start(event text: UnsafePointer<UInt8>, index: Int) throws -> Bool {
        let function = try eventFunction ?? member("event")
        eventFunction = function
        isFinished = false
        hasMore = false
        let isStarted = try engine.call(function, text: text, Double(index))
        if !isStarted { isFinished = true }
        return isStarted
    }

    /// Starts a call of the plugin; `isFinished` tells whether it is over already.
    ///
    /// - Returns: Whether there was anything to call.
    func start(_ name: String, _ arguments: [EngineValue] = []) throws -> Bool {
        isFinished = false
        hasMore = false
        let result = try call(name, arguments)
        let isStarted = result.isUndefined || result.boolean
        if !isStarted { isFinished = true }
        return isStarted
    }

    /// Reasons of promises that were rejected without anybody to hear; handed out once.
    func takeRejections() -> [EngineValue] {
        defer { rejections = [] }
        return rejections
    }
}

extension PluginInstance {
    private func prepare() throws {
        // Compiled code counts in these, and the clock reads them.
        try engine.evaluate("let __loops = 0, __look = 0;", name: "phsync:hooks")
        // The parts are let go where a script can't name them; only what the compiled code calls is in the global scope.
        let surroundings = try file("surroundings")
        driver = surroundings["driver"]
        meta = surroundings["meta"]
        try engine.evaluate("(tick, dialect) => { globalThis.__phsync = [tick, dialect] }", name: "phsync:hooks")
            .call([surroundings["tick"], surroundings["dialect"]])
        try engine.evaluate("const [__tick, __dialect] = __phsync; delete globalThis.__phsync; let __key, __left, __right;", name: "phsync:hooks")
        // Errors of the engine don't tell the key of `a[key]`: compiled code keeps the last that it looked up.
        host.set("lastKey", try engine.evaluate("() => __key", name: "phsync:hooks"))
        host.set("lastSides", try engine.evaluate("() => [__left, __right]", name: "phsync:hooks"))
    }

    /// What a file gives; each file of the runtime's own is evaluated once, the rest is the plugin library's.
    private func file(_ name: String) throws -> EngineValue {
        if let module = modules[name] { return module }
        guard let text = LibraryFile(ofRuntime: name) else { return try pluginLibrary().file(name) }
        let make = try engine.evaluate(text, name: "phsync:\(name)")
        let module = try make.call([native, host, load])
        modules[name] = module
        return module
    }

    private func pluginLibrary() throws -> PluginLibrary {
        if let library { return library }
        let made = try PluginLibrary(in: engine, host: host, randomBytes: randomBytes)
        library = made
        return made
    }

    /// From the same generator as `Math.random`, so that the seed decides them.
    private func randomBytes(_ count: Int) -> [UInt8] {
        do {
            let random = try file("clock")["random32"]
            return try (0..<count).map { _ in UInt8(truncatingIfNeeded: Int(try random.call().number)) }
        } catch {
            preconditionFailure("the generator is plain arithmetic and throws nothing")
        }
    }

    private func bind(_ name: String, _ body: @escaping HostFunction) {
        native.set(name, engine.makeFunction(name, body))
    }

    private func bindOutput() {
        let callbacks = callbacks
        bind("begin") { arguments in
            callbacks.begin(arguments[0].text, arguments[1].isNumber ? Int(arguments[1].number) : nil)
            return nil
        }
        bind("step") { [unowned self] arguments in
            callbacks.step(arguments[0].text)
            if arguments[1].boolean {
                isFinished = true
                hasMore = false
            }
            return nil
        }
        native.set("returned", engine.makeTextFunction { [unowned self] in returned($0) })
        // The same for a text that nobody has looked at: false where it may not go out as it is.
        native.set("returnedPlain", engine.makeTextFunction { [unowned self] in !$0.hasForms && returned($0) })
        native.set("hasForms", engine.makeTextFunction { $0.hasForms })
        bind("done") { [unowned self] arguments in
            isFinished = true
            hasMore = arguments[0].boolean
            return nil
        }
        bind("log") { arguments in
            callbacks.log(arguments[0].text, arguments[1].text)
            return nil
        }
        bind("capture") { arguments in
            callbacks.capture(arguments[0].text)
            return nil
        }
        bind("job") { arguments in
            callbacks.job(arguments[0].text)
            return nil
        }
        bind("disabled") { _ in
            callbacks.disabled()
            return nil
        }
        bind("startOver") { [unowned self] _ in engine.make(callbacks.startOver()) }
        bind("recordCall") { arguments in
            callbacks.recordedCall(arguments[0].text, arguments[1].text, arguments[2].text)
            return nil
        }
    }

    private func returned(_ result: UnsafeRawBufferPointer) -> Bool {
        callbacks.returned(result)
        isFinished = true
        hasMore = false
        return true
    }

    private func bindInput() {
        let callbacks = callbacks
        bind("fetch") { [unowned self] arguments in try fetch(arguments) }
        bind("takeBytes") { [unowned self] _ in
            defer { answerBytes = [] }
            return engine.make(answerBytes)
        }
        bind("geoip") { [unowned self] arguments in callbacks.geoip(arguments[0].text).map { engine.make($0) } }
        bind("attachment") { [unowned self] arguments in engine.make(callbacks.attachment(arguments[0].text)) }
        bind("locate") { [unowned self] arguments in engine.make(locate(arguments[0].text).text) }
        bind("code") { [unowned self] _ in
            let result = engine.makeObject()
            result.set("text", engine.make(code))
            result.set("startingLine", engine.make(Double(map.lineOffset + 1)))
            return result
        }
        bind("mapPosition") { [unowned self] arguments in
            let position = index.served(.init(line: Int(arguments[0].number), column: Int(arguments[1].number)))
            return engine.makeArray([engine.make(Double(position.line)), engine.make(Double(position.column))])
        }
    }

    private func fetch(_ arguments: [EngineValue]) throws -> EngineValue {
        let json = try JSONValue(parsing: arguments[0].text)
        var body = json["body"] ?? .null
        if arguments.count > 1, let bytes = arguments[1].bytes {
            body = String(validating: bytes, as: UTF8.self).map(JSONValue.string) ?? ["$": "Buffer", "v": .string(bytes.hexadecimal)]
        }
        let request = DryRunRequest(
            method: json["method"]?.string ?? "GET", url: json["url"]?.string ?? "", headers: json["headers"]?.object ?? JSONObject(),
            body: body, answered: .denied, step: nil)
        switch callbacks.fetch(request) {
        case .response(let response):
            answerBytes = response.body
            return engine.make(
                (["status": JSONValue(response.status), "headers": .object(response.headers), "bytes": true] as JSONValue).text)
        case .refused(let reason), .failed(let reason): return engine.make((["error": .string(reason)] as JSONValue).text)
        }
    }

    /// The author's place that a stack leads to first, and the stack as the server would have it.
    private func locate(_ stack: String) -> JSONValue {
        let frames = StackText(stack, map: index)
        let place = frames.place
        return [
            "stack": .string(frames.text), "line": place.map { JSONValue($0.line) } ?? .null,
            "column": place.map { JSONValue($0.column) } ?? .null, "file": place == nil ? .null : .string(map.file),
        ]
    }
}

extension [UInt8] {
    var hexadecimal: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
