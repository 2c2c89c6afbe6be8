import Models
import Testing

@testable import DemoInstance

/// The stand-in's variants say what the documentation says, word for word.
@Suite struct DemoVariantTests {
    private func answer(
        _ variant: DemoVariant, _ method: String, _ path: String, _ body: String? = nil,
        _ change: (inout DemoState) -> Void = { _ in }
    ) throws -> (status: Int, json: JSONValue) {
        var state = DemoState.demo(variant: variant)
        change(&state)
        let own = state.organizations[0].id
        var headers = [DemoHeader("Authorization", "Bearer \(DemoKeys.admin)")]
        if body != nil { headers.append(DemoHeader("Content-Type", "application/json")) }
        let target = path.split(separator: "ORG", omittingEmptySubsequences: false).joined(separator: own)
        let request = DemoRequest(method, target, headers: headers, body: Array((body ?? "").utf8))
        let response = respond(to: request, state: &state, clock: DemoInstant(microseconds: 1_750_000_000_000_000))
        return (response.status, try JSONValue(parsing: response.body))
    }

    @Test func oldServersHaveNeitherProjectsInPathsNorInRows() throws {
        for variant in [DemoVariant.v1_18, .v1_22, .v1_24] {
            #expect(try answer(variant, "GET", "/api/projects/1/plugin_configs/").json["detail"] == "Endpoint not found.")
            #expect(try answer(variant, "GET", "/api/projects/1/plugin-configs/").json["detail"] == "Endpoint not found.")
            let row = try answer(variant, "GET", "/api/plugin_config/").json["results"]?.array?.first
            #expect(row?["id"] == 1 && row?["team_id"] == nil)
            let isMasked = row?["config"]?["openExchangeRatesApiKey"] == .string(ConfigBody.mask)
            #expect(isMasked == (variant == .v1_24))
        }
        #expect(try answer(.v1_18, "GET", "/api/plugin/").json["count"]?.int ?? 0 > 0)
        #expect(try answer(.v1_18, "GET", "/api/organizations/ORG/plugins/").status == 404)
        #expect(try answer(.v1_22, "GET", "/api/plugin/").status == 404)
    }

    @Test func keysWithScopesAreRefusedInTheseWords() throws {
        let read = try answer(.readOnlyKey, "PATCH", "/api/projects/1/plugin_configs/1/", #"{"enabled":false}"#)
        #expect(read.status == 403 && read.json["detail"] == "API key missing required scope 'plugin:write'")
        for path in ["source/", "check_for_updates/"] {
            let action = try answer(.scopedKey, "GET", "/api/organizations/ORG/plugins/1/\(path)")
            #expect(action.status == 403 && action.json["detail"] == "This action does not support Personal API Key access")
        }
        #expect(try answer(.scopedKey, "GET", "/api/projects/1/app_metrics/1/error_details/?error_type=x").status == 403)
        for path in ["/api/organizations/ORG/plugins/", "/api/projects/1/plugin_configs/1/", "/api/projects/1/plugin_configs/1/logs"] {
            #expect(try answer(.scopedKey, "GET", path).status == 200, "\(path)")
        }
    }

    @Test func keysForSomeProjectsAreRefusedInTheseWords() throws {
        let organization = try answer(.projectKey, "GET", "/api/organizations/ORG/plugins/")
        #expect(organization.json["detail"] == "API keys with scoped projects are only supported on project-based endpoints.")
        let other = try answer(.projectKey, "GET", "/api/projects/2/plugin_configs/")
        #expect(other.status == 403 && other.json["detail"] == "API key does not have access to the requested project: ID 2.")
        #expect(try answer(.projectKey, "GET", "/api/users/@me/").status == 200)
        let config = try answer(.projectKey, "GET", "/api/projects/1/plugin_configs/1/")
        #expect(config.json["plugin_info"]?["id"] == 1)
    }

    @Test func aHogFunctionTakesAnIDAway() throws {
        let body = #"{"plugin":9,"enabled":false,"order":4}"#
        for variant in [DemoVariant.handover, .frozen] {
            let made = try answer(variant, "POST", "/api/projects/1/plugin_configs/", body)
            #expect(made.status == 201 && made.json["id"] == .null && made.json["created_at"] == .null && made.json["plugin"] == 9)
            #expect(made.json["plugin_info"]?["id"] == 9 && made.json["team_id"] == 1)
        }
        let plain = try answer(.handover, "POST", "/api/projects/1/plugin_configs/", body) { $0.hogTemplates = [] }
        #expect(plain.json["id"]?.int != nil)
        let refused = try answer(.frozen, "POST", "/api/projects/1/plugin_configs/", body) { $0.hogTemplates = [] }
        #expect(refused.status == 400 && refused.json["attr"] == .null)
        #expect(
            refused.json["detail"]
                == "Plugin creation is no longer possible. Please refer to the Hog Functions documentation for more information.")
    }

    @Test func aSecondConfigStandsBesideTheFirst() throws {
        let made = try answer(.severalConfigs, "POST", "/api/projects/1/plugin_configs/", #"{"plugin":1,"enabled":false,"order":4}"#)
        #expect(made.status == 201 && made.json["id"]?.int ?? 0 > 19)
    }

    @Test func whatIsGoneIsNoEndpoint() throws {
        let paths = ["/api/projects/1/plugin_configs/1/logs", "/api/projects/1/app_metrics/1/?category=processEvent"]
        for path in paths { #expect(try answer(.withoutReview, "GET", path).json["detail"] == "Endpoint not found.", "\(path)") }
        for path in paths + ["/api/projects/1/plugin_configs/", "/api/plugin_config/", "/api/organizations/ORG/plugins/"] {
            #expect(try answer(.removed, "GET", path).json["detail"] == "Endpoint not found.", "\(path)")
        }
    }
}
