import Glibc
import Models
import Storage
import Sync

/// Merging and planning 10,000 edited configs: `Benchmarks plan`.
///
/// The peer is reading the same rows as JSON from the same mirror, which no plan can do without.
enum PlanBenchmark {
    static let mode = "plan"
    private static let configs: Int64 = 10_000
    private static let rounds = 5

    static func run() async throws {
        let home = "/tmp/phsync-plan-bench-\(getpid())"
        mkdir(home, 0o700)
        defer { World.cleanUp(home) }
        let mirror = try Mirror.open(directory: home + "/mirror", mode: .readWriteCreate)
        try await fill(mirror)
        var reading: [Double] = []
        var merging: [Double] = []
        var planning: [Double] = []
        var steps = 0
        for _ in 0..<rounds {
            let start = Seconds.now()
            let inputs = try mirror.readSync { mirror in try PlannerInput.all(in: mirror) }
            let read = Seconds.now()
            let sent = inputs.reduce(0) { $0 + ThreeWayMerge($1.versions, secretKeys: $1.secretKeys).toSend.count }
            let merged = Seconds.now()
            let plan = Planner.plan(inputs).plan
            _ = plan.digest
            reading.append((read - start) * 1000)
            merging.append((merged - read) * 1000)
            planning.append((Seconds.now() - merged) * 1000)
            steps = plan.steps.count
            guard sent == steps else { throw Failure("\(sent) edits to send, \(steps) steps") }
        }
        await mirror.close()
        let (read, merge, plan) = (Figure.median(reading), Figure.median(merging), Figure.median(planning))
        print("plan: \(steps) edited configs read from the mirror: \(Figure.milliseconds(read))")
        print("plan: merged \(Figure.milliseconds(merge)), planned with its digest \(Figure.milliseconds(plan)), merge and plan together"
            + " \(Figure.decimals((merge + plan) / read, 2)) times the reading (target: both within 1,000 ms)")
    }

    /// 100 projects with 100 configs each, a value of every one edited, and another changed by somebody else.
    private static func fill(_ mirror: Mirror) async throws {
        let schema: JSONValue = [
            ["key": "region", "type": "string"], ["key": "apiKey", "type": "string", "secret": true], ["key": "limit", "type": "string"],
        ]
        try await mirror.write { mirror in
            let time = Timestamp(milliseconds: 0)
            let redaction = try mirror.meta.redaction()
            for plugin in Int64(1)...100 {
                try mirror.plugins.store(
                    try Plugin(["id": JSONValue(plugin), "name": .string("Plugin \(plugin)"), "plugin_type": "custom", "config_schema": schema]), at: time)
                try mirror.projects.store(try Project(["id": JSONValue(plugin), "name": .string("Project \(plugin)")]))
            }
            for id in 1...configs {
                let json: JSONValue = [
                    "id": JSONValue(id), "plugin": JSONValue((id - 1) % 100 + 1), "team_id": JSONValue((id - 1) / 100 + 1), "enabled": true,
                    "order": JSONValue(id), "config": ["region": "eu", "apiKey": "**************** POST /api/plugin_config", "limit": .string("\(id)")],
                ]
                try mirror.configs.store(
                    try PluginConfig(json, secretKeys: ["apiKey"], redaction: redaction), base: .followsRemote, at: time)
                try mirror.edits.put(PluginConfigID(id), .key("region"), .value("us"), at: time)
            }
        }
    }
}
