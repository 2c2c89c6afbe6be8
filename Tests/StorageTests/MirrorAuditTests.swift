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

    @Test func aSecretWithoutItsFileIsNamedByItsKey() async throws {
        let edit = try await mirror.write { tx in try tx.edits.put(config12, .key("apiKey"), .secret(Secret("new")), at: at(1)) }
        guard case .secret(let reference) = edit.value else { throw SQLiteError(code: .other, extendedCode: 0, message: "", sql: "") }
        #expect(try audit() == [])
        try mirror.secrets.remove(reference)
        #expect(try audit().map(\.subject) == ["config:12 apiKey"])
    }
}
