package import Models

/// Looks at a plugin's entry through the compiler's syntax tree; nothing of the plugin is run.
package enum SourceChecks {
    /// One value: what `SourceFacts` reads.
    ///
    /// - Throws: When Babel can't be read or started, or there is no entry to look at.
    package static func findings(job: DryRunJob, files: SandboxFiles) throws -> [JSONValue] {
        let entry = try PluginLoader(job: job).entry()
        let engine = Engine()
        try engine.evaluate(Compiler.surroundings)
        try engine.evaluate(try files.readCompiler(), name: "babel.js")
        guard let text = LibraryFile("source-checks") else { preconditionFailure("the checks are not in the program") }
        let check = try engine.evaluate(text, name: "source-checks.js")
        let facts = try check.call([engine.global["Babel"], engine.make(entry.source)])
        return [try JSONValue(parsing: facts.text)]
    }
}
