import DemoInstance
import Glibc
import Models
import Testing

@testable import CLI

/// `--attach` and `--detach` of the built program against a real server on loopback; config 7 has two files.
@Suite struct AttachmentTests: ServedSuite {
    let served: ServedHome

    init() throws {
        served = try ServedHome()
        #expect(try phsync("pull").status == 0)
    }

    private func file(_ name: String, _ text: String) throws -> String {
        let path = home.path + "/" + name
        try write(text, to: path)
        return path
    }

    private func attached(_ key: String) -> DemoAttachment? {
        server.withState { $0.attachments[7]?.first { $0.key == key } }
    }

    @Test func aFileGoesFromTheCommandLineIntoTheServersDatabase() throws {
        let path = try file("tiers.csv", "customer,tier\nu1,silver\n")
        let edited = try phsync("edit-config", "7", "--attach", "table=\(path)")
        #expect(edited.status == 0)
        #expect(edited.output.contains("attachment.table: customers.csv (32 B) → tiers.csv (24 B)"))
        unlink(path)
        let status = try phsync("status").output
        #expect(status.contains("attachment.table customers.csv (32 B) → tiers.csv (24 B)"))
        #expect(try phsync("show", "7").output.contains("file tiers.csv (24 B), text/csv"))
        let plan = try phsync("plan")
        #expect(plan.output.contains("can't be taken back: the instance never gives out the present content of attachment.table"))
        #expect(home.mode("data/127.0.0.1-\(server.port)/attachments") == 0o700)
        #expect(try phsync("push", "--yes").status == 0)
        #expect(attached("table")?.bytes == Array("customer,tier\nu1,silver\n".utf8))
        #expect(attached("table")?.contentType == "text/csv")
        #expect(server.withState { $0.configs[7]?.config["keyColumn"] } == "customer")
        #expect(try isClean())
        #expect(try phsync("history", "7").output.contains("attachment.table: customers.csv (32 B) → tiers.csv (24 B)"))
    }

    @Test func aSecretFileIsNeverShown() throws {
        let path = try file("very-private.json", #"{"private": "sk-very-private"}"#)
        var outcomes = [try phsync("edit-config", "7", "--attach", "credentials=\(path)")]
        #expect(outcomes[0].output.contains("attachment.credentials: (secret, set) → (new secret)"))
        for command in ["status", "diff", "plan", "configs"] {
            outcomes.append(try phsync(command))
            outcomes.append(try phsync(command, "-o", "json"))
        }
        outcomes.append(try phsync("show", "7", "-o", "json"))
        outcomes.append(try phsync("push", "--yes", "-v"))
        outcomes.append(try phsync("history", "7"))
        for outcome in outcomes {
            #expect(outcome.status == 0)
            #expect(!(outcome.output + outcome.messages).contains("very-private"), "\(outcome.output)")
        }
        #expect(attached("credentials")?.fileName == "very-private.json")
    }

    @Test func aFileIsDetachedAndADiscardedOneLeavesNothingBehind() throws {
        #expect(try phsync("edit-config", "7", "--detach", "credentials").status == 0)
        #expect(try phsync("push", "--yes").status == 0)
        #expect(attached("credentials") == nil)
        #expect(attached("table") != nil)
        let path = try file("a.csv", "marker-of-a-discarded-file")
        #expect(try phsync("edit-config", "7", "--attach", "table=\(path)").status == 0)
        unlink(path)
        #expect(try phsync("discard", "--yes").status == 0)
        let found = try ChildProcess.shell("grep -rl marker-of '\(home.path)' || true", limit: 65536)
        #expect(found.output.isEmpty)
    }

    @Test func whatCanNotWorkIsRefusedWithTheReason() throws {
        let path = try file("a.csv", "x")
        let cases: [(arguments: [String], words: String)] = [
            (["--attach", "tabel=\(path)"], "did you mean \"table\"?"),
            (["--attach", "keyColumn=\(path)"], "is of type string in the plugin's schema, not a file"),
            (["--attach", "table=\(home.path)"], "Is a directory"),
            (["--attach", "table=\(home.path)/none"], "No such file"),
            (["--attach", "table"], "write --attach KEY=PATH"),
            (["--attach", "table=\(path)", "--detach", "table"], "given twice"),
            (["--detach", "nothing"], "has no file nothing; it has: credentials, table"),
            (["--unset", "table"], "--detach table"),
            (["table=x"], "give it with --attach"),
        ]
        for (arguments, words) in cases {
            let outcome = try phsync(["edit-config", "7"] + arguments)
            #expect(outcome.status == 64, "\(arguments)")
            #expect(outcome.messages.contains(words), "\(arguments): \(outcome.messages)")
        }
        #expect(try isClean())
    }

    @Test func anEmptyFileIsTakenAndSaidSo() throws {
        let outcome = try phsync("edit-config", "7", "--attach", "table=\(try file("empty.csv", ""))")
        #expect(outcome.status == 0)
        #expect(outcome.messages.contains("is empty"))
        #expect(try phsync("push", "--yes").status == 0)
        #expect(attached("table")?.bytes == [])
        #expect(attached("table")?.fileName == "empty.csv")
    }

    @Test(arguments: [
        ("/a/b/regions.csv", "regions.csv"), ("Übersicht 日本.csv", "Übersicht 日本.csv"), ("a\\b.csv", "a_b.csv"),
        ("R&amp;D.csv", "R_amp;D.csv"), ("line\nbreak\u{1B}[2J.csv", "line_break_[2J.csv"), ("\u{202E}vsc.exe", "_vsc.exe"),
        ("say \"hi\".txt", "say _hi_.txt"), ("..", "file"), ("", "file"),
    ])
    func aNameIsSentAsTheServerWillStoreIt(path: String, name: String) {
        #expect(AttachmentName.sent(path) == name)
    }

    @Test func aTypeIsGuessedByTheEnding() {
        for (name, type) in [
            ("a.csv", "text/csv"), ("A.JSON", "application/json"), ("a.tar.gz", "application/gzip"),
            ("GeoLite2.mmdb", "application/octet-stream"), ("plain", "application/octet-stream"), (".", "application/octet-stream"),
        ] {
            #expect(AttachmentName.contentType(name) == type, "\(name)")
        }
    }

    @Test func sizesAreShortAndNeverRoundedToNothing() {
        for (bytes, text) in [
            (0, "0 B"), (999, "999 B"), (1000, "1 kB"), (1500, "1.5 kB"), (9960, "10 kB"), (48_200, "48 kB"), (999_400, "999 kB"),
            (999_999, "1 MB"), (22_020_096, "22 MB"), (5_000_000_000, "5 GB"), (5_000_000_000_000, "5000 GB"),
        ] as [(Int64, String)] {
            #expect(SizeText.of(bytes) == text, "\(bytes)")
        }
    }
}
