package import Models

/// PostHog's REST API as this program calls it: each method is one request.
///
/// Only ids in paths, never `@current`: that moves when somebody clicks in the web page. No parameter is called `token`,
/// which would change the project.
/// - Source: docs/api.md.
package struct PostHogAPI: Sendable {
    /// Scheme, host and port, without a slash at the end.
    package let origin: String
    /// In which form it asks; as the last pull found it.
    package let profile: APIProfile
    private let transport: any Transport
    private let token: Secret

    /// - Parameter origin: Scheme, host and port without a slash at the end.
    package init(origin: String, token: Secret, transport: any Transport, profile: APIProfile = .nested) {
        self.origin = origin
        self.profile = profile
        self.token = token
        self.transport = transport
    }

    /// The same server, asked in another form.
    package func adopting(_ profile: APIProfile) -> PostHogAPI {
        PostHogAPI(origin: origin, token: token, transport: transport, profile: profile)
    }

    // MARK: Reading

    /// Who the key belongs to, with the organization and the project that they have open.
    package func me() async throws(APIError) -> JSONValue {
        try await object(.get, "/api/users/@me/")
    }

    /// One organization with its projects and its plugin access level.
    package func organization(_ id: OrganizationID) async throws(APIError) -> JSONValue {
        try await object(.get, "/api/organizations/\(id)/")
    }

    /// One project.
    package func project(_ id: ProjectID) async throws(APIError) -> JSONValue {
        try await object(.get, "/api/projects/\(id)/")
    }

    /// One plugin; a 404 below access level 6, though the list shows it.
    package func plugin(_ id: PluginID, of organization: OrganizationID) async throws(APIError) -> JSONValue {
        try await object(.get, profile.pluginPath(id, of: organization))
    }

    /// The files of a plugin's code.
    package func source(of id: PluginID, _ organization: OrganizationID) async throws(APIError) -> SourceFiles {
        let path = profile.pluginPath(id, of: organization) + "source/"
        let json = try await object(.get, path)
        do {
            return try SourceFiles(serverJSON: json, of: id)
        } catch {
            // Of this plugin alone: the others may be fine.
            throw APIError(.rejected, subject: "GET \(path)", detail: "\(error)", mayHaveTakenEffect: false)
        }
    }

    /// One page of the organization's plugins, row by row as it is scanned.
    package func plugins(
        of organization: OrganizationID, _ range: PageRange, row: (JSONValue) -> Void
    ) async throws(APIError) -> PageSummary {
        try await page(profile.pluginsPath(organization), range, row: row)
    }

    /// One page of a project's configs, row by row as it is scanned; empty without a right to see them.
    package func configs(
        of project: ProjectID, _ range: PageRange, row: (JSONValue) -> Void
    ) async throws(APIError) -> PageSummary {
        try await page(profile.configsPath(project), range) { row($0.naming(project, unless: profile.namesProject)) }
    }

    /// One config with `plugin_info`, the plugin as of the same moment.
    ///
    /// One that was deleted is not found: the server keeps its row and still shows it alone (2023-11-07 and later), in no list.
    package func config(_ id: PluginConfigID, in project: ProjectID) async throws(APIError) -> JSONValue {
        let path = profile.configPath(id, in: project)
        let json = try await object(.get, path).naming(project, unless: profile.namesProject)
        guard json["deleted"]?.bool != true else {
            throw APIError(.notFound, subject: "GET \(path)", status: 200, detail: "it was deleted", mayHaveTakenEffect: false)
        }
        return json
    }

    /// Entries of one config's log, the newest first. Unlike lists it takes no offset: with a limit that finds nothing.
    package func logs(
        of config: PluginConfigID, in project: ProjectID, _ range: LogRange, row: (JSONValue) -> Void
    ) async throws(APIError) -> PageSummary {
        let path = profile.logsPath(config, in: project)
        var query = "?limit=\(range.limit)"
        if let after = range.after { query += "&after=\(after.text)" }
        if let before = range.before { query += "&before=\(before.text)" }
        let response = try await answer(.get, path + query, body: nil)
        return try PageSummary(response, subject: "GET \(path)", row: row)
    }

    // MARK: Writing

    /// Sends the change; its answer only says that the server took it, so read the config back.
    package func update(
        _ id: PluginConfigID, in project: ProjectID, _ body: ConfigWrite.Body, using random: inout some RandomNumberGenerator
    ) async throws(APIError) -> JSONValue {
        try await object(.patch, profile.configPath(id, in: project), body: PostHogAPI.httpBody(body, &random))
    }

    /// Creates a config; never repeated by itself, since a second one may be made or the first be overwritten.
    package func create(
        in project: ProjectID, _ body: ConfigWrite.Body, using random: inout some RandomNumberGenerator
    ) async throws(APIError) -> JSONValue {
        try await object(.post, profile.configsPath(project), body: PostHogAPI.httpBody(body, &random))
    }

    /// Whether this server has hog functions, which may take the place of a config (2025 and later).
    ///
    /// Only "Endpoint not found." says no: a key that may not see them proves that they are there.
    func hasHogFunctions(in project: ProjectID) async throws(APIError) -> Bool {
        do {
            _ = try await page("/api/projects/\(project)/hog_functions/", PageRange(offset: 0, limit: 1)) { _ in }
            return true
        } catch {
            switch error.code {
            case .noEndpoint: return false
            case .forbidden, .notFound, .rejected: return true
            case .unauthorized, .throttled, .serverError, .notTheAPI, .transport: throw error
            }
        }
    }

    /// Makes another project the user's current one, for every client and browser of that user.
    ///
    /// - Returns: The user as the server has it then.
    package func switchProject(to project: ProjectID) async throws(APIError) -> JSONValue {
        try await object(.patch, "/api/users/@me/", body: .json(["set_current_team": JSONValue(project.rawValue)]), isRepeatable: true)
    }

    /// Sends changed files, nil for one that is to vanish; its answer only says that the server took it.
    package func update(
        _ id: PluginID, of organization: OrganizationID, _ write: SourceWrite
    ) async throws(APIError) -> JSONValue {
        try await object(.patch, profile.pluginPath(id, of: organization) + write.action, body: .json(write.body))
    }

    /// The slowest line that an upload is still waited for on.
    private static let slowestBytesPerSecond = 16_384.0
}

