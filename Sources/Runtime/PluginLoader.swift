import Models

/// Why a plugin has no code to run, in the server's words.
struct LoadFailure: Error {
    let error: DryRunError

    init(error: DryRunError) {
        self.error = error
    }

    init(_ message: String, name: String = "Error") {
        error = DryRunError(name: name, message: message)
    }
}

/// Finds a plugin's entry as the server of an era does.
struct PluginLoader {
    struct Entry: Equatable {
        var name: String
        var source: String
    }

    let job: DryRunJob

    /// - Throws: `LoadFailure`.
    func entry() throws -> Entry {
        let manifest = try manifest()
        if let name = job.entry, let source = job.files[name] { return Entry(name: name, source: source) }
        let main = manifest["main"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let candidates = main.map { [$0] } ?? (job.era >= .august2022 ? ["index.js", "index.ts"] : ["index.js"])
        for name in candidates {
            guard let found = file(name) else { continue }
            return job.era == .december2020 ? withLibrary(found, manifest) : found
        }
        if job.era >= .august2022 {
            // What is stored on the server has this name, whatever it was called in the archive.
            if let stored = file("index.ts"), main == nil { return stored }
            throw LoadFailure("Could not load source code for \(digest). Tried: \(main ?? "index.ts, index.js")")
        }
        throw LoadFailure("Could not load index.js for \(digest)!")
    }

    private func file(_ name: String) -> Entry? {
        for spelling in [name, name.hasPrefix("./") ? String(name.dropFirst(2)) : "./" + name] {
            if let source = job.files[spelling] { return Entry(name: spelling, source: source) }
        }
        return nil
    }

    /// The oldest servers run a second file before the entry, as one script.
    private func withLibrary(_ entry: Entry, _ manifest: JSONObject) -> Entry {
        guard let library = file(manifest["lib"]?.string ?? "lib.js") else { return entry }
        return Entry(name: entry.name, source: library.source + ";" + entry.source)
    }

    private func manifest() throws -> JSONObject {
        if job.pluginJSON.isEmpty { return JSONObject() }
        guard let json = PluginManifest.json(job.pluginJSON)?.object else {
            throw LoadFailure(
                job.era >= .august2022 ? "Could not load \"plugin.json\" for \(digest)" : "Can not load plugin.json for \(digest)")
        }
        return json
    }

    /// As the server names a plugin; the organization is not known here.
    private var digest: String {
        "plugin \(job.plugin.name) ID \(job.plugin.id ?? 0)"
    }
}
