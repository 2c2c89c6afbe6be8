import Models

/// Rows of organizations, projects and users with every column that an answer shows.
struct DemoRows {
    private var random: WorldRandom

    init(seed: UInt64) {
        random = WorldRandom(seed: seed)
    }

    mutating func uuid() -> String {
        let digits = random.hexadecimal(32)
        let cuts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return cuts.map { String(digits.dropFirst($0.lowerBound).prefix($0.count)) }.joined(separator: "-")
    }

    mutating func hexadecimal(_ count: Int) -> String { random.hexadecimal(count) }

    mutating func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }

    mutating func organization(
        name: String, slug: String, level: Int, projects: [Int64], members: [Int64: Int], now: DemoInstant
    ) -> DemoOrganization {
        let id = uuid()
        var row = DemoRows.object(
            #"{"available_features":[],"available_product_features":null,"is_member_join_email_enabled":true,"#
                + #""customer_id":null,"enforce_2fa":null,"personalization":{}}"#)
        row["id"] = .string(id)
        row["name"] = .string(name)
        row["slug"] = .string(slug)
        row["created_at"] = .string(now.advanced(bySeconds: -400 * 86_400).text)
        row["updated_at"] = .string(now.advanced(bySeconds: -30 * 86_400).text)
        return DemoOrganization(id: id, row: row, pluginsAccessLevel: level, projectIDs: projects, members: members)
    }

    mutating func project(_ id: Int64, name: String, in organization: DemoOrganization, now: DemoInstant) -> DemoProject {
        let token = "phc_demo_project_\(id)"
        var row = DemoRows.object(
            #"{"app_urls":["https://www.example.com"],"slack_incoming_webhook":null,"anonymize_ips":false,"#
                + #""completed_snippet_onboarding":true,"ingested_event":true,"session_recording_opt_in":false,"#
                + #""capture_console_log_opt_in":null,"is_demo":false,"access_control":false,"inject_web_apps":false,"#
                + #""test_account_filters":[],"test_account_filters_default_checked":null,"path_cleaning_filters":[],"#
                + #""timezone":"UTC","data_attributes":["data-attr"],"correlation_config":{}}"#)
        row["id"] = JSONValue(id)
        row["uuid"] = .string(uuid())
        row["api_token"] = .string(token)
        row["name"] = .string(name)
        row["created_at"] = .string(now.advanced(bySeconds: -399 * 86_400).text)
        row["updated_at"] = .string(now.advanced(bySeconds: -20 * 86_400).text)
        return DemoProject(id: id, organizationID: organization.id, token: token, row: row)
    }

    mutating func user(
        _ id: Int64, name: String, key: String, in organization: DemoOrganization, now: DemoInstant
    ) -> DemoUser {
        var row = DemoRows.object(
            #"{"pending_email":null,"email_opt_in":false,"is_email_verified":true,"anonymize_data":false,"#
                + #""toolbar_mode":"toolbar","has_password":true,"is_staff":false,"#
                + #""events_column_config":{"active":"DEFAULT"},"has_seen_product_intro_for":null}"#)
        row["id"] = JSONValue(id)
        row["uuid"] = .string(uuid())
        row["distinct_id"] = .string(hexadecimal(43))
        row["first_name"] = .string(name)
        row["email"] = .string("\(name.lowercased())@example.com")
        row["personal_api_keys"] = [
            ["id": .string("demo_\(id)"), "label": "demo", "created_at": .string(now.advanced(bySeconds: -86_400).text)]
        ]
        row["date_joined"] = .string(now.advanced(bySeconds: -398 * 86_400).text)
        return DemoUser(
            id: id, isActive: true, keys: [key], currentOrganizationID: organization.id,
            currentProjectID: organization.projectIDs.first ?? 0, organizationIDs: [organization.id], row: row)
    }

    /// Text that this module wrote itself.
    static func json(_ text: String) -> JSONValue {
        do {
            return try JSONValue(parsing: text)
        } catch {
            preconditionFailure("the demo world's own JSON is wrong: \(error)")
        }
    }

    private static func object(_ text: String) -> JSONObject {
        json(text).object ?? JSONObject()
    }
}

/// SplitMix64: the same seed makes the same world.
struct WorldRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func hexadecimal(_ count: Int) -> String {
        var digits = ""
        while digits.utf8.count < count {
            let next = String(next(), radix: 16)
            digits += String(repeating: "0", count: 16 - next.utf8.count) + next
        }
        return String(digits.prefix(count))
    }
}
