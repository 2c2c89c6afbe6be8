import Models

enum Authentication {
    /// The user whose personal API key the request carries: header first, then body, then query.
    static func user(of call: Call, _ state: DemoState) throws(APIFailure) -> DemoUser {
        if call.request.header("Authorization")?.hasPrefix("Basic ") == true {
            // Nobody has a password here (1.26: 009).
            throw APIFailure(401, "authentication_error", "authentication_failed", "Invalid username/password.")
        }
        guard let (key, place) = key(in: call) else {
            throw APIFailure(
                401, "authentication_error", "not_authenticated", "Authentication credentials were not provided.")
        }
        guard let user = state.users.first(where: { $0.isActive && $0.keys.contains(key) }) else {
            throw APIFailure(
                401, "authentication_error", "authentication_failed", "Personal API key found in request \(place) is invalid.")
        }
        return user
    }

    /// The project whose token is in the query; nil when there is no token.
    static func project(namedByTokenOf call: Call, _ state: DemoState) throws(APIFailure) -> DemoProject? {
        guard let token = call.query["token"] ?? call.query["api_key"] else { return nil }
        guard let project = state.projects.first(where: { $0.token == token }) else {
            // A token of no project (1.26: 148).
            throw APIFailure(401, "authentication_error", "authentication_failed", "Incorrect authentication credentials.")
        }
        return project
    }

    /// The key that the request carries, whoever it belongs to.
    static func key(of call: Call) -> String? { key(in: call)?.key }

    private static func key(in call: Call) -> (key: String, place: String)? {
        // The scheme is compared with its case (2023-11: 006); another scheme is as good as no header.
        if let header = call.request.header("Authorization"), header.hasPrefix("Bearer "), !header.dropFirst(7).trimmed.isEmpty {
            return (header.dropFirst(7).trimmed, "Authorization header")
        }
        if let key = call.bodyIfReadable["personal_api_key"]?.string { return (key, "body") }
        if let key = call.query["personal_api_key"] { return (key, "query string") }
        return nil
    }
}

/// When requests were let through, by what they are counted for.
struct ThrottleHistory: Sendable {
    private var minutes: [String: [DemoInstant]] = [:]
    private var hours: [String: [DemoInstant]] = [:]

    /// Counts one request for `subject`, or refuses it with the seconds to wait.
    mutating func count(_ subject: String, at now: DemoInstant, _ settings: DemoSettings) throws(APIFailure) {
        guard settings.isRateLimited else { return }
        let waits = [
            ThrottleHistory.wait(&minutes[subject, default: []], now, seconds: 60, limit: settings.requestsPerMinute),
            ThrottleHistory.wait(&hours[subject, default: []], now, seconds: 3600, limit: settings.requestsPerHour),
        ]
        guard let wait = waits.compactMap({ $0 }).max() else { return }
        let unit = wait == 1 ? "second" : "seconds"
        throw APIFailure(
            429, "throttled_error", "throttled", "Request was throttled. Expected available in \(wait) \(unit).",
            retryAfter: wait)
    }

    private static func wait(_ history: inout [DemoInstant], _ now: DemoInstant, seconds: Int64, limit: Int) -> Int? {
        let start = now.advanced(bySeconds: -seconds)
        if let first = history.first, first <= start { history.removeAll { $0 <= start } }
        guard history.count >= limit, let oldest = history.first else {
            history.append(now)
            return nil
        }
        let microseconds = oldest.advanced(bySeconds: seconds).microseconds - now.microseconds
        return Int((microseconds + 999_999) / 1_000_000)
    }
}
