import Models

/// `…/plugins/activity/`
enum Activity {
    /// The user's current project's entries, whatever organization the path names.
    static func page(_ call: Call, _ user: DemoUser, _ state: DemoState) throws(APIFailure) -> JSONValue {
        guard let limit = Int(call.query["limit"] ?? "10"), let page = Int(call.query["page"] ?? "1"), limit > 0, page > 0 else {
            throw .server
        }
        let all = state.activity.enumerated().filter { $0.element.projectID == user.currentProjectID }
            .sorted { ($0.element.createdAt, $0.offset) > ($1.element.createdAt, $1.offset) }.map(\.element)
        let pages = max(1, (all.count + limit - 1) / limit)
        // From reference: a page behind the last one is an exception.
        guard page <= pages else { throw .server }
        func link(_ page: Int) -> JSONValue {
            .string(call.absoluteURL(state) + "?" + encodedQuery([("limit", String(limit)), ("page", String(page))]))
        }
        return [
            "results": .array(all.dropFirst((page - 1) * limit).prefix(limit).map { body($0, state) }),
            "next": page < pages ? link(page + 1) : nil, "previous": page > 1 ? link(page - 1) : nil,
            "total_count": JSONValue(all.count),
        ]
    }

    private static func body(_ entry: DemoActivity, _ state: DemoState) -> JSONValue {
        let user = state.users.first { $0.id == entry.userID }?.row
        return [
            "user": user.map { ["first_name": $0["first_name"] ?? .null, "email": $0["email"] ?? .null] } ?? .null,
            "activity": .string(entry.activity), "scope": .string(entry.scope), "item_id": .string(entry.itemID),
            "detail": [
                "changes": entry.changes, "trigger": entry.trigger, "name": JSONValue(entry.name), "short_id": nil,
                "type": nil,
            ],
            "created_at": .string(entry.createdAt.text),
        ]
    }
}

extension DemoState {
    /// Writes one line of the activity log, where the server keeps one; `project` is the user's current one unless a config says otherwise.
    mutating func log(
        _ activity: String, scope: String, item: Int64, name: String?, changes: JSONValue = .null, project: Int64? = nil,
        by user: DemoUser, _ clock: DemoInstant
    ) {
        guard profile.has(.activity) else { return }
        self.activity.append(
            DemoActivity(
                projectID: project ?? user.currentProjectID, userID: user.id, activity: activity, scope: scope,
                itemID: String(item), name: name, changes: changes, createdAt: clock))
    }
}

/// One difference as the activity log writes it.
func activityChange(
    _ type: String, _ action: String, field: String?, before: JSONValue, after: JSONValue
) -> JSONValue {
    ["type": .string(type), "action": .string(action), "field": JSONValue(field), "before": before, "after": after]
}
