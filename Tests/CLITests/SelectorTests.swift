import Models
import Storage
import Testing

@testable import CLI

/// What selectors mean in the demo world: eighteen configs of eleven plugins in Web shop, Mobile app and Staging.
@Suite struct SelectorTests {
    private let home: PulledHome

    init() async throws {
        home = try await PulledHome()
    }

    private func config(_ text: String, project: String? = nil) throws(Problem) -> SelectedConfig {
        let mirror: Mirror
        do {
            mirror = try home.mirror()
        } catch {
            throw Problem(.failed, code: "test", message: "\(error)")
        }
        return try mirror.look { mirror in try Selector.config(text, project: project, for: "show", in: mirror) }
    }

    @Test(arguments: [
        ("1", 1), ("config:1", 1), ("Currency Normalization@Web shop", 1), ("currency normalization@web SHOP", 1), ("currency-normalization@1", 1),
        ("currency@2", 9), ("plugin:1@Staging", 15), ("invoice", 3), ("Übersicht 🚀", 8), ("1@Web shop", 1),
    ])
    func meansOneConfig(text: String, id: Int64) throws {
        #expect(try config(text).id == PluginConfigID(id))
    }

    @Test(arguments: [
        ("999", "no-such-config"), ("11", nil), ("plugin:999", "no-such-plugin"), ("config:x", "bad-selector"), ("plugin:", "bad-selector"),
        ("config:-1", "bad-selector"), ("geoip", "several-configs"), ("e", "several-configs"), ("zzz", "nothing-named"), ("0", "nothing-named"),
        ("99999999999999999999", "nothing-named"), ("@Staging", "nothing-named"), ("@", "nothing-named"), ("GeoIP@Nowhere", "nothing-named"),
        ("1@Staging", "other-project"), ("Banner", "no-config"), ("\u{1B}[31m", "nothing-named"), ("o@Staging", "several-configs"),
    ] as [(String, String?)])
    func whatMeansNothingOrSeveralThingsIsSaid(text: String, code: String?) {
        let found = problem { () throws(Problem) in try config(text) }
        #expect(found?.code == code, "\(text): \(found?.message ?? "found")")
        #expect(found?.kind ?? .usage == .usage)
        #expect(found.map { $0.next?.hasPrefix("phsync ") == true } ?? true)
    }

    @Test func aPluginWithoutAConfigThereIsAPlaceForOne() throws {
        let place = try config("Banner@Staging")
        #expect(place.id == nil && place.pluginID == PluginID(11) && place.title == "Banner@Staging")
        #expect(try config("Banner", project: "Staging") == place)
    }

    @Test func theProjectNarrowsNamesAndNotIDs() throws {
        #expect(try config("GeoIP", project: "2").id == PluginConfigID(10))
        #expect(try config("2", project: "Mobile app").id == PluginConfigID(2))
        #expect(problem { () throws(Problem) in try config("GeoIP", project: "Nowhere") }?.code == "no-such-project")
    }

    @Test func aProjectThatIsNamedFirstIsNoPlugin() {
        let message = problem { () throws(Problem) in try config("@Staging") }?.message
        #expect(message?.contains("no project is named") == false)
    }
}
