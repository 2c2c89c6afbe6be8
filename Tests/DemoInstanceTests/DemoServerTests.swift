import DemoInstance
import Models
import Testing

/// Starts a server for the time of `body`.
func withServer(
    state: DemoState = .demo(), _ options: DemoServer.Options = DemoServer.Options(),
    _ body: (DemoServer) throws -> Void
) throws {
    let server = try DemoServer(state: state, options: options)
    defer { server.stop() }
    try body(server)
}

struct DemoServerTests {
    @Test func oneConnectionServesManyRequests() throws {
        try withServer { server in
            let client = try SocketClient(port: server.port)
            #expect(client.exchange("GET", "/_preflight/")?.json?["django"] == true)
            #expect(client.exchange("GET", "/api/users/@me/")?.json?["first_name"] == "Ida")
            #expect(client.exchange("GET", "/api/projects/1/plugin_configs/")?.json?["count"] == 8)
            #expect(server.requests.count == 3)
        }
    }

    @Test func linksNameTheHostThatWasAsked() throws {
        try withServer { server in
            let next = try SocketClient(port: server.port).exchange("GET", "/api/projects/?limit=1")?.json?["next"]
            #expect(next == "http://127.0.0.1/api/projects/?limit=1&offset=1")
        }
    }

    @Test func aFormChangesAConfigAndTheLogHoldsNoValue() throws {
        try withServer { server in
            var form = MultipartWriter(boundary: "b")
            form.add("enabled", Array("false".utf8))
            form.add("config", Array(#"{"emailSuffix": "@changed.example"}"#.utf8))
            let answer = try SocketClient(port: server.port).exchange(
                "PATCH", "/api/projects/1/plugin_configs/4/?personal_api_key=x",
                headers: ["Content-Type: multipart/form-data; boundary=b"], body: form.finished)
            #expect(answer?.json?["config"]?["emailSuffix"] == "@changed.example")
            let config = server.withState { $0.configs[4] }
            #expect(config?.config["emailSuffix"] == "@changed.example")
            #expect(config?.isEnabled == false)
            let entry = try #require(server.requests.first)
            #expect(entry.method == "PATCH" && entry.path == "/api/projects/1/plugin_configs/4/" && entry.status == 200)
            #expect(entry.fieldNames == ["enabled", "config"])
            #expect(entry.queryNames == ["personal_api_key"])
            #expect(!"\(entry)".contains("changed.example"))
        }
    }

    @Test func somebodyElseCanChangeTheInstanceMeanwhile() throws {
        try withServer { server in
            let client = try SocketClient(port: server.port)
            #expect(client.exchange("GET", "/api/projects/1/plugin_configs/1/")?.json?["order"] == 1)
            server.withState { $0.configs[1]?.order = 7 }
            #expect(client.exchange("GET", "/api/projects/1/plugin_configs/1/")?.json?["order"] == 7)
        }
    }

    @Test func whatIsRememberedEndsWithTheNextChange() throws {
        var options = DemoServer.Options()
        options.remembersAnswers = true
        try withServer(options) { server in
            let client = try SocketClient(port: server.port)
            let path = "/api/projects/1/plugin_configs/1/"
            #expect(client.exchange("GET", path)?.json?["order"] == 1)
            server.withState { $0.configs[1]?.order = 7 }
            #expect(client.exchange("GET", path)?.json?["order"] == 7)
            #expect(client.exchange("GET", path)?.json?["order"] == 7)
            client.request(
                "PATCH", path, headers: ["Content-Type: application/json", "Content-Length: 12"])
            client.send(#"{"order": 9}"#)
            #expect(client.response()?.status == 200)
            #expect(client.exchange("GET", path)?.json?["order"] == 9)
            #expect(server.requests.count == 5)
        }
    }

    @Test func theLogTellsThePageAndNoOtherValue() throws {
        try withServer { server in
            _ = try SocketClient(port: server.port).exchange("GET", "/api/projects/?limit=2&search=secret&offset=1")
            #expect(server.requests.first?.pageQuery == "limit=2&offset=1")
        }
    }

    @Test func aChunkedBodyIsRead() throws {
        try withServer { server in
            let client = try SocketClient(port: server.port)
            client.request(
                "PATCH", "/api/projects/1/plugin_configs/1/",
                headers: ["Content-Type: application/json", "Transfer-Encoding: chunked"])
            client.send("8\r\n{\"order\"\r\n5;x=y\r\n: 33}\r\n0\r\nX-Trailer: 1\r\n\r\n")
            #expect(client.response()?.json?["order"] == 33)
            #expect(client.exchange("GET", "/_preflight/")?.status == 200)
        }
    }

    @Test func aWaitingClientIsToldToContinue() throws {
        try withServer { server in
            let client = try SocketClient(port: server.port)
            let body = #"{"order": 12}"#
            client.request(
                "PATCH", "/api/projects/1/plugin_configs/1/",
                headers: ["Content-Type: application/json", "Expect: 100-continue", "Content-Length: \(body.utf8.count)"])
            #expect(client.head()?.status == 100)
            client.send(body)
            #expect(client.response()?.json?["order"] == 12)
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() throws {
        try withServer { server in
            let client = try SocketClient(port: server.port)
            client.request("GET", "/api/projects/1/")
            client.request("GET", "/api/projects/2/")
            #expect(client.response()?.json?["id"] == 1)
            #expect(client.response()?.json?["id"] == 2)
        }
    }

    @Test func aClientThatClosesIsBelieved() throws {
        try withServer { server in
            let client = try SocketClient(port: server.port)
            let answer = client.exchange("GET", "/_preflight/", headers: ["Connection: close"])
            #expect(answer?.headers["connection"] == "close")
            #expect(client.response() == nil)
        }
    }

    @Test func tooLargeRequestsAreRefused() throws {
        var options = DemoServer.Options()
        options.maximumBodyBytes = 1000
        try withServer(options) { server in
            let body = [UInt8](repeating: 0x20, count: 1001)
            let poster = try SocketClient(port: server.port)
            #expect(poster.exchange("POST", "/api/projects/1/", body: body)?.status == 413)
            let header = "X-Long: " + String(repeating: "x", count: 70_000)
            let getter = try SocketClient(port: server.port)
            #expect(getter.exchange("GET", "/_preflight/", headers: [header])?.status == 431)
            #expect(server.requests.isEmpty)
        }
    }

    @Test(arguments: ["nonsense\r\n\r\n", "GET http://x/ HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n"])
    func whatIsNoRequestIsRefused(text: String) throws {
        try withServer { server in
            let client = try SocketClient(port: server.port)
            client.send(text)
            #expect(client.response()?.status == 400)
        }
    }

    @Test func manyClientsAtOnceAllGetTheirAnswer() throws {
        try withServer { server in
            let clients = try (0..<40).map { _ in try SocketClient(port: server.port) }
            for (index, client) in clients.enumerated() { client.request("GET", "/api/projects/\(index % 3 + 1)/") }
            for (index, client) in clients.enumerated() {
                #expect(client.response()?.json?["id"] == JSONValue(index % 3 + 1))
            }
        }
    }

    @Test func stoppingEndsOpenConnectionsAndFreesThePort() throws {
        let server = try DemoServer(state: .demo())
        let client = try SocketClient(port: server.port)
        #expect(client.exchange("GET", "/_preflight/")?.status == 200)
        server.stop()
        server.stop()
        #expect(client.response() == nil)
        #expect(throws: (any Error).self) { try SocketClient(port: server.port) }
    }

    @Test func aTakenPortIsAProblemWithThatPort() throws {
        try withServer { server in
            var options = DemoServer.Options()
            options.port = server.port
            let problem = #expect(throws: Problem.self) { try DemoServer(state: .demo(), options: options) }
            #expect(problem?.subject == "port:\(server.port)")
        }
    }

    @Test func latencyIsAddedToEveryAnswer() throws {
        var options = DemoServer.Options()
        options.latencyMilliseconds = 60
        try withServer(options) { server in
            let client = try SocketClient(port: server.port)
            let clock = ContinuousClock()
            let elapsed = clock.measure { #expect(client.exchange("GET", "/_preflight/")?.status == 200) }
            #expect(elapsed >= .milliseconds(55))
        }
    }
}