extension PostHogAPI {
    private static func httpBody(_ body: ConfigWrite.Body, _ random: inout some RandomNumberGenerator) -> HTTPBody {
        switch body {
        case .json(let value): return .json(value)
        case .form(let fields, let files):
            var form = MultipartForm()
            for field in fields { form.addText(field.name, field.value) }
            for part in files {
                form.addFile(
                    part.name, filename: part.file.name, contentType: part.file.contentType, bytes: part.file.bytes)
            }
            return .form(form, using: &random)
        }
    }

    /// - Parameters:
    ///   - path: With its query, encoded; messages name it without.
    ///   - isRepeatable: Whether doing it twice is doing it once, as for every read.
    func object(
        _ method: HTTPMethod, _ path: String, body: HTTPBody? = nil, isRepeatable: Bool? = nil
    ) async throws(APIError) -> JSONValue {
        let response = try await answer(method, path, body: body, isRepeatable: isRepeatable)
        let subject = "\(method.rawValue) \(path.prefix { $0 != "?" })"
        do {
            let value = try JSONValue(parsing: response.body)
            guard value.object != nil else {
                throw APIError.notTheAPI(response, subject: subject, detail: "the answer is a JSON \(value.kind)")
            }
            return value
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError.notTheAPI(response, subject: subject, detail: "\(error)")
        }
    }

    private func page(_ path: String, _ range: PageRange, row: (JSONValue) -> Void) async throws(APIError) -> PageSummary {
        let response = try await answer(.get, "\(path)?limit=\(range.limit)&offset=\(range.offset)", body: nil)
        let summary = try PageSummary(response, subject: "GET \(path)", row: row)
        guard summary.count <= PageSummary.largestList else {
            throw APIError.notTheAPI(response, subject: "GET \(path)", detail: "it counts \(summary.count) rows")
        }
        return summary
    }

    private func answer(
        _ method: HTTPMethod, _ path: String, body: HTTPBody?, isRepeatable: Bool? = nil
    ) async throws(APIError) -> HTTPResponse {
        var request = HTTPRequest(method, origin + path)
        request.headers = [
            HTTPHeader("Accept", "application/json"),
            HTTPHeader("Authorization", "Bearer \(token.reveal())", isSensitive: true),
        ]
        request.body = body
        if let isRepeatable { request.isSafeToRepeat = isRepeatable }
        // A large file on a slow line: as long as something moves, it may take its time.
        request.totalTimeoutSeconds += Double(body?.bytes.count ?? 0) / PostHogAPI.slowestBytesPerSecond
        request.maximumBodyBytes = PageSize.maximumBodyBytes
        let response: HTTPResponse
        do {
            response = try await transport.send(request)
        } catch {
            throw APIError(error)
        }
        guard (200..<300).contains(response.status) else {
            throw APIError(response, subject: "\(method.rawValue) \(request.path)")
        }
        return response
    }
}

extension JSONValue {
    /// The config with the project that was asked for, where the server names none: whether that is the user's current one,
    /// and so the config's own, the caller has to ask.
    fileprivate func naming(_ project: ProjectID, unless isNamed: Bool) -> JSONValue {
        guard !isNamed, var object, object["team_id"] == nil else { return self }
        object["team_id"] = JSONValue(project.rawValue)
        return .object(object)
    }
}
