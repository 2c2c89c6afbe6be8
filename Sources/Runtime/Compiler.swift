package import Models

/// Turns an author's entry into what the engine runs, as the plugin server of an era does.
///
/// Babel and its garbage live in an engine of their own, from the first source to be compiled until this is released.
package final class Compiler {
    /// Reads Babel's standalone file; called only when something has to be compiled.
    private let babel: () throws -> String
    private var started: EngineValue?

    package init(babel: @escaping () throws -> String) {
        self.babel = babel
    }

    /// Compiles one entry; that a source can't be compiled is a result.
    ///
    /// - Throws: When Babel itself can't be read or started.
    package func compile(
        _ source: String, file: String, era: Era, taskTimeoutSeconds: Int
    ) throws -> CompileResult {
        guard era.compiles else { return CompileResult(code: source, map: Compiler.map(mappings: nil, file: file)) }
        let options: JSONValue = [
            "source": .string(source), "node": .string(era.nodeVersion), "seconds": JSONValue(taskTimeoutSeconds),
            "saysWhere": .bool(era.locatesPromises), "allowed": .array(era.modules.map(JSONValue.string)),
        ]
        return try Compiler.result(run(options.text), file: file)
    }

    private func run(_ options: String) throws -> JSONValue {
        let compile = try started ?? start()
        started = compile
        let engine = compile.engine
        let result = try compile.call([engine.global["Babel"], engine.make(options)])
        return try JSONValue(parsing: result.text)
    }

    private func start() throws -> EngineValue {
        let engine = Engine()
        try engine.evaluate(Compiler.surroundings)
        try engine.evaluate(try babel(), name: "babel.js")
        guard let text = LibraryFile("compiler") else { preconditionFailure("the compiler's file is not in the program") }
        return try engine.evaluate(text, name: "compiler.js").call()
    }

    private static func result(_ json: JSONValue, file: String) throws -> CompileResult {
        var map = map(mappings: json["mappings"]?.string, file: file)
        map.shifts = SourceMap.shifts(json["shifts"]?.array ?? [])
        guard let code = json["code"]?.string else {
            return CompileResult(code: "", map: map, error: error(json["error"] ?? .null, file: file))
        }
        return CompileResult(code: code, imports: json["imports"]?.array?.compactMap(\.string) ?? [], map: map)
    }

    private static func error(_ json: JSONValue, file: String) -> DryRunError {
        let name = json["name"]?.string ?? "Error"
        let message = json["message"]?.string ?? ""
        return DryRunError(
            name: name, message: message, stack: "\(name): \(message)", line: json["line"]?.int.map(Int.init),
            column: json["column"]?.int.map(Int.init), file: file)
    }

    /// The server puts six lines before the code, whose first line is indented by eight.
    private static func map(mappings: String?, file: String) -> SourceMap {
        SourceMap(mappings: mappings, shifts: [], file: file, lineOffset: 6, columnOffset: 8)
    }

    /// What Babel expects of its surroundings: a process that has a version, a terminal that is none.
    static let surroundings = """
        var process = {
          env: {}, argv: [], platform: "linux", version: "v18.19.0", versions: { node: "18.19.0" }, cwd() { return "/" },
          stdout: { isTTY: false }, stderr: { isTTY: false }, emitWarning() {}, nextTick(f) { Promise.resolve().then(f) },
        };
        var global = globalThis;
        var self = globalThis;
        var tty = { isatty() { return false } };
        var os = { release() { return "" } };
        var setTimeout = (f) => Promise.resolve().then(f);
        """
}
