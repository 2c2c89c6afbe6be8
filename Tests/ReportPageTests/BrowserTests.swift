@preconcurrency import Glibc
import Models
import TestSupport
import Testing

@testable import ReportPage

/// The page in a real browser, where one is installed.
@Suite(.enabled(if: Browser.path != nil, "needs chromium")) struct BrowserTests {
    @Test func theBrowserObjectsToNothingAndPrintsIt() throws {
        let directory = try TemporaryDirectory()
        let page = "\(directory.path)/report.html"
        try write(ReportPage.html(SampleReport.report(), version: "1.2.3"), to: page)
        let output = try Browser.run(["--print-to-pdf=\(directory.path)/report.pdf", "--no-pdf-header-footer", "file://\(page)"], in: directory.path)
        // What violates the policy, or is no CSS or SVG, is told on the console.
        #expect(!output.contains("CONSOLE"), "\(output)")
        #expect(try contents("\(directory.path)/report.pdf", limit: 5) == "%PDF-")
    }

    @Test func aPageWithAnotherStyleIsRefusedItsLooks() throws {
        let directory = try TemporaryDirectory()
        let page = "\(directory.path)/report.html"
        try write(ReportPage.html(SampleReport.report(), version: "1.2.3").replacing("<style>", with: "<style>b{}"), to: page)
        let output = try Browser.run(["--dump-dom", "file://\(page)"], in: directory.path)
        #expect(output.contains("Content Security Policy"), "\(output)")
    }

    private func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        #expect(fputs(text, file) >= 0)
    }

    private func contents(_ path: String, limit: Int) throws -> String {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = fread(&bytes, 1, limit, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}

enum Browser {
    static let path: String? = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first { access($0, X_OK) == 0 }

    /// Runs the browser without a window and waits for its end.
    ///
    /// - Returns: What it wrote on stderr.
    static func run(_ arguments: [String], in directory: String) throws -> String {
        let log = "\(directory)/browser.log"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let program = try #require(path)
        let all: [String] = [
            program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--enable-logging=stderr", "--no-first-run",
            "--user-data-dir=\(directory)/profile",
        ]
        var words = (all + arguments).map { strdup($0) } + [nil]
        let variables = ["PATH=/usr/bin:/bin", "HOME=\(directory)"]
        var settings = variables.map { strdup($0) } + [nil]
        defer { for text in words + settings { free(text) } }
        var child = pid_t()
        let code = posix_spawn(&child, program, &actions, nil, &words, &settings)
        try #require(code == 0, "\(program) can't be started: \(code)")
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        let file = try #require(fopen(log, "r"))
        defer { fclose(file) }
        var output = ""
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { output += String(decoding: buffer[..<count], as: UTF8.self) }
        return output
    }
}
