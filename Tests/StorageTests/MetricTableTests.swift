import Models
import Testing

@testable import Storage

struct MetricTableTests {
    private let folder: Folder
    private let mirror: Mirror

    init() async throws {
        folder = try Folder()
        mirror = try folder.open()
        try await mirror.fill()
    }

    private func day(_ day: String, _ successes: Int64, failures: Int64 = 0) -> Metric {
        Metric(granularity: .day, bucket: day, successes: successes, successesOnRetry: 0, failures: failures)
    }

    private func hour(_ bucket: String, _ successes: Int64) -> Metric {
        Metric(granularity: .hour, bucket: bucket, successes: successes, successesOnRetry: 1, failures: 0)
    }

    @Test func aZeroThatWasServedIsARowAndAGapIsNone() async throws {
        try await mirror.write { tx throws in
            #expect(try tx.metrics.store([day("2023-11-01", 5), day("2023-11-03", 0)], config: config12, category: "onEvent", at: at(1)) == 2)
            let days = try tx.metrics.days(from: "2023-11-01")
            #expect(days.map(\.day) == ["2023-11-01", "2023-11-03"])
            #expect(days.map(\.successes) == [5, 0])
        }
    }

    @Test func hoursStandBesideTheirDayAndDontCountTwice() async throws {
        try await mirror.write { tx throws in
            try tx.metrics.store([day("2023-11-01", 5, failures: 1)], config: config12, category: "onEvent", at: at(1))
            #expect(try tx.metrics.store([hour("2023-11-01 08:00:00", 3), hour("2023-11-01 09:00:00", 2)], config: config12, category: "onEvent") == 2)
            #expect(try tx.metrics.store([hour("2023-11-01 09:00:00", 4)], config: config12, category: "processEvent") == 1)
            #expect(try tx.metrics.days(from: "2023-11-01").map(\.successes) == [5, 4])
            let buckets = try tx.metrics.buckets(of: config12, from: "2023-11-01")
            #expect(buckets.map(\.bucket) == ["2023-11-01", "2023-11-01 08:00:00", "2023-11-01 09:00:00"])
            #expect(buckets.map(\.delivered) == [5, 4, 8] && buckets.map(\.failed) == [1, 0, 0])
            #expect(try tx.metrics.series().map(\.category) == ["onEvent"], "a part of a series says nothing of how far it is known")
        }
    }

    @Test func onlyWhatMovedIsWritten() async throws {
        try await mirror.write { tx throws in
            try tx.metrics.store([day("2023-11-01", 5), day("2023-11-02", 1)], config: config12, category: "onEvent", at: at(1))
            let changed = try tx.metrics.store(
                [day("2023-11-01", 5), day("2023-11-02", 2, failures: 1), day("2023-11-03", 0)], config: config12, category: "onEvent", at: at(9))
            #expect(changed == 2)
            #expect(try tx.metrics.days(from: "2023-11-02", config: config12).map(\.failures) == [1, 0])
        }
    }

    @Test func hoursAreAddedUpOnlyWhereNoWholeDayWasServed() async throws {
        try await mirror.write { tx throws in
            try tx.metrics.store(
                [day("2023-11-01", 100), hour("2023-11-01 09:00:00", 7), hour("2023-11-02 09:00:00", 3), hour("2023-11-02 10:00:00", 4)],
                config: config12, category: "onEvent", at: at(1))
            let days = try tx.metrics.days(from: "2023-11-01")
            #expect(days.map(\.successes) == [100, 7])
            #expect(days.map(\.successesOnRetry) == [0, 2])
        }
    }

    @Test func aSeriesKnowsHowFarItReachesAndWhetherItEverHadFigures() async throws {
        try await mirror.write { tx throws in
            try tx.metrics.store([day("2023-11-01", 0), day("2023-11-02", 0)], config: config12, category: "onEvent", at: at(1))
            try tx.metrics.store([hour("2023-11-03 23:00:00", 1)], config: config12, category: "processEvent", at: at(2))
            try tx.metrics.markKnown(config12, "webhook", isRefused: true, at: at(3))
            let series = try tx.metrics.series()
            #expect(series.map(\.category) == ["onEvent", "processEvent", "webhook"])
            #expect(series.map(\.lastDay) == ["2023-11-02", "2023-11-03", nil])
            #expect(series.map(\.hasFigures) == [false, true, false])
            #expect(series.map(\.isRefused) == [false, false, true])
            #expect(series.map(\.knownAt) == [at(1), at(2), at(3)])
        }
    }

    /// (what the server says next, whether its details have to be read again)
    @Test(arguments: [
        (5, "2023-11-04T01:00:00Z", "2023-11-01", false), (6, "2023-11-04T01:00:00Z", "2023-11-01", true),
        (5, "2023-11-04T02:00:00Z", "2023-11-01", true), (4, "2023-11-04T01:00:00Z", "2023-11-01", true),
        (2, "2023-11-04T01:00:00Z", "2023-11-02", false), (6, "2023-11-04T01:00:00Z", "2023-11-02", true),
    ] as [(Int64, String, String, Bool)])
    func aTypeIsReadAgainOnlyWhenItHasMoved(count: Int64, lastSeen: String, from: String, isUnread: Bool) async throws {
        try await mirror.write { tx throws in
            let before = ErrorTypeCount(type: "TypeError", count: 5, lastSeen: "2023-11-04T01:00:00Z")
            try tx.errorTypes.store([before], config: config12, category: "onEvent", from: "2023-11-01")
            let row = try #require(try tx.errorTypes.unread().first)
            #expect(row.pluginID == PluginID(1) && row.projectID == ProjectID(3))
            try tx.errorTypes.markRead(row)
            #expect(try tx.errorTypes.unread() == [])
            let after = ErrorTypeCount(type: "TypeError", count: count, lastSeen: lastSeen)
            try tx.errorTypes.store([after], config: config12, category: "onEvent", from: from)
            #expect(try tx.errorTypes.unread().isEmpty != isUnread)
        }
    }

    @Test func theDeliveryRateIsReadFromWhatTheServerServed() async throws {
        let rates: [(JSONValue?, DeliveryRate)] = [
            (nil, .unknown), (.null, .nothing), (1, .perfect), (.number(JSONNumber("0.99") ?? JSONNumber(0)), .failing), (0, .failing), ("x", .unknown),
        ]
        for (index, (rate, _)) in rates.enumerated() {
            var json = try #require(Sample.configJSON(Int64(100 + index)).object)
            json["delivery_rate_24h"] = rate
            let config = try PluginConfig(.object(json), secretKeys: [], redaction: SecretRedaction(key: [1]))
            try await mirror.write { tx throws in try tx.configs.store(config, base: .followsRemote, at: at(1)) }
        }
        let found = try mirror.readSync { tx in try tx.configs.deliveries().filter { $0.id.rawValue >= 100 }.map(\.rate) }
        #expect(found == rates.map(\.1))
    }
}
