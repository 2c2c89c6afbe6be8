import Models
import Testing

@testable import CLI

/// Which plugins are the same app: by id in one mirror, by url in another, by name where no url fits.
@Suite struct PluginMatchTests {
    private func plugin(_ id: Int64, _ name: String, _ url: JSONValue = .null) throws -> Plugin {
        try Plugin(["id": JSONValue(id), "name": .string(name), "url": url, "config_schema": []])
    }

    private func ids(_ plugin: Plugin, _ others: [Plugin], isSameMirror: Bool = false) -> [Int64] {
        PluginMatch.candidates(for: plugin, in: others, isSameMirror: isSameMirror).map(\.id.rawValue)
    }

    @Test func theURLCountsMoreThanTheName() throws {
        let others = [try plugin(2, "Geo", "https://example.com/other"), try plugin(3, "Renamed", "https://example.com/geo")]
        #expect(ids(try plugin(1, "Geo", "https://example.com/geo"), others) == [3])
        #expect(ids(try plugin(1, "geo"), others) == [2])
        #expect(ids(try plugin(1, "GEO", "https://example.com/moved"), others) == [2])
        #expect(ids(try plugin(1, "Other"), others) == [])
    }

    @Test func whatMakesNoDifferenceToWhereAURLLeadsMakesNone() throws {
        for url in ["https://example.com/geo.git", "https://example.com/geo/", "https://Example.com/Geo"] as [JSONValue] {
            #expect(ids(try plugin(1, "Geo", "https://example.com/geo"), [try plugin(2, "Other", url)]) == [2], "\(url)")
        }
    }

    @Test func inOneMirrorAPluginIsItself() throws {
        let one = try plugin(1, "Geo", "https://example.com/geo")
        let twin = try plugin(2, "Geo", "https://example.com/geo")
        #expect(ids(one, [twin, one], isSameMirror: true) == [1])
        #expect(ids(one, [twin, one]) == [2, 1])
    }
}
