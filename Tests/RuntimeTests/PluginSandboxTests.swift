import Models
@testable import Runtime
import Testing

@Suite struct PluginSandboxTests {
    @Test func aSmallPluginChangesItsEvent() throws {
        let run = try PluginRun("export function processEvent(event, meta) { event.properties.hi = meta.config.word; return event }", config: JSONObject([.init(key: "word", value: "there")]))
        #expect(run.loadError == nil)
        #expect(run.capabilities.methods == ["processEvent"])
        let step = try #require(run.step("processEvent"))
        #expect(step.outcome == .returned)
        #expect(step.result?["properties"]?["hi"] == "there")
        #expect(step.result?["properties"]?["$plugins_succeeded"] == ["test-plugin (39)"])
    }
}
