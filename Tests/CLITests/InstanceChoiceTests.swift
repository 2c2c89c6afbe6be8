import Models
import Testing

@testable import CLI

@Suite struct InstanceChoiceTests {
    private static let config = """
        {"current": "prod", "contexts": {
          "prod": {"host": "https://us.posthog.com", "project": "3"},
          "staging": {"host": "https://staging.example.com"},
          "10.0.0.1-80": {"host": "http://10.0.0.1", "allow_http": true},
          "taken.example.com": {"host": "https://other.example.com"}}}
        """

    private func choose(
        _ variables: [Environment.Name: String] = [:], flag: String? = nil, project: String? = nil, config: String = config
    ) throws(Problem) -> Instance {
        try InstanceChoice(
            settings: try Settings(parsing: Array(config.utf8), path: "config.json"), environment: Environment(variables),
            contextFlag: flag, projectFlag: project
        ).instance()
    }

    private func token(_ instance: Instance) -> String? {
        if case .environment(_, let token) = instance.tokenSource { token.value } else { nil }
    }

    @Test func eachSourceGoesBeforeTheNext() throws {
        var variables: [Environment.Name: String] = [.posthogHost: "https://c.example.com", .posthogToken: "phx_c"]
        #expect(try choose(variables, config: "{}").name == "c.example.com")
        variables[.posthogCLIHost] = "https://b.example.com"
        #expect(try choose(variables, config: "{}").name == "b.example.com")
        #expect(try choose(variables).name == "prod")
        variables[.phsyncHost] = "https://a.example.com"
        #expect(try choose(variables).name == "a.example.com")
        #expect(try choose(variables, flag: "staging").name == "staging")
        variables[.phsyncHost] = nil
        variables[.phsyncContext] = "staging"
        #expect(try choose(variables).name == "staging")
        #expect(try choose(variables, flag: "prod").name == "prod")
    }

    @Test func aTokenGoesWithItsOwnHostOnly() throws {
        let own: [Environment.Name: String] = [.phsyncHost: "https://a.example.com", .phsyncToken: "phx_a"]
        #expect(token(try choose(own)) == "phx_a")
        #expect(token(try choose(own, flag: "prod")) == nil)
        #expect(token(try choose([.phsyncToken: "phx_a"])) == "phx_a")
        #expect(token(try choose([.phsyncToken: "phx_a", .phsyncHost: "us.posthog.com"], flag: "prod")) == "phx_a")
        #expect(token(try choose([.phsyncHost: "https://a.example.com", .posthogToken: "phx_c"])) == nil)
        #expect(token(try choose([.posthogCLIHost: "https://b.example.com", .posthogToken: "phx_c"], config: "{}")) == nil)
        #expect(token(try choose([.posthogToken: "phx_c", .posthogCLIToken: "phx_b"])) == nil)
    }

    @Test func projectsFollowTheSameOrder() throws {
        #expect(try choose().project == "3")
        #expect(try choose([.phsyncProject: "4"]).project == "4")
        #expect(try choose([.phsyncProject: "4"], project: "5").project == "5")
        #expect(try choose([.posthogProject: "9"]).project == "3")
        #expect(try choose([.posthogHost: "x.com", .posthogProject: "9"], config: "{}").project == "9")
        #expect(try choose([.posthogHost: "x.com", .posthogCLIProject: "9"], config: "{}").project == nil)
    }

    @Test func settingsOfAStoredContextCountForTheSameHostInTheEnvironment() throws {
        #expect(try choose([.phsyncHost: "http://10.0.0.1"]).context.allowsHTTP)
    }

    @Test func mistakesAreNamed() {
        func code(_ variables: [Environment.Name: String] = [:], flag: String? = nil, config: String = Self.config) -> String? {
            problem { () throws(Problem) in try choose(variables, flag: flag, config: config) }?.code
        }
        #expect(code(config: "{}") == "no-context")
        #expect(code(flag: "prdo") == "unknown-context")
        #expect(code(flag: "../x") == "bad-context-name")
        #expect(code([.phsyncContext: "prod", .phsyncHost: "https://a.example.com"]) == "context-and-host")
        #expect(code([.phsyncHost: "https://u:p@a.example.com"]) == "bad-host")
        #expect(code([.phsyncHost: "http://a.example.com"]) == "plain-http")
        #expect(code([.phsyncHost: "https://taken.example.com"]) == "context-taken")
        #expect(code([.phsyncHost: "https://a.example.com", .phsyncToken: "phc_x"]) == "project-key")
        #expect(code([.phsyncHost: "https://a.example.com", .phsyncToken: "phx\nx: y"]) == "bad-token")
        #expect(code(config: #"{"current": "gone"}"#) == "unknown-context")
    }

    @Test func aTokenNeverPrints() throws {
        let token = try Token("  phx_secret\n", from: "a test")
        var dumped = ""
        dump(token, to: &dumped)
        #expect(token.value == "phx_secret")
        for text in ["\(token)", String(reflecting: token), dumped, String(reflecting: Instance.TokenSource.environment("X", token))] {
            #expect(!text.contains("secret"))
        }
    }
}
