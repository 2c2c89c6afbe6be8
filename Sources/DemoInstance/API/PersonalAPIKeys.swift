import Models

/// `/api/personal_api_keys/`: the user's own keys, without their values (1.26: 335).
enum PersonalAPIKeys {
    static func respond(_ call: Call, _ state: DemoState) throws(APIFailure) -> DemoResponse {
        let user = try Authentication.user(of: call, state)
        try call.expectMethod("GET")
        let keys = (user.row["personal_api_keys"]?.array ?? []).map { key -> JSONValue in
            [
                "id": key["id"] ?? .null, "label": key["label"] ?? .null, "created_at": key["created_at"] ?? .null,
                // This request used one; a second key of the same user is shown as used too.
                "last_used_at": .string(call.clock.text), "user_id": JSONValue(user.id),
            ]
        }
        return .json(200, .array(keys))
    }
}
