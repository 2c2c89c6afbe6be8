import Models
import Testing

@testable import Storage

struct MirrorAuditTests {
    private let folder: Folder
    private let mirror: Mirror

    init() async throws {
        folder = try Folder()
        mirror = try folder.open()
        try await mirror.fill()
    }

    private func audit() throws -> [AuditFinding] {
        try mirror.readSync { mirror in try mirror.audit { _ in } }
    }

    @Test func aMirrorThatWasOnlyPulledIntoIsWhole() throws {
        #expect(try audit() == [])
    }

    @Test func aRowThatIsNotWhatWasPulledIsNamed() async throws {
        try await mirror.write { tx in
            try tx.execute("UPDATE config SET remote_json = replace(remote_json, 'EUR', 'GBP')")
            try tx.execute("UPDATE plugin SET digest = ?1", SQLiteValue(String(repeating: "0", count: 64)))
        }
        let findings = try audit()
        #expect(findings.contains { $0.code == .digest && $0.subject == "config:12" })
        #expect(findings.contains { $0.code == .digest && $0.subject.hasPrefix("plugin:") })
    }

    /// Where the remote's text is the same as before, a pull would take the row for unchanged.
    @Test func whatIsDistrustedIsStoredAgainByTheNextPull() async throws {
        let other = try Sample.config(13)
        try await mirror.write { tx in try tx.configs.store(other, base: .followsRemote, at: at(0)) }
        let pulled = try mirror.readSync { mirror in try mirror.configs.remote(config12) }
        let config = try #require(pulled)
        try await mirror.write { tx in
            try tx.execute("UPDATE config SET remote_digest = ?1 WHERE id = 12", SQLiteValue(String(repeating: "0", count: 64)))
            try tx.execute("UPDATE config SET remote_json = '{' WHERE id <> 12")
        }
        let findings = try audit()
        #expect(findings.contains { $0.subject == "config:12" })
        try await mirror.write { tx in
            #expect(try tx.configs.store(config, base: .followsRemote, at: at(9)) == .unchanged)
            try tx.distrust(findings)
            #expect(try tx.configs.store(config, base: .followsRemote, at: at(9)) == .changed)
        }
        #expect(try audit().allSatisfy { $0.subject != "config:12" && !$0.detail.contains("is not JSON") })
    }

    @Test func aSecretWithoutItsFileIsNamedByItsKey() async throws {
        let edit = try await mirror.write { tx in try tx.edits.put(config12, .key("apiKey"), .secret(Secret("new")), at: at(1)) }
        guard case .secret(let reference) = edit.value else { throw SQLiteError(code: .other, extendedCode: 0, message: "", sql: "") }
        #expect(try audit() == [])
        try mirror.secrets.remove(reference)
        #expect(try audit().map(\.subject) == ["config:12 apiKey"])
    }
}
