package import Models
package import Storage

/// Lets the instance install the newest version of a plugin, and proves that it is the one that was rehearsed.
///
/// A write like any other: journalled before it is sent, read back, settled by what the instance then shows. Hold the run lock.
package struct PluginUpgrader: Sendable {
    let api: PostHogAPI
    let mirror: Mirror
    let now: NowSource
    private let reader: SourceReader
    private let recorder: SourceRecorder

    package init(api: PostHogAPI, mirror: Mirror, now: @escaping NowSource) {
        self.api = api
        self.mirror = mirror
        self.now = now
        reader = SourceReader(api: api, mirror: mirror)
        recorder = SourceRecorder(mirror: mirror, now: now)
    }

    /// A plugin as it is installed now, with its code.
    package struct Installed: Sendable {
        /// As the instance shows it after the upgrade.
        package let plugin: Plugin
        /// Read back after the upgrade.
        package let files: SourceFiles

        package var state: SourceState { SourceState(files: files, form: SourceForm(of: plugin), name: plugin.name, schema: plugin.schema) }
    }

    /// The plugin after the instance has looked for a newer version; as it is, when this key may not let it look.
    package func lookForUpdates(_ id: PluginID) async throws(Problem) -> Plugin {
        let organization = try await mirror.organization()
        do {
            let answer = try await api.checkForUpdates(id, of: organization)
            return try Plugin(answer["plugin"] ?? answer)
        } catch let error as APIError where ![.forbidden, .noEndpoint, .serverError].contains(error.code) {
            throw error.problem("The instance could not be asked for a newer version", subject: id.subject, next: "phsync upgrade \(id.subject)")
        } catch is APIError {
            // The list has a latest tag as well, of whenever somebody looked last.
            return try await installed(id).plugin
        } catch {
            throw Problem(.failed, code: "not-the-api", subject: id.subject, message: "the instance's answer about \(id.subject) can't be read: \(error)")
        }
    }

    /// The version that the instance holds `posthogVersion` against; nil when it checks none, or does not say.
    ///
    /// - Parameter isFrozen: Whether servers of its age compare with one version for good.
    package func versionToMeet(isFrozen: Bool) async throws(Problem) -> String? {
        let said: (version: String?, isCloud: Bool)
        do {
            said = try await api.version()
        } catch where [.noEndpoint, .forbidden, .serverError, .notTheAPI].contains(error.code) {
            // Only a forecast of what the upgrade itself would say.
            return nil
        } catch {
            throw error.problem("The instance could not be asked for its version", next: "phsync doctor")
        }
        let version = said.isCloud ? nil : said.version ?? (isFrozen ? VersionRequirement.frozenVersion : nil)
        try await mirror.writing { mirror in try mirror.meta.setVersionToMeet(version) }
        return version
    }

    /// - Throws: `Problem` when the plugin is not there, or the instance does not show its code: then nothing could be proved.
    package func installed(_ id: PluginID) async throws(Problem) -> Installed {
        guard let current = try await reader.source(of: id) else {
            throw Problem(
                .failed, code: "no-code", subject: id.subject,
                message: "the instance does not show the code of \(id.subject), so an upgrade of it could not be proved; do it in the web page")
        }
        return Installed(plugin: current.plugin, files: current.files)
    }

    /// What became of an upgrade.
    package struct Outcome: Sendable {
        /// nil when nothing was installed.
        package let installed: Installed?
        /// Whether tag, name, schema and every file are those that were rehearsed.
        package let isAsRehearsed: Bool
        /// What the person has to know; empty when all is as rehearsed.
        package let problems: [Problem]
    }

    /// Upgrades, if the plugin is still what was rehearsed against.
    ///
    /// - Parameters:
    ///   - before: The installed version of the rehearsal.
    ///   - expected: Code, name and schema of the version that was rehearsed; `tag` is its name.
    package func upgrade(
        _ id: PluginID, before: SourceState, beforeTag: String?, expected: SourceState, tag: String, isUnverified: Bool
    ) async throws(Problem) -> Outcome {
        let current = try await installed(id)
        guard current.state == before, current.plugin.tag == beforeTag else {
            throw Problem(
                .moved, code: "remote-moved", subject: id.subject,
                message: "\(current.plugin.name) is not what was rehearsed against any more: somebody has changed or upgraded it. Nothing was written.",
                next: "phsync pull")
        }
        guard current.plugin.latestTag == nil || current.plugin.latestTag == tag else {
            throw Problem(
                .moved, code: "remote-moved", subject: id.subject,
                message: "the newest version of \(current.plugin.name) is \(current.plugin.latestTag ?? "") by now, and \(tag) was rehearsed. Nothing was written.",
                next: "phsync upgrade \(id.subject) --rehearse")
        }
        let names = Set(before.files.keys).union(expected.files.keys).sorted()
        let run = try await begin(id, names, before, expected, isUnverified)
        // An interruption waits until the outcome is known and stored.
        return try await Task { [self] () -> Result<Outcome, Problem> in
            do throws(Problem) {
                return .success(try await send(id, run: run, before: before, expected: expected, tag: tag, names))
            } catch {
                return .failure(error)
            }
        }.value.get()
    }
}

