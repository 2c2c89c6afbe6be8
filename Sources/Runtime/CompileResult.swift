package import Models

/// What compiling one entry gave: code that the engine runs, or why there is none. A value that can be kept and used again.
package struct CompileResult: Sendable, Equatable {
    /// The form of `json`; a cached value of another form is compiled again.
    static let form: Int64 = 1

    /// The server's code with the runtime's insertions; empty when there is an error.
    var code: String
    /// Modules of the host that the code uses.
    var imports: [String]
    var map: SourceMap
    var error: DryRunError?

    /// For the cache.
    package var json: JSONValue {
        [
            "form": JSONValue(CompileResult.form), "code": .string(code), "imports": .array(imports.map(JSONValue.string)),
            "map": map.json, "error": error?.json ?? .null,
        ]
    }

    /// nil when it is none, or of another form.
    package init?(_ json: JSONValue) {
        guard json["form"]?.int == CompileResult.form, let code = json["code"]?.string, let map = json["map"].flatMap(SourceMap.init)
        else { return nil }
        self.code = code
        self.map = map
        imports = json["imports"]?.array?.compactMap(\.string) ?? []
        error = nil
        if let error = json["error"], !error.isNull {
            do {
                self.error = try DryRunError(error)
            } catch {
                return nil
            }
        }
    }

    init(code: String, imports: [String] = [], map: SourceMap, error: DryRunError? = nil) {
        self.code = code
        self.imports = imports
        self.map = map
        self.error = error
    }
}
