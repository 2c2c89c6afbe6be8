import Models
import Testing

@testable import CLI

@Suite struct OriginTests {
    @Test(arguments: [
        ("us.posthog.com", "https://us.posthog.com", "us.posthog.com"),
        ("https://US.PostHog.com/", "https://us.posthog.com", "us.posthog.com"),
        ("https://us.posthog.com:443", "https://us.posthog.com", "us.posthog.com"),
        ("https://posthog.example.com:8443/", "https://posthog.example.com:8443", "posthog.example.com-8443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", "127.0.0.1-8000"),
        ("http://localhost", "http://localhost", "localhost-80"),
        ("http://localhost:80", "http://localhost", "localhost-80"),
        ("http://[::1]:8000/", "http://[::1]:8000", "ipv6-1-8000"),
        ("  eu.posthog.com.\n", "https://eu.posthog.com", "eu.posthog.com"),
    ])
    func spellingsBecomeOne(text: String, origin: String, name: String) throws {
        let parsed = try Origin(text)
        #expect(parsed.description == origin)
        #expect(parsed.contextName == name)
        #expect(ContextName.isValid(name))
        #expect(try Origin(parsed.description) == parsed)
    }

    @Test(arguments: [
        "", "/", "https://", "ftp://x.com", "https://us.posthog.com/project/2", "https://a:b@us.posthog.com", "us.posthog.com?x=1",
        "us.posthog.com#x", "us posthog.com", "us..posthog.com", "-x.com", "x.com:0", "x.com:65536", "x.com:", "x.com:8a", "x.com:+80",
        "https://[::1", "https://[]", "https://[abc]", "müller.example", "a\u{1B}b", "x.com\\y", "https://https://x.com", "x.com:80:80",
    ])
    func whatIsNoOriginIsRefused(text: String) {
        #expect(throws: Origin.Mistake.self) { try Origin(text) }
    }

    @Test(arguments: [
        ("http://127.0.0.1", true), ("http://127.1.2.3:9", true), ("http://localhost:8000", true), ("http://a.localhost", true),
        ("http://[::1]", true), ("http://127.example.com", false), ("http://127.0.0.1.example.com", false),
        ("http://localhost.example.com", false), ("http://10.0.0.1", false), ("http://127.0.0.256", false),
    ])
    func onlyThisMachineIsLoopback(text: String, isLoopback: Bool) throws {
        #expect(try Origin(text).isLoopback == isLoopback)
        #expect(try Origin(text).needsAllowHTTP == !isLoopback)
    }

    @Test(arguments: [
        ("prod", true), ("us.posthog.com", true), ("a_b-c.1", true), ("", false), (".hidden", false), ("-x", false), ("..", false),
        ("a/b", false), ("é", false), ("a b", false), (String(repeating: "x", count: 101), false),
    ])
    func contextNamesAreFolderNames(name: String, isValid: Bool) {
        #expect(ContextName.isValid(name) == isValid)
    }
}

@Suite struct PlacesTests {
    @Test func onePlaceHoldsAllWhenPhsyncHomeIsSet() throws {
        let places = try Places(Environment([.phsyncHome: "/tmp/x/", .configHome: "/elsewhere", .home: "/home/a"]))
        #expect(places.configFile == "/tmp/x/config/config.json")
        #expect(places.tokensFile == "/tmp/x/config/tokens.json")
        #expect(places.mirrorFile("prod") == "/tmp/x/data/prod/mirror.sqlite")
        #expect(places.stateDirectory == "/tmp/x/state")
        #expect(places.cacheDirectory == "/tmp/x/cache")
    }

    @Test func xdgFoldersAreUsedWhenTheyAreAbsolute() throws {
        let places = try Places(Environment([.configHome: "/c", .dataHome: "relative", .home: "/home/a"]))
        #expect(places.configFile == "/c/phsync/config.json")
        #expect(places.mirrorDirectory("prod") == "/home/a/.local/share/phsync/prod")
        #expect(places.stateDirectory == "/home/a/.local/state/phsync")
        #expect(places.cacheDirectory == "/home/a/.cache/phsync")
    }

    @Test func withoutAHomeThereIsAMessage() {
        #expect(problem { () throws(Problem) in try Places(Environment()) }?.code == "no-home")
        #expect(problem { () throws(Problem) in try Places(Environment([.home: ""])) }?.code == "no-home")
    }
}
