import Glibc
import Testing

@testable import CLI

/// scripts/setup.sh on machines that lack something: one clear message and a status that stops make.
@Suite struct SetupScriptTests {
    private let home: TemporaryHome
    private static let needed = [
        "libsqlite3-dev", "libcurl4-openssl-dev", "libcurl4", "openssl", "pkg-config", "libjavascriptcoregtk-4.1-dev", "libssl-dev", "zlib1g-dev",
        "node-babel7-standalone",
    ].joined(separator: " ")

    init() throws {
        home = try TemporaryHome()
        for tool in ["sed", "head"] { symlink("/usr/bin/\(tool)", home.path + "/\(tool)") }
        try command("swift", "echo 'Swift version 6.2 (swift-6.2-RELEASE)'")
        try command("dpkg-query", "exit 1")
        try command("id", "echo 1000")
        try command("apt-get", "echo 'E: no network' >&2; exit 100")
        try command("sudo", "exec \"$@\"")
    }

    private func command(_ name: String, _ line: String) throws {
        try write("#!/bin/sh\n\(line)\n", to: home.path + "/" + name, mode: 0o755)
    }

    private func setup(file: String = #filePath) throws -> (status: Int32, messages: String) {
        let root = "/" + file.split(separator: "/").dropLast(3).joined(separator: "/")
        let log = home.path + "/log"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        // The PATH is set by the shell, since a test's child gets the system's.
        let child = try PhsyncProcess.spawn("/bin/bash", ["-c", "PATH=\(home.path) exec /bin/bash \(root)/scripts/setup.sh"], [:], &actions)
        return (PhsyncProcess.wait(for: child), try contents(log))
    }

    @Test func withoutAToolchainItSaysWhichOne() throws {
        unlink(home.path + "/swift")
        #expect(try setup() == (1, "setup: there is no Swift toolchain on PATH: install Swift 6.2 or later from swift.org, then repeat.\n"))
        try command("swift", "echo 'Swift version 5.9'")
        #expect(try setup().messages.hasPrefix("setup: this Swift is 5.9, phsync needs 6.2"))
    }

    @Test func withoutRootItSaysWhatToAskFor() throws {
        unlink(home.path + "/sudo")
        let outcome = try setup()
        #expect(outcome.status == 1 && outcome.messages.hasSuffix("Ask somebody with root to run: apt-get install \(Self.needed)\n"))
    }

    @Test func whenAptFailsItsReasonStandsAboveTheMessage() throws {
        let outcome = try setup()
        #expect(outcome.status == 1 && outcome.messages.hasPrefix("E: no network\nsetup: these packages could not be installed"))
        #expect(outcome.messages.hasSuffix("as root, run: apt-get install \(Self.needed)\n"))
    }

    @Test func withoutAptItSaysSo() throws {
        unlink(home.path + "/apt-get")
        let outcome = try setup()
        #expect(outcome.status == 1 && outcome.messages.contains("there is no apt-get: \(Self.needed)"))
    }
}
