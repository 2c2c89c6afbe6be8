import DemoInstance
import Models
import Storage
import Testing

@testable import CLI

/// `copy` in the demo world, between its projects.
@Suite struct CopyCommandTests {
    private let home: PulledHome

    init() async throws {
        home = try await PulledHome()
    }

    @Test func theValuesBecomeEditsOfTheConfigInTheOtherProject() async throws {
        let result = try await home.run("copy", "9", "--to", "Staging")
        #expect(result.outcome == "edited" && result.next == "phsync plan")
        let fields = try #require(result.result?["changes"]?.array).compactMap { $0["field"]?.string }
        #expect(fields == ["config.amountProperty", "config.normalizedAmountProperty", "config.normalizedCurrency"])
        #expect(result.result?["left_out"] == ["openExchangeRatesApiKey"])
        let target = try #require(try home.mirror().readSync { mirror in try mirror.configs.versions(PluginConfigID(15)) })
        #expect(target.local.values["normalizedCurrency"] == "USD")
        #expect(target.edits.allSatisfy { $0.field != .enabled && $0.field != .order && $0.field != .key("openExchangeRatesApiKey") })
    }

    @Test func aSecretIsNamedWithTheCommandThatGivesIt() throws {
        let outcome = try home.phsync(["copy", "9", "--to", "Staging"])
        #expect(outcome.status == 0)
        #expect(outcome.messages.contains("phsync edit-config config:15 openExchangeRatesApiKey=@FILE"))
        #expect(outcome.output.contains("Next: phsync plan"))
    }

    @Test func whatTheTargetHasAndTheSourceHasNotIsUnset() async throws {
        _ = try await home.run("copy", "6", "--to", "Staging")
        let target = try #require(try home.mirror().readSync { mirror in try mirror.configs.versions(PluginConfigID(17)) })
        #expect(target.local.values["leftover"] == nil && target.local.values["decimals"] == "2")
    }

    /// A schema in the form of an object shows its secrets, and adds none where there is none.
    @Test func aSecretThatTheSourceHasNotStaysInTheTarget() async throws {
        let home = try await PulledHome { state in
            guard var schema = state.plugins[6]?.configSchema.object, var config = state.configs[17]?.config.object else { return }
            schema["token"] = ["type": "string", "secret": true]
            config["token"] = "hidden"
            state.plugins[6]?.configSchema = .object(schema)
            state.configs[17]?.config = .object(config)
        }
        _ = try await home.run("copy", "6", "--to", "Staging")
        let target = try #require(try home.mirror().readSync { mirror in try mirror.configs.versions(PluginConfigID(17)) })
        #expect(target.edits.map(\.field).contains(.key("leftover")) && !target.edits.map(\.field).contains(.key("token")))
    }

    /// Shown in the source, it is known to this mirror in clear; in the target it would be a secret in clear.
    @Test func whatIsSecretOnlyInTheTargetIsNotCopied() async throws {
        let home = try await PulledHome { state in
            guard var schema = state.plugins[6]?.configSchema.object, var config = state.configs[6]?.config.object else { return }
            schema["emailSuffix"] = ["type": "string", "secret": true]
            config["emailSuffix"] = "hidden"
            state.plugins[6]?.configSchema = .object(schema)
            state.configs[6]?.config = .object(config)
        }
        let result = try await home.run("copy", "config:4", "--to", "config:6")
        #expect(result.result?["left_out"] == ["emailSuffix"])
        #expect(try home.mirror().readSync { mirror in try mirror.edits.all() }.allSatisfy { $0.field != .key("emailSuffix") })
    }

    /// Somebody once saved what the web page shows in the place of a secret; no schema says so any more.
    @Test func whatStandsForASecretIsNotCopiedWhateverTheSchemaSays() async throws {
        let home = try await PulledHome { state in
            guard var config = state.configs[4]?.config.object else { return }
            config["forgotten"] = .string(Secret.mask)
            state.configs[4]?.config = .object(config)
        }
        let result = try await home.run("copy", "config:4", "--to", "config:6")
        #expect(result.result?["left_out"] == ["forgotten"])
        #expect(try home.mirror().readSync { mirror in try mirror.edits.all() }.allSatisfy { $0.field != .key("forgotten") })
    }

    @Test func aValueThatTheSchemaRefusesIsNotCopied() throws {
        let outcome = try home.phsync(["copy", "config:17", "--to", "1"])
        #expect(outcome.status == 7 && outcome.messages.contains("Nothing was changed"))
        #expect(try home.mirror().readSync { mirror in try mirror.edits.all() }.isEmpty)
    }

    @Test func anUnknownKeyIsCopiedAndSaid() async throws {
        _ = try await home.run("edit-config", "17", #"decimals:="1""#)
        let outcome = try home.phsync(["copy", "config:17", "--to", "1"])
        #expect(outcome.status == 0)
        #expect(outcome.messages.contains("leftover is not in the plugin's schema"))
        #expect(outcome.output.contains("leftover: (not set)"), "\(outcome.output)")
    }

    @Test func aProjectWithoutTheConfigGetsADisabledDraft() async throws {
        let result = try await home.run("copy", "config:4", "--to", "Staging")
        #expect(result.result?["config"] == "draft:1")
        let draft = try #require(try home.mirror().readSync { mirror in try mirror.configs.versions(PluginConfigID(-1)) })
        #expect(!draft.local.enabled && draft.local.values["emailSuffix"] == "@example.com" && draft.local.order == 5)
        let again = try await home.run("copy", "config:4", "--to", "Staging")
        #expect(again.result?["config"] == "draft:1")
    }

    @Test func aCopyTwiceOrOfEqualValuesChangesNothingMore() async throws {
        _ = try await home.run("copy", "9", "--to", "config:15")
        let first = try home.mirror().readSync { mirror in try mirror.edits.all() }
        _ = try await home.run("copy", "9", "--to", "config:15")
        #expect(try home.mirror().readSync { mirror in try mirror.edits.all() } == first)
        #expect(try await home.run("copy", "2", "--to", "config:10").outcome == "unchanged")
    }

    @Test func filesThatOnlyTheInstanceHasAreNamedAndWaitingOnesAreCopied() async throws {
        let outcome = try home.phsync(["copy", "7", "--to", "Mobile app"])
        #expect(outcome.messages.contains("only the instance has the contents of the file table"))
        let path = home.home.path + "/tiers.csv"
        try write("a,b\n", to: path)
        _ = try await home.run("edit-config", "7", "--attach", "table=\(path)")
        _ = try await home.run("copy", "7", "--to", "Mobile app")
        let target = try #require(try home.mirror().readSync { mirror in try mirror.configs.versions(PluginConfigID(14)) })
        #expect(target.local.attachments["table"]?.sizeBytes == 4)
    }

    @Test(arguments: [
        (["copy", "1", "--to", "Stagin"], 64, "did you mean \"Staging\""), (["copy", "1", "--to", "Web shop"], 64, "is the source and the target"),
        (["copy", "1"], 64, "--to"), (["copy", "geoip", "--to", "Staging"], 64, "means 2 configs"),
        (["copy", "1", "--to", "Staging@nowhere"], 64, "neither a project of the mirror nor a context"),
    ])
    func whatCannotBeMeantIsSaid(line: [String], status: Int32, message: String) throws {
        let outcome = try home.phsync(line)
        #expect(outcome.status == status && outcome.messages.contains(message), "\(outcome.messages)")
    }
}