extension PluginUpgrader {
    private func begin(
        _ id: PluginID, _ names: [String], _ before: SourceState, _ expected: SourceState, _ isUnverified: Bool
    ) async throws(Problem) -> Int64 {
        let now = now()
        let organization = try await mirror.organization()
        return try await mirror.writing { mirror in
            guard try !mirror.journal.unsettled().contains(where: { $0.subjectName == id.subject }) else {
                throw MirrorError(
                    aborting: Problem(
                        .temporary, code: "step-open", subject: id.subject,
                        message: "What became of an earlier write of \(id.subject) is not known yet. Nothing was written.", next: "phsync pull"))
            }
            let detail = [RunRow.upgrade, isUnverified ? RunRow.unverified : nil].compactMap { $0 }.joined(separator: ", ")
            let run = try mirror.runs.begin(.push, detail: detail, at: now)
            try mirror.journal.append(
                JournalStep(
                    runID: run, ordinal: 1, kind: .source, pluginID: id, subject: .source([]), method: "POST",
                    path: api.profile.pluginPath(id, of: organization) + "upgrade/", fields: names, before: nil, expected: nil))
            try mirror.journal.markSent(run: run, ordinal: 1, fields: names, before: before.json, expected: expected.json, at: now)
            return run
        }
    }

    private func send(
        _ id: PluginID, run: Int64, before: SourceState, expected: SourceState, tag: String, _ names: [String]
    ) async throws(Problem) -> Outcome {
        let failure = await request(id)
        let journalled = SourceRecorder.Step(run: run, ordinal: 1, pluginID: id, files: [])
        if let failure, !failure.mayHaveTakenEffect {
            try await recorder.record(journalled, .notApplied, current: nil, detail: failure.detail)
            try await finish(run, "not applied")
            throw failure.problem("\(id.subject) was not upgraded", subject: id.subject, next: "phsync upgrade \(id.subject)")
        }
        let current = try await reader.source(of: id)
        let settlement = Settlement.decide(before: before, expected: expected, actual: current?.state, sent: names)
        try await recorder.record(journalled, settlement, current: current)
        let installed = current.map { Installed(plugin: $0.plugin, files: $0.files) }
        let isAsRehearsed = settlement == .applied && installed?.plugin.tag == tag
        try await finish(run, isAsRehearsed ? "pushed" : settlement == .notApplied ? "not applied" : "partly applied")
        return Outcome(installed: installed, isAsRehearsed: isAsRehearsed, problems: problems(id, settlement, installed, expected, tag, failure))
    }

    private func request(_ id: PluginID) async -> APIError? {
        do {
            _ = try await api.upgrade(id, of: try await mirror.organization())
            return nil
        } catch let error as APIError {
            return error
        } catch {
            return APIError(.rejected, subject: id.subject, detail: "\(error)", mayHaveTakenEffect: false)
        }
    }

    private func finish(_ run: Int64, _ outcome: String) async throws(Problem) {
        let now = now()
        try await mirror.writing { mirror in try mirror.runs.finish(run, outcome: outcome, at: now) }
    }

    private func problems(
        _ id: PluginID, _ settlement: Settlement, _ installed: Installed?, _ expected: SourceState, _ tag: String, _ failure: APIError?
    ) -> [Problem] {
        if settlement == .notApplied {
            let why = failure.map { " (\($0.detail))" } ?? ""
            return [
                Problem(
                    .failed, code: "not-upgraded", subject: id.subject, message: "The instance has not upgraded \(id.subject)\(why): its code is what it was.",
                    next: "phsync upgrade \(id.subject)")
            ]
        }
        guard let installed else {
            return [Problem(.partlyApplied, code: "plugin-gone", subject: id.subject, message: "\(id.subject) is not there any more after its upgrade.", next: "phsync pull")]
        }
        let differing = installed.state.differingParts(from: expected).map(\.label)
        let isOtherTag = installed.plugin.tag != tag
        guard isOtherTag || !differing.isEmpty else { return [] }
        let what = isOtherTag ? "version \(installed.plugin.tag ?? "unknown") instead of \(tag)" : "\(tag), but not as it was rehearsed"
        let parts = differing.isEmpty ? "" : "; other than rehearsed: \(differing.joined(separator: ", "))"
        return [
            Problem(
                .partlyApplied, code: "other-version", subject: id.subject, message: "The instance has installed \(what)\(parts). The mirror has it now.",
                next: "phsync dry-run \(id.subject)")
        ]
    }
}

extension PostHogAPI {
    /// Makes the server look for a newer version at the code host; its answer has the plugin with `latest_tag`.
    func checkForUpdates(_ id: PluginID, of organization: OrganizationID) async throws(APIError) -> JSONValue {
        try await object(.get, profile.pluginPath(id, of: organization) + "check_for_updates/")
    }

    /// Makes the server install the newest version; its answer only says that it took it.
    func upgrade(_ id: PluginID, of organization: OrganizationID) async throws(APIError) -> JSONValue {
        try await object(.post, profile.pluginPath(id, of: organization) + "upgrade/", body: .json(.object(JSONObject())))
    }
}
