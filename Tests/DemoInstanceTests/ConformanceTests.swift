import DemoInstance
import Models
import TestSupport
import Testing

struct ConformanceTests {
    private static func exceptions(_ server: RecordedServer) throws -> Set<String> {
        let list = try JSONValue(parsing: try Fixtures.bytes(server.exceptions)).array ?? []
        for entry in list { #expect(entry["reason"]?.string?.isEmpty == false, "an exception needs a reason") }
        return Set(list.compactMap { $0["file"]?.string })
    }

    @Test(arguments: RecordedServer.all)
    func theRecordingIsAnsweredAsRecorded(server: RecordedServer) throws {
        let exceptions = try ConformanceTests.exceptions(server)
        var conformance = try Conformance(server)
        let results = try conformance.run()
        for (file, differences) in results {
            if exceptions.contains(file) {
                #expect(!differences.isEmpty, "\(file) is answered as recorded: it is no exception any more")
            } else {
                #expect(differences.isEmpty, "\(file)")
            }
        }
        #expect(results.count == server.comparedCount)
        #expect(exceptions.isSubset(of: results.map(\.file)), "an exception names a file that is not replayed")
    }

    /// What phsync asks for; an exception there would leave its tests standing on air.
    @Test(arguments: RecordedServer.all)
    func nothingThatPhsyncCallsIsExcepted(server: RecordedServer) throws {
        let recording = try Recording(server)
        for file in try ConformanceTests.exceptions(server) {
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
        ("023-plugin-create-source.json", true), ("147-rearrange.json", true), ("158-logs-all.json", true),
        ("021-repository.json", true), ("178-metrics-process-event.json", true), ("071-plugin-unused.json", false),
        ("193-metrics-error-details.json", true), ("150-job-no-type.json", false), ("156-frontend.json", false),
    ])
    func whatPhsyncCallsIsTold(file: String, isCalled: Bool) throws {
        for exchange in try Recording(.posthog2023_11).exchanges(in: file) {
            #expect(ConformanceTests.isCalledByPhsync(exchange.request) == isCalled)
        }
    }

    @Test(arguments: [
        ("032-project-create-refused.json", false), ("107-plugin-upgrade.json", true), ("103-plugin-check-updates.json", true),
        ("111-plugin-delete.json", false), ("121-configs-empty.json", true), ("141-configs-nested.json", true),
        ("227-rearrange.json", true), ("243-logs-all.json", true), ("276-switch-project.json", true),
        ("332-event-list.json", true), ("333-capture.json", false), ("014-legacy-user.json", false),
    ])
    func whatPhsyncCallsOf1_26IsTold(file: String, isCalled: Bool) throws {
        for exchange in try Recording(.posthog1_26).exchanges(in: file) {
            #expect(ConformanceTests.isCalledByPhsync(exchange.request) == isCalled)
        }
    }

    private static func isCalledByPhsync(_ request: DemoRequest) -> Bool {
        let path = request.path.split(separator: "/").map(String.init)
        let isGET = request.method == "GET"
        let isWrite = ["POST", "PATCH"].contains(request.method)
        switch path.first == "api" ? Array(path.dropFirst()) : path {
        case ["_preflight"], ["projects"], ["event"]: return isGET
        case ["users", "@me"]: return isGET || request.method == "PATCH"
        case let path where path.count == 2 && (path[0] == "organizations" || path[0] == "projects"): return isGET
        case let path where path.count >= 3 && path[0] == "organizations" && path[2] == "plugins":
            return isPluginCall(Array(path[3...]), isGET: isGET, isWrite: isWrite)
        case let path where path.count >= 3 && path[0] == "projects" && path[2] == "app_metrics": return isGET
        case let path where path.count >= 3 && path[0] == "projects" && ["plugin_configs", "plugin-configs"].contains(path[2]):
            return isConfigCall(Array(path[3...]), isGET: isGET, isWrite: isWrite)
        case let path where path.first == "plugin_config":
            return isConfigCall(Array(path[1...]), isGET: isGET, isWrite: isWrite)
        default: return false
        }
    }

    private static func isPluginCall(_ rest: [String], isGET: Bool, isWrite: Bool) -> Bool {
        switch (rest.first, rest.last) {
        case (nil, _): isGET || isWrite
        case ("repository", _), ("activity", _): isGET
        case (_, "source"), (_, "check_for_updates"): isGET
        case (_, "upgrade"), (_, "update_source"): isWrite
        default: rest.count == 1 && rest.first.flatMap { Int($0) } != nil && (isGET || isWrite)
        }
    }

    private static func isConfigCall(_ rest: [String], isGET: Bool, isWrite: Bool) -> Bool {
        if rest.count == 2 { return rest[1] == "logs" && isGET }
        return rest.count < 2 && (isGET || isWrite)
    }
}
