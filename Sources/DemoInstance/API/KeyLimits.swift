import Models

/// What a personal API key is limited to. From documentation, not recorded: such keys exist since February 2024.
package struct DemoKeyLimit: Sendable {
    /// "plugin:read", "plugin:write" (which includes reading), "*" for all; nil for a key from before there were scopes.
    package var scopes: [String]?
    /// nil for all.
    package var projects: [Int64]?
    /// nil for all.
    package var organizations: [String]?

    package init(scopes: [String]? = nil, projects: [Int64]? = nil, organizations: [String]? = nil) {
        self.scopes = scopes
        self.projects = projects
        self.organizations = organizations
    }
}

/// Refuses what a limited key may not do. From documentation, not recorded.
enum KeyLimits {
    static func check(_ call: Call, _ state: DemoState) throws(APIFailure) {
        guard !state.keyLimits.isEmpty, let key = Authentication.key(of: call), let limit = state.keyLimits[key] else { return }
        let user = try Authentication.user(of: call, state)
        let target = Target(call)
        if let scopes = limit.scopes { try check(target, scopes) }
        // Who the key belongs to can be asked with every key.
        guard target.object != "user" else { return }
        if let projects = limit.projects { try check(call, projects) }
        if let organizations = limit.organizations { try check(call, organizations, user, state) }
    }

    private static func check(_ target: Target, _ scopes: [String]) throws(APIFailure) {
        // An action of its own declares no scope, so that not even all scopes are enough.
        guard !target.isAction else { throw .denied("This action does not support Personal API Key access") }
        let wanted = "\(target.object):\(target.isWrite ? "write" : "read")"
        let enough = [wanted, "\(target.object):write", "*"]
        guard scopes.contains(where: enough.contains) else { throw .denied("API key missing required scope '\(wanted)'") }
    }

    private static func check(_ call: Call, _ projects: [Int64]) throws(APIFailure) {
        guard call.segments.dropFirst().first == "projects", call.segments.count > 2 else {
            throw .denied("API keys with scoped projects are only supported on project-based endpoints.")
        }
        if let id = Int64(call.segments[2]), !projects.contains(id) {
            throw .denied("API key does not have access to the requested project: ID \(id).")
        }
    }

    private static func check(
        _ call: Call, _ organizations: [String], _ user: DemoUser, _ state: DemoState
    ) throws(APIFailure) {
        guard call.segments.count > 2 else { return }
        let id: String?
        switch call.segments[1] {
        case "organizations": id = call.segments[2] == "@current" ? user.currentOrganizationID : call.segments[2]
        case "projects": id = Int64(call.segments[2]).flatMap(state.project)?.organizationID
        default: id = nil
        }
        if let id, !organizations.contains(id) {
            throw .denied("API key does not have access to the requested organization: ID \(id).")
        }
    }

    /// What a request is about, as scopes name it.
    private struct Target {
        var object = "plugin"
        var isAction = false
        let isWrite: Bool

        init(_ call: Call) {
            isWrite = !call.isSafe
            let segments = call.segments
            func segment(_ index: Int) -> String { segments.count > index ? segments[index] : "" }
            switch segment(1) {
            case "users": object = "user"
            case "organizations" where segments.count <= 3: object = "organization"
            case "projects" where segments.count <= 3: object = "project"
            case "projects" where segment(3) == "events": object = "query"
            case "projects" where segment(3) == "hog_functions": object = "hog_function"
            default: break
            }
            let listActions = ["repository", "unused", "activity", "exports_unsubscribe_configs", "rearrange"]
            // The log of a config is a list of its own; everything else behind an id is an action.
            isAction = listActions.contains(segment(4)) || (segments.count > 5 && segment(5) != "logs")
        }
    }
}
