import Glibc
import Models
import Sync
import Synchronization
import Testing

@testable import CLI

@Suite struct SettingsTests {
    @Test func unknownKeysAreKeptAndSaid() throws {
        let text = #"{"later": [1.0], "contexts": {"prod": {"host": "https://x.com", "shiny": 1e400, "project": "3"}}}"#
        var settings = try Settings(parsing: Array(text.utf8), path: "c.json")
        #expect(settings.warnings.map(\.subject) == ["later", "contexts.prod.shiny"])
        #expect(settings.warnings.allSatisfy { $0.kind == .notice })
        var context = try #require(settings.context(named: "prod"))
        context.project = nil
        settings.set(context)
        settings.use("prod")
        let stored = try JSONValue(parsing: settings.text)
        #expect(settings.text.contains("1e400") && settings.text.contains("1.0"))
        #expect(stored["contexts"]?["prod"]?["project"] == nil)
        #expect(stored["current"] == "prod")
    }

    @Test func howLongVersionsAreKeptIsASetting() throws {
        let text = #"{"contexts": {"a": {"host": "x.com", "history_days": 0, "history_versions": 5}, "b": {"host": "y.com"}}}"#
        var settings = try Settings(parsing: Array(text.utf8), path: "c.json")
        let (kept, usual) = (try #require(settings.context(named: "a")), try #require(settings.context(named: "b")))
        #expect(kept.pullOptions == PullOptions(historyDays: 0, historyVersions: 5))
        #expect(usual.pullOptions == PullOptions(historyDays: 365, historyVersions: 20))
        settings.set(kept)
        #expect(try Settings(parsing: Array(settings.text.utf8), path: "c.json").context(named: "a") == kept)
    }

    @Test func howEventsAreKeptIsASetting() throws {
        let text = #"{"contexts": {"a": {"host": "x.com", "sample_events": "off", "event_retention_days": 7}, "b": {"host": "y.com"}}}"#
        var settings = try Settings(parsing: Array(text.utf8), path: "c.json")
        let (off, usual) = (try #require(settings.context(named: "a")), try #require(settings.context(named: "b")))
        #expect(off.pullOptions == PullOptions(keepsEvents: false, eventDays: 7))
        #expect(usual.pullOptions == PullOptions(keepsEvents: true, eventDays: 30))
        settings.set(off)
        #expect(try Settings(parsing: Array(settings.text.utf8), path: "c.json").context(named: "a") == off)
    }

    @Test(arguments: [
        ("", "byte 0"), ("{\"contexts\": ", "byte 13"), ("[]", "JSON object"), (#"{"version": 2}"#, "newer phsync"),
        (#"{"version": "x"}"#, "newer phsync"), (#"{"current": 1}"#, "\"current\""), (#"{"contexts": []}"#, "\"contexts\""),
        (#"{"contexts": {"../x": {}}}"#, "can't name a context"), (#"{"contexts": {"a": 1}}"#, "contexts.a"),
        (#"{"contexts": {"a": {}}}"#, "contexts.a.host is missing"),
        (#"{"contexts": {"a": {"host": "x y"}}}"#, "contexts.a.host is not a host"),
        (#"{"contexts": {"a": {"host": "x.com", "allow_http": "yes"}}}"#, "contexts.a.allow_http"),
        (#"{"contexts": {"a": {"host": "x.com", "project": 3}}}"#, "contexts.a.project"),
        (#"{"contexts": {"a": {"host": "x.com", "sample_events": "no"}}}"#, "contexts.a.sample_events"),
        (#"{"contexts": {"a": {"host": "x.com", "history_versions": 0}}}"#, "contexts.a.history_versions has to be 1"),
        (#"{"contexts": {"a": {"host": "x.com", "event_retention_days": 0}}}"#, "contexts.a.event_retention_days"),
        (#"{"contexts": {"a": {"host": "x.com"}, "a": {"host": "y.com"}}}"#, "twice"),
    ])
    func aBrokenFileIsExplained(text: String, part: String) {
        let found = problem { () throws(Problem) in try Settings(parsing: Array(text.utf8), path: "/p/config.json") }
        #expect(found?.code == "config-broken")
        #expect(found?.message.hasPrefix("/p/config.json: ") == true)
        #expect(found?.message.contains(part) == true, "\(found?.message ?? "no problem")")
    }
}

@Suite struct SettingsFileTests {
    private let home: TemporaryHome
    private let origin: Origin

    init() throws {
        home = try TemporaryHome()
        origin = try Origin("https://us.posthog.com")
    }

    private func file(_ files: Files = Files()) throws -> SettingsFile {
        SettingsFile(places: try Places(Environment([.phsyncHome: home.path])), files: files)
    }

    private func logIn(_ host: String, _ token: String, _ files: Files = Files()) throws {
        let origin = try Origin(host)
        let token = try Token(token, from: "a test")
        try file(files).update { (settings, tokens) throws(Problem) in
            settings.set(ContextSettings(name: "prod", origin: origin))
            settings.use("prod")
            tokens.set(token, of: "prod", for: origin)
        }
    }

    @Test func filesArePrivateFromTheStart() throws {
        let before = umask(0)
        defer { umask(before) }
        try logIn("https://us.posthog.com", "phx_1")
        #expect(home.mode("config") == 0o700)
        #expect(home.mode("config/config.json") == 0o600)
        #expect(home.mode("config/tokens.json") == 0o600)
    }

    @Test func anOpenTokenFileIsClosedAndSaid() throws {
        try logIn("https://us.posthog.com", "phx_1")
        chmod(home.tokensFile, 0o644)
        chmod(home.path + "/config", 0o755)
        #expect(try file().tokens().notice?.code == "open-token-file")
        #expect(home.mode("config/tokens.json") == 0o600)
        #expect(try file().tokens().notice == nil)
        try file().update { (_, _) throws(Problem) in }
        #expect(home.mode("config") == 0o700)
    }

    @Test func aBrokenFileIsNeverOverwritten() throws {
        try home.writeConfig("{ broken")
        #expect(throws: Problem.self) { try logIn("https://us.posthog.com", "phx_1") }
        #expect(try contents(home.configFile) == "{ broken")
        #expect(home.mode("config/tokens.json") == nil)
    }

    @Test func aBrokenTokenFileIsReportedWithoutItsContent() throws {
        try logIn("https://us.posthog.com", "phx_1")
        try write(#"{"tokens": {"prod": phx_secret"#, to: home.tokensFile)
        let file = try file()
        let found = problem { () throws(Problem) in try file.tokens() }
        #expect(found?.code == "tokens-broken")
        #expect(found?.message.contains("secret") == false)
    }

    @Test func aSymbolicLinkStaysOne() throws {
        try home.writeConfig("{}")
        rename(home.configFile, home.path + "/elsewhere.json")
        symlink(home.path + "/elsewhere.json", home.configFile)
        try logIn("https://us.posthog.com", "phx_1")
        #expect(try contents(home.path + "/elsewhere.json").contains("us.posthog.com"))
        var status = stat()
        #expect(lstat(home.configFile, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    }

    /// Fails the N-th file operation for N = 1, 2, … until none fires, once and for good.
    @Test(arguments: [false, true], [ENOSPC, EIO])
    func aFailureAtAnyOperationLeavesUsableFiles(isPersistent: Bool, code: Int32) throws {
        var failures = 0
        for number in 1... {
            removeFiles()
            try logIn("https://us.posthog.com", "phx_old")
            let count = Mutex(0)
            let files = Files { _ in
                count.withLock { count in
                    count += 1
                    return isPersistent ? (count >= number ? code : nil) : (count == number ? code : nil)
                }
            }
            let found = problem { () throws(Problem) in try loginProblem("https://moved.example.com", "phx_new", files) }
            let settings = try file().settings()
            let (tokens, _) = try file().tokens()
            let context = try #require(settings.context(named: "prod"))
            let token = try tokens.token(of: "prod", for: context.origin)?.value
            if found == nil {
                #expect(token == "phx_new")
                #expect(failures > 8)
                return
            }
            failures += 1
            #expect(found?.kind == .failed)
            // The old key for the old host, the new one for the new host, or none: never one host's key for the other.
            #expect(context.origin == origin ? token != "phx_new" : token != "phx_old", "operation \(number)")
            if !isPersistent { #expect(context.origin != origin || token == "phx_old", "operation \(number)") }
        }
    }

    private func loginProblem(_ host: String, _ token: String, _ files: Files) throws(Problem) {
        do {
            try logIn(host, token, files)
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(.failed, code: "unexpected", message: "\(error)")
        }
    }

    private func removeFiles() {
        unlink(home.configFile)
        unlink(home.tokensFile)
    }
}
