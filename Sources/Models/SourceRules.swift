/// Judges what is known about a plugin's entry without running it.
package struct SourceRules: Sendable {
    let facts: SourceFacts
    let file: String
    let contract: PluginContract
    let manifest: JSONObject?
    private let locator: JSONLocator?

    /// - Parameters:
    ///   - file: The entry's own name, for positions.
    ///   - manifest: The text of plugin.json; when it can't be read nothing is said about config keys.
    package init(_ facts: SourceFacts, file: String, era: Era, manifest: String) {
        self.facts = facts
        self.file = file
        contract = PluginContract(era)
        self.manifest = PluginManifest.json(manifest)?.object
        locator = self.manifest == nil ? nil : JSONLocator(manifest)
    }

    /// About something that plugin.json has and the code does not.
    func issueOfManifest(_ code: String, _ severity: ValidationIssue.Severity, _ path: [JSONLocator.Step], key: String = "", _ message: String, fix: String) -> ValidationIssue {
        let place = locator?.position(of: path)
        return ValidationIssue(
            severity, code: code, key: key, message: message,
            position: .init(file: PluginManifest.fileName, line: place?.line, column: place?.column), fix: fix)
    }

    /// All issues, by where they are in the file.
    package func issues() -> [ValidationIssue] {
        if let syntax = facts.syntax {
            return [issue(.error, "syntax", syntax.place, "the compiler refuses it: \(syntax.message)", fix: "put it right here or just before; until then no server can load the plugin")]
        }
        let all = imports() + methods() + ConfigUse(rules: self).issues() + jobs() + globals() + unusual()
        return all.enumerated().sorted { left, right in
            (left.element.position?.line ?? 0, left.element.position?.column ?? 0, left.offset)
                < (right.element.position?.line ?? 0, right.element.position?.column ?? 0, right.offset)
        }.map(\.element)
    }

    func issue(
        _ severity: ValidationIssue.Severity, _ code: String, _ place: SourceFacts.Place?, key: String = "", _ message: String, fix: String? = nil
    ) -> ValidationIssue {
        ValidationIssue(
            severity, code: code, key: key, message: message, position: .init(file: file, line: place?.line, column: place?.column), fix: fix)
    }
}

// MARK: Imports and names

extension SourceRules {
    private func imports() -> [ValidationIssue] {
        facts.imports.compactMap { one in
            if contract.era == .december2020, one.how == "import" || one.how == "export" {
                return issue(.error, "import-syntax", one.place, "servers of 2020 take no import and export", fix: "declare the methods as functions at the top level")
            }
            guard one.how != "dynamic" else {
                return issue(.error, "import-dynamic", one.place, "import() is refused by servers since August 2022", fix: "import it at the top of the file")
            }
            guard let name = one.name else {
                return issue(.error, "import-computed", one.place, "require takes a plain text only, since imports are resolved before the code runs", fix: "write the module's name in quotes")
            }
            guard !contract.modules.contains(name) else { return unusable(one, name) }
            return issue(.error, "import-unknown", one.place, "the plugin server does not provide \"\(name)\" (era \(contract.era.rawValue))", fix: fix(for: name))
        }
    }

    /// An import of a module for its effects alone compiles to nothing that can be compiled.
    private func unusable(_ one: SourceFacts.Import, _ name: String) -> ValidationIssue? {
        guard one.how == "import", one.names.isEmpty else { return nil }
        return issue(.error, "import-bare", one.place, "an import of \"\(name)\" without any name can't be compiled by the server", fix: "take it out")
    }

    private func fix(for name: String) -> String {
        if name.hasPrefix(".") { return "only one file is loaded: bundle \"\(name)\" into it" }
        if let near = NearestWord.find(name, in: contract.modules.sorted()) { return "did you mean \"\(near)\"?" }
        if Era.allCases.contains(where: { PluginContract($0).modules.contains(name) }) { return "it was there in other eras; bundle what you need of it" }
        return "bundle it into the file"
    }

    private func globals() -> [ValidationIssue] {
        let present = contract.presentGlobals.union(PluginContract.languageGlobals)
        return facts.globals.compactMap { one in
            guard let name = one.name, !present.contains(name) else { return nil }
            guard PluginContract.absentGlobals.contains(name) || ["RetryError", "URL", "google"].contains(name) else {
                return issue(.warning, "global-unknown", one.place, "nothing declares \"\(name)\"", fix: NearestWord.find(name, in: present.sorted()).map { "did you mean \"\($0)\"?" })
            }
            return issue(.error, "global-absent", one.place, "plugins have no \"\(name)\": using it is a ReferenceError", fix: SourceRules.replacement(of: name))
        }
    }

