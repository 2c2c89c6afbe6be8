import DemoInstance
import Models
import Testing

struct FaultTests {
    private static let config = "/api/projects/1/plugin_configs/1/"

    /// Sends a change of config 1's order under a fault.
    private func change(
        _ fault: Fault, _ check: (SocketClient, DemoServer) throws -> Void
    ) throws {
        try withServer { server in
            server.setFaults([FaultRule(fault, method: "PATCH")])
            let client = try SocketClient(port: server.port)
            client.request(
                "PATCH", FaultTests.config, headers: ["Content-Type: application/json"], body: Array(#"{"order": 77}"#.utf8))
            try check(client, server)
        }
    }

    private func isChanged(_ server: DemoServer) -> Bool {
        server.withState { $0.configs[1]?.order } == 77
    }

    @Test func refusedClosesWithoutAnyEffect() throws {
        try change(.refused) { client, server in
            #expect(client.rest().isEmpty)
            #expect(!isChanged(server))
            #expect(server.requests.map(\.status) == [nil])
        }
    }

    @Test func aLostAnswerHasTakenEffect() throws {
        try change(.answerLost) { client, server in
            #expect(client.rest().isEmpty)
            #expect(isChanged(server))
        }
    }

    @Test func aCutBodyIsShorterThanAnnounced() throws {
        try change(.cutBody(afterBytes: 5)) { client, server in
            let head = try #require(client.head())
            #expect(head.status == 200)
            #expect(client.rest().count == 5)
            #expect((Int(head.headers["content-length"] ?? "") ?? 0) > 5)
            #expect(isChanged(server))
        }
    }

    @Test func aLostUpdateLooksLikeASuccess() throws {
        try change(.lostUpdate) { client, server in
            #expect(client.response()?.json?["order"] == 77)
            #expect(!isChanged(server))
            #expect(client.exchange("GET", FaultTests.config)?.json?["order"] == 1)
        }
    }

    @Test func aStalledAnswerStaysOpenUntilTheServerStops() throws {
        let server = try DemoServer(state: .demo())
        server.setFaults([FaultRule(.stalled(afterBytes: 7))])
        let client = try SocketClient(port: server.port)
        client.request("GET", FaultTests.config)
        #expect(client.head()?.status == 200)
        #expect(client.rest(atMost: 7).count == 7)
        server.stop()
        #expect(client.rest().count == 7)
    }

    @Test func aSlowAnswerComesLateAndWhole() throws {
        try withServer { server in
            server.setFaults([FaultRule(.slow(milliseconds: 80))])
            let client = try SocketClient(port: server.port)
            let elapsed = ContinuousClock().measure { #expect(client.exchange("GET", FaultTests.config)?.json?["id"] == 1) }
            #expect(elapsed >= .milliseconds(75))
        }
    }

    @Test func throttlingSaysWhenToComeBack() throws {
        try change(.throttled(retryAfterSeconds: 17)) { client, server in
            let answer = client.response()
            #expect(answer?.status == 429)
            #expect(answer?.headers["retry-after"] == "17")
            #expect(answer?.json?["code"] == "throttled")
            #expect(!isChanged(server))
        }
    }

    @Test(arguments: [true, false]) func failuresComeBeforeOrAfterTheEffect(afterEffect: Bool) throws {
        try change(.failure(status: 503, afterEffect: afterEffect)) { client, server in
            #expect(client.response()?.status == 503)
            #expect(isChanged(server) == afterEffect)
        }
    }

    @Test func aPageForPeopleIsNoJSON() throws {
        try change(.html(status: 200)) { client, server in
            let answer = client.response()
            #expect(answer?.headers["content-type"] == "text/html; charset=utf-8")
            #expect(answer?.json == nil)
            #expect(!isChanged(server))
        }
    }

    @Test func aRedirectPointsElsewhere() throws {
        try change(.redirect(location: "http://elsewhere.example.com/x")) { client, server in
            let answer = client.response()
            #expect(answer?.status == 302)
            #expect(answer?.headers["location"] == "http://elsewhere.example.com/x")
            #expect(!isChanged(server))
        }
    }

    @Test func anEndlessBodyGoesOnUntilTheClientLeaves() throws {
        try withServer { server in
            server.setFaults([FaultRule(.endlessBody)])
            let client = try SocketClient(port: server.port)
            client.request("GET", FaultTests.config)
            let head = try #require(client.head())
            #expect(head.headers["content-length"] == nil)
            #expect(client.rest(atMost: 3_000_000).count >= 3_000_000)
        }
    }

    @Test func aRuleCountsOnlyTheRequestsItMatches() throws {
        var state = DemoState.demo()
        var plan = FaultPlan([
            FaultRule(.refused, method: "GET", path: "/api/projects/*/plugin_configs/*", first: 2, count: 1)
        ])
        func isClosed(_ target: String) -> Bool {
            let request = DemoRequest("GET", target, headers: [DemoHeader("Authorization", "Bearer \(DemoKeys.admin)")])
            let (answer, _) = plan.respond(to: request, state: &state, clock: DemoInstant(microseconds: 0))
            if case .closed = answer { return true }
            return false
        }
        #expect(!isClosed("/api/projects/1/plugin_configs/1/"))
        #expect(!isClosed("/api/projects/1/"))
        #expect(!isClosed("/api/projects/1/plugin_configs/1/logs"))
        #expect(isClosed("/api/projects/2/plugin_configs/9/?limit=1"))
        #expect(!isClosed("/api/projects/1/plugin_configs/1/"))
    }

    @Test func aRestPatternTakesEverythingBelow() throws {
        var state = DemoState.demo()
        var plan = FaultPlan([FaultRule(.refused, path: "/api/organizations/**", count: nil)])
        for target in ["/api/organizations/x/plugins/1/source/", "/api/organizations/"] {
            let (answer, _) = plan.respond(to: DemoRequest("GET", target), state: &state, clock: DemoInstant(microseconds: 0))
            guard case .closed = answer else {
                Issue.record("\(target) got through")
                continue
            }
        }
    }

    @Test func faultsAreReadFromJSON() throws {
        let json = try JSONValue(
            parsing: """
                [{"fault": "throttled", "retry_after": 9, "path": "/api/**", "count": "all"},
                 {"fault": "failure", "status": 502, "after_effect": true, "method": "POST", "first": 3}]
                """)
        let rules = try FaultRule.list(from: json)
        #expect(rules.map(\.fault) == [.throttled(retryAfterSeconds: 9), .failure(status: 502, afterEffect: true)])
        #expect(rules[0].count == nil && rules[0].path == "/api/**")
        #expect(rules[1].first == 3 && rules[1].count == 1 && rules[1].method == "POST")
        #expect(throws: Problem.self) { try FaultRule.list(from: [["fault": "gremlins"]]) }
        #expect(throws: Problem.self) { try FaultRule.list(from: "refused") }
    }
}
