/// The JavaScript that stands in for Node's modules and the packages plugins import, in one engine.
///
/// A file is evaluated at its first use; nothing of it costs anything before.
package final class PluginLibrary {
    private let library: EngineValue

    /// - Parameters:
    ///   - host: What the library asks the runtime for: `answerFetch`, `recordCall`, `now`, `setTimer`, `clearTimer`, `random`, and the values
    ///     `nodeVersion`, `guardsFetch`, `bareRetryError`, `answers`.
    ///   - randomBytes: Where random bytes come from, usually the run's seed.
    package init(in engine: Engine, host: EngineValue, randomBytes: @escaping (_ count: Int) -> [UInt8]) throws(EngineError) {
        let source = engine.makeFunction("source") { [unowned engine] arguments in
            guard let name = arguments.first?.string else { return nil }
            return try PluginLibrary.function(name, in: engine)
        }
        let native = NativeFunctions.make(in: engine, randomBytes: randomBytes)
        library = try PluginLibrary.function("start", in: engine).call([native, host, source])
    }

    /// What a file of the library exports.
    package func file(_ name: String) throws(EngineError) -> EngineValue {
        try library.call([library.engine.make(name)])
    }

    /// What a plugin gets for an import of that module; undefined when there is none of that name.
    package func module(_ name: String) throws(EngineError) -> EngineValue {
        let modules = try file("modules")
        return try modules["find"].call([library.engine.make(name)])
    }

    private static func function(_ name: String, in engine: Engine) throws(EngineError) -> EngineValue {
        guard let text = LibraryFile(name) else {
            throw .thrown(engine.makeError("the plugin library has no file \(name)"))
        }
        return try engine.evaluate(text, name: "phsync:\(name)")
    }
}