    private static func replacement(of name: String) -> String? {
        switch name {
        case "URLSearchParams": "import { URLSearchParams } from 'url'"
        case "crypto": "import crypto from 'crypto'"
        case "atob", "btoa", "TextEncoder", "TextDecoder": "use Buffer"
        case "setTimeout", "setInterval", "setImmediate": "use a job with runIn, or runEveryMinute"
        case "google": "import { BigQuery } from '@google-cloud/bigquery', where the era has it"
        case "process": "take what the plugin needs from its config"
        case "structuredClone": "use JSON.parse(JSON.stringify(…))"
        default: nil
        }
    }

    private func unusual() -> [ValidationIssue] {
        facts.unusual.compactMap { one in
            switch one.name {
            case "top-level-await": issue(.error, "top-level-await", one.place, "await outside of a function can't be compiled", fix: "await it in setupPlugin")
            case "import.meta": issue(.error, "import-meta", one.place, "import.meta can't be compiled outside of a module", fix: "take it out")
            default: nil
            }
        }
    }
}

// MARK: Methods and jobs

extension SourceRules {
    private func methods() -> [ValidationIssue] {
        var issues = facts.found.flatMap(method)
        issues += facts.exports.filter { $0.kind == "bare-function" && $0.destination != "global" }.map { one in
            issue(.error, "export-function", one.place, "a function as the export itself is not looked at: the server takes objects only", fix: "export an object with the function as a member")
        }
        let isAlive = facts.found.contains { one in one.name.flatMap(contract.method).map { if case .dead = $0 { false } else { true } } ?? false }
        guard !isAlive, !facts.isOpen else { return issues }
        return issues + [nothing()]
    }

    private func method(_ one: SourceFacts.Export) -> [ValidationIssue] {
        guard let name = one.name else { return [] }
        guard let method = contract.method(name) else { return misspelt(one, name) }
        switch method {
        case .dead(let why):
            return [issue(.warning, "method-dead", one.place, "no server of era \(contract.era.rawValue) calls \(name): \(why)")]
        case .deprecated(let why):
            return [issue(.warning, "method-deprecated", one.place, "\(name) is deprecated: \(why)")]
        case .alive:
            if one.kind == "value", !["jobs", "metrics"].contains(name) {
                return [issue(.error, "method-no-function", one.place, "\(name) is no function: it counts as present and fails at every call", fix: "make it a function")]
            }
            if name == "processEvent", one.returns == false {
                return [issue(.error, "drops-all", one.place, "processEvent gives nothing back, which drops every event", fix: "return the event")]
            }
            return []
        }
    }

    /// Helpers are exported too: only what is spelt nearly like a method was meant to be one.
    private func misspelt(_ one: SourceFacts.Export, _ name: String) -> [ValidationIssue] {
        let isFunction = one.kind == "function" && one.destination != "hidden"
        let near = PluginContract.methodNames.first { NearestWord.distance($0.lowercased(), name.lowercased()) <= 2 }
        guard isFunction, let near, name.count > 5 else { return [] }
        return [issue(.warning, "method-misspelt", one.place, "the server does not know \"\(name)\"", fix: "did you mean \"\(near)\"?")]
    }

    private func nothing() -> ValidationIssue {
        if let hidden = facts.exports.first(where: { $0.destination == "hidden" && $0.name.flatMap(contract.method) == .alive }) {
            return issue(
                .error, "no-method", hidden.place, "the server can't see \(hidden.name ?? "it"): const and let at the top level are no exports", fix: "export it")
        }
        if let global = facts.exports.first(where: { $0.destination == "global" && $0.name.flatMap(contract.method) == .alive }) {
            return issue(
                .error, "no-method", global.place, "\(global.name ?? "it") is not looked at, because something else is exported", fix: "export it as well")
        }
        return issue(.error, "no-method", nil, "there is no method that a server of era \(contract.era.rawValue) calls", fix: "export processEvent, onEvent, a task or a job")
    }

    private func jobs() -> [ValidationIssue] {
        let isExporting = facts.exports.contains { $0.name == "exportEvents" }
        let defined = facts.jobs.compactMap(\.name) + (isExporting ? contract.historicalJobs : [])
        guard facts.jobs.allSatisfy({ $0.name != nil }), !facts.isOpen else { return [] }
        let calls = facts.jobCalls.compactMap { call -> ValidationIssue? in
            guard let name = call.name, !defined.contains(name) else { return nil }
            let near = NearestWord.find(name, in: defined).map { "did you mean \"\($0)\"?" } ?? "export it in jobs"
            return issue(.error, "job-unknown", call.place, "there is no job \"\(name)\": it is enqueued and fails when it is to run", fix: near)
        }
        let missing = (manifest?["publicJobs"]?.object?.keys ?? []).filter { !defined.contains($0) }.map { name in
            issueOfManifest(
                "public-job-missing", .error, [.key("publicJobs"), .key(name)], "plugin.json has a public job \"\(name)\" that the code does not export",
                fix: "export it in jobs, or take it out of plugin.json")
        }
        return calls + missing
    }
}
