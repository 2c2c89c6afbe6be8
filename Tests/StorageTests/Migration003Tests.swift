import Models
import Testing

@testable import Storage

struct Migration003Tests {
    @Test func aMirrorOfTheFirstVersionKeepsItsRowsAndGetsTheNewTables() async throws {
        let folder = try Folder()
        try folder.write("mirror.sqlite", [])
        let old = try folder.connect()
        try old.runScript(Migration001.sql)
        try old.runScript(
            """
            INSERT INTO meta (key, value) VALUES ('redaction_key', '07'), ('created_at', '1');
            INSERT INTO project (id, name, json) VALUES (3, 'Web shop', '{"id":3,"name":"Web shop"}');
            PRAGMA application_id = 0x70687379; PRAGMA user_version = 1;
            """)
        let mirror = try folder.open()
        let (projects, groups, events) = try await mirror.read { tx in
            (try tx.projects.all().map(\.name), try tx.errors.groups(), try tx.events.count())
        }
        #expect(projects == ["Web shop"])
        #expect(groups.isEmpty && events == 0)
        #expect(try folder.connect().pragma("PRAGMA user_version") == String(Migrator.currentVersion))
    }
}
