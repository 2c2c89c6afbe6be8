import DemoInstance
import Models
import TestSupport
import Testing

struct ConformanceTests {
    private static func exceptions() throws -> Set<String> {
        let list = try JSONValue(parsing: try Fixtures.bytes("conformance-exceptions-2023-11.json")).array ?? []
        for entry in list { #expect(entry["reason"]?.string?.isEmpty == false, "an exception needs a reason") }
        return Set(list.compactMap { $0["file"]?.string })
    }

    @Test func theRecordingIsAnsweredAsRecorded() throws {
        let exceptions = try ConformanceTests.exceptions()
        var conformance = try Conformance()
        let results = try conformance.run()
        for (file, differences) in results {
            if exceptions.contains(file) {
                #expect(!differences.isEmpty, "\(file) is answered as recorded: it is no exception any more")
            } else {
                #expect(differences.isEmpty, "\(file)")
            }
        }
        // All but the two races and the look into the database.
        #expect(results.count == 214)
        #expect(exceptions.isSubset(of: results.map(\.file)), "an exception names a file that is not replayed")
    }

    /// What phsync asks for; an exception there would leave its tests standing on air.
    @Test func nothingThatPhsyncCallsIsExcepted() throws {
        let recording = try Recording()
        for file in try ConformanceTests.exceptions() {
            for exchange in try recording.exchanges(in: file) {
                #expect(!ConformanceTests.isCalledByPhsync(exchange.request), "\(file)")
            }
        }
    }

    /// Guards the test above against a pattern that matches nothing.
    @Test(arguments: [
        ("001-me.json", true), ("010-preflight.json", true), ("012-organization-current.json", true),
        ("017-project-1.json", true), ("060-plugins-list-page.json", true), ("065-plugin-retrieve.json", true),
        ("027-plugin-1-source.json", true), ("081-plugins-activity.json", true), ("098-configs-list.json", true),
        ("101-config-retrieve.json", true), ("086-config-create-form.json", true), ("120-attach-add.json", true),
        ("023-plugin-create-source.json", false), ("147-rearrange.json", false), ("158-logs-all.json", false),
        ("021-repository.json", false), ("178-metrics-process-event.json", true),
        ("193-metrics-error-details.json", true), ("196-historical-exports.json", false),
    ])
    func whatPhsyncCallsIsTold(file: String, isCalled: Bool) throws {
        for exchange in try Recording().exchanges(in: file) {
            #expect(ConformanceTests.isCalledByPhsync(exchange.request) == isCalled)
        }
    }

    private static func isCalledByPhsync(_ request: DemoRequest) -> Bool {
        let path = request.path.split(separator: "/").map(String.init)
        let isGET = request.method == "GET"
        switch path.first == "api" ? Array(path.dropFirst()) : path {
        case ["_preflight"], ["users", "@me"], ["projects"]: return isGET
        case let path where path.count == 2 && (path[0] == "organizations" || path[0] == "projects"): return isGET
        case let path where path.count >= 3 && path[0] == "organizations" && path[2] == "plugins":
            return isGET && (path.count < 4 || path[3] == "activity" || path.count == 4 && Int(path[3]) != nil
                || path.count == 5 && path[4] == "source")
        case let path where path.count >= 3 && path[0] == "projects" && path[2] == "plugin_configs":
            return path.count <= 4 && ["GET", "POST", "PATCH"].contains(request.method) && path.last != "rearrange"
        case let path where path.count >= 4 && path[0] == "projects" && path[2] == "app_metrics":
            return isGET && (path.count == 4 || path.count == 5 && path[4] == "error_details")
        default: return false
        }
    }
}
