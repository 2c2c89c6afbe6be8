import DemoInstance
import Models

@testable import CLI

/// A sandbox that runs nothing: the code's own text says what comes of it, so that commands can be held to what they make of it.
///
/// `throw` fails every event, `drop` drops it, `fetch` calls a host first, `bad setup` fails the setup; otherwise the config's
/// "normalizedCurrency" goes into the event.
enum FakeSandbox {
    static let services = Services(sandbox: { (_: CommandContext) throws(Problem) -> SandboxService in service })

    private static let service = SandboxService(
        run: { (job, events, observer) async throws(Problem) -> DryRunVariant in
            var variant = DryRunVariant(
                configID: job.configID, plugin: job.plugin.name, sourceHash: job.sourceHash, era: job.era,
                capabilities: DryRunCapabilities(methods: ["processEvent"]))
            let code = job.entry.flatMap { job.files[$0] } ?? ""
            if code.contains("bad setup") {
                variant.steps.append(DryRunStep(method: "setupPlugin", event: nil, outcome: .failed, error: DryRunError(name: "Error", message: "no key")))
            }
            for (index, text) in events.enumerated() {
                if code.contains("fetch") {
                    variant.requests.append(DryRunRequest(method: "GET", url: "https://api.x.com/rates", answered: .denied, step: variant.steps.count))
                }
                let step = step(code, index, text, job)
                variant.steps.append(step)
                observer.onStep(step)
            }
            return variant
        },
        check: { (_) async throws(Problem) -> [JSONValue] in
            [["imports": [], "exports": [["name": "processEvent", "destination": "exports", "kind": "function", "returns": true]], "configEscapes": ["line": 1, "column": 1]]]
        })

    private static func step(_ code: String, _ index: Int, _ text: EventText, _ job: DryRunJob) -> DryRunStep {
        if code.contains("throw") {
            return DryRunStep(
                method: "processEvent", event: index, outcome: .failed,
                error: DryRunError(name: "TypeError", message: "it throws", line: 1, column: 1, file: job.entry))
        }
        if code.contains("drop") { return DryRunStep(method: "processEvent", event: index, outcome: .dropped) }
        let event = (try? JSONValue(parsing: text.text))?.object ?? JSONObject()  // The events were JSON when the command read them.
        var result = event
        result["currency"] = job.config["normalizedCurrency"]
        result["key"] = job.config["openExchangeRatesApiKey"]
        return DryRunStep(method: "processEvent", event: index, outcome: .returned, result: .object(result), durationMicroseconds: 10 + index)
    }
}

extension PulledHome {
    /// A command in this process, with a sandbox that runs nothing.
    func runInFakeSandbox(_ line: String..., environment: [Environment.Name: String] = [:]) async throws -> CommandResult {
        try await runInFakeSandbox(line, environment: environment)
    }

    func runInFakeSandbox(_ line: [String], environment: [Environment.Name: String] = [:]) async throws -> CommandResult {
        let invocation = try ArgumentParser.parse(line, table: .phsync)
        guard case .run(let command) = invocation.request else { throw Problem(.failed, code: "test", message: "no command") }
        return try await command.run(
            .test(
                line, home: home, environment: [.phsyncHost: server.url, .phsyncToken: DemoKeys.admin].merging(environment) { $1 },
                services: FakeSandbox.services))
    }
}
