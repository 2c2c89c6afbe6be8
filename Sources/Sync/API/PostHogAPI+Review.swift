package import Models

/// Calls that tell what happened: figures, errors, changes, events.
extension PostHogAPI {
    /// The version that the instance tells people who are logged in (1.24 to August 2023), and whether it is PostHog's own.
    package func version() async throws(APIError) -> (version: String?, isCloud: Bool) {
        let answer = try await object(.get, "/_preflight/")
        return (answer["posthog_version"]?.string, answer["cloud"]?.bool == true)
    }

    /// One config's figures and error types in one category.
    ///
    /// - Parameter from: A day, or a number of days back such as "-30d"; by the day when that is two days ago or more.
    package func metrics(
        of config: PluginConfigID, in project: ProjectID, category: String, from: String
    ) async throws(APIError) -> MetricsAnswer {
        let path = PostHogAPI.metricsPath(config, in: project)
        let answer = try await object(.get, path + URLText.query([("category", category), ("date_from", from)]))
        return try MetricsAnswer(answer, subject: "GET \(path)")
    }

    /// The last occurrences of an error type, at most 20, the newest first.
    package func errorDetails(
        of config: PluginConfigID, in project: ProjectID, category: String, type: String
    ) async throws(APIError) -> [JSONValue] {
        let path = PostHogAPI.metricsPath(config, in: project) + "error_details/"
        let answer = try await object(.get, path + URLText.query([("category", category), ("error_type", type)]))
        return try PostHogAPI.rows("result", of: answer, "GET \(path)")
    }

    /// One page of the activity log of plugins and configs, the newest first; of the user's current project only.
    package func activity(
        of organization: OrganizationID, page: Int, limit: Int
    ) async throws(APIError) -> (rows: [JSONValue], hasMore: Bool) {
        let path = "/api/organizations/\(organization)/plugins/activity/"
        let answer = try await object(.get, path + URLText.query([("page", String(page)), ("limit", String(limit))]))
        return (try PostHogAPI.rows("results", of: answer, "GET \(path)"), answer["next"]?.string != nil)
    }

    /// The newest events of a project, at most `limit`, the newest first.
    ///
    /// - Parameter project: nil asks as versions before project paths do: the user's current project.
    package func events(of project: ProjectID?, after: Timestamp?, limit: Int) async throws(APIError) -> [JSONValue] {
        let path = project.map { "/api/projects/\($0)/events/" } ?? "/api/event/"
        let pairs = [("limit", String(limit))] + (after.map { [("after", $0.iso8601)] } ?? [])
        return try PostHogAPI.rows("results", of: try await object(.get, path + URLText.query(pairs)), "GET \(path)")
    }

    private static func metricsPath(_ config: PluginConfigID, in project: ProjectID) -> String {
        "/api/projects/\(project)/app_metrics/\(config)/"
    }

    private static func rows(_ key: String, of answer: JSONValue, _ subject: String) throws(APIError) -> [JSONValue] {
        guard let rows = answer[key]?.array else { throw APIError.notTheAPI(subject, "the answer has no \"\(key)\"") }
        return rows
    }
}

extension APIError {
    /// An answer with status 200 whose JSON is another than the call's.
    static func notTheAPI(_ subject: String, _ detail: String) -> APIError {
        APIError(.notTheAPI, subject: subject, status: 200, detail: detail, mayHaveTakenEffect: false)
    }
}
