import Glibc

/// Events a second through plugins, whole path: `Benchmarks runtime PATH-TO-PHSYNC`.
///
/// A file of events goes in, lines of JSON come out, through phsync and its sandbox. The peers do the same with nothing around
/// them: the engine alone (built beside this program), and node's `vm` where there is a node. Like is held against like: the engine
/// interprets where phsync's does, and compiles to machine code where `--trusted` lets phsync do so; both then share one core, or both have
/// all of them. node always compiles.
enum RuntimeBenchmark {
    static let mode = "runtime"

    private struct Plugin {
        let name: String
        let source: String
        let events: Int
    }

    private static let plugins = [
        Plugin(
            name: "hello-world", source: "async function processEvent(event) { event.properties.hello = 'world'; return event }\n",
            events: 30_000),
        Plugin(
            name: "heavy",
            source: """
                const table = Object.fromEntries(Array.from({ length: 500 }, (x, i) => ['key' + i, { rate: i / 7, name: 'name ' + i }]))
                async function processEvent(event) {
                    const url = String(event.properties.$current_url || '')
                    const parts = url.split(/[/?&=#]/).filter(Boolean)
                    event.properties.parts = parts.map((part) => part.toLowerCase().replace(/[^a-z0-9]+/g, '-'))
                    let sum = 0
                    for (let i = 0; i < 300; i++) sum += table['key' + ((i * 31) % 500)].rate * parts.length
                    event.properties.sum = Math.round(sum * 100) / 100
                    event.properties.copy = JSON.parse(JSON.stringify(event.properties))
                    return event
                }

                """, events: 5_000),
    ]

    static func run(phsync: String) throws {
        let home = "/tmp/phsync-runtime-bench-\(getpid())"
        mkdir(home, 0o700)
        defer { World.cleanUp(home) }
        setenv("PHSYNC_HOME", home + "/home", 1)
        setenv("TZ", "UTC", 1)
        for plugin in plugins { try measure(plugin, phsync: phsync, home: home) }
        try measureCold(phsync: phsync, home: home)
        try measureMemory(home: home)
    }

    private static func measure(_ plugin: Plugin, phsync: String, home: String) throws {
        let folder = home + "/" + plugin.name
        mkdir(folder, 0o700)
        try put(plugin.source, folder + "/index.js")
        try put("{\"name\": \"\(plugin.name)\", \"main\": \"index.js\"}", folder + "/plugin.json")
        let file = home + "/\(plugin.name).ndjson"
        try put((0..<plugin.events).map(event).joined(separator: "\n") + "\n", file)
        let command = [phsync, "dry-run", "--plugin", folder, "--events", file, "--against", "none", "--no-timings", "-o", "ndjson"]
        let loop = [besides("EngineLoop"), "run", folder + "/index.js", file]
        defer { unsetenv("JSC_useJIT") }
        setenv("JSC_useJIT", "0", 1)
        if let pin = find("taskset").map({ [$0, "-c", "0"] }) {
            try compare(plugin, "on one core", pin + command, "engine alone", pin + loop, target: " (target: >= 0.6)")
        }
        try compare(plugin, "\(Figure.grouped(plugin.events)) events", command, "engine alone", loop)
        setenv("JSC_useJIT", "1", 1)
        try compare(plugin, "trusted", command + ["--trusted"], "engine alone", loop)
        guard let node = find("node") else { return print("runtime, \(plugin.name): no node to compare with") }
        let script = home + "/vm.js"
        try put(nodeScript, script)
        let peer = [node, script, folder + "/index.js", file]
        try compare(plugin, "against node", command, "node's vm", peer)
        try compare(plugin, "against node, trusted", command + ["--trusted"], "node's vm", peer)
    }

    private static let rounds = 7

    /// One after the other, so that whatever the machine does beside this befalls both; the medians, and that of each round's ratio.
    private static func compare(
        _ plugin: Plugin, _ title: String, _ command: [String], _ peerName: String, _ peer: [String], target: String = ""
    ) throws {
        // The first run compiles.
        _ = try Child.run(command)
        let pairs = try (0..<rounds).map { _ in (own: try Child.run(command).milliseconds, peer: try Child.run(peer).milliseconds) }
        let rate = { (times: [Double]) in Figure.grouped(Int(Double(plugin.events) / Figure.median(times) * 1000)) }
        let ratios = pairs.map { $0.peer / $0.own }.sorted()
        let span = "\(Figure.decimals(ratios[0], 2)) to \(Figure.decimals(ratios[rounds - 1], 2))"
        print("runtime, \(plugin.name), \(title): \(rate(pairs.map(\.own))) events/s, \(peerName) \(rate(pairs.map(\.peer))), "
            + "ratio \(Figure.decimals(Figure.median(ratios), 2)) (\(span))\(target)")
    }

    private static func measureCold(phsync: String, home: String) throws {
        let file = home + "/one.ndjson"
        try put(event(0) + "\n", file)
        let command = [phsync, "dry-run", "--plugin", home + "/hello-world", "--events", file, "--against", "none", "--no-timings", "-o", "ndjson"]
        let times = try (0..<11).map { _ in try Child.run(command).milliseconds }
        print("runtime, one event, compiled before: \(Figure.milliseconds(Figure.median(times))) (target: <= 40 ms)")
    }

    private static func measureMemory(home: String) throws {
        for useJIT in ["0", "1"] {
            setenv("JSC_useJIT", useJIT, 1)
            let text = try Child.text([besides("EngineLoop"), "contexts", "500", home + "/hello-world/index.js"])
            print("runtime, each further context, JIT \(useJIT == "1" ? "on" : "off"): \(text.filter(\.isNumber)) KB (target: <= 100 KB)")
        }
        unsetenv("JSC_useJIT")
    }

    private static func event(_ index: Int) -> String {
        """
        {"event":"$pageview","distinct_id":"user-\(index % 97)","team_id":2,"uuid":"018c\(index)","ip":"203.0.113.7","site_url":"https://example.com",\
        "now":"2023-11-14T22:13:20.000Z","properties":{"$current_url":"https://example.com/shop/item-\(index)?utm_source=mail&page=\(index % 13)#top",\
        "$browser":"Firefox","$os":"Linux","$screen_width":1920,"$screen_height":1080,"price":\(index % 1000).5,"currency":"USD","tags":["a","b","c"]}}
        """
    }

    private static let nodeScript = """
        const fs = require('fs'), vm = require('vm')
        const [plugin, events] = process.argv.slice(2)
        const context = vm.createContext({ Date, JSON })
        vm.runInContext(fs.readFileSync(plugin, 'utf8') + ';globalThis.run = processEvent', context)
        const lines = fs.readFileSync(events, 'utf8').split('\\n').filter(Boolean)
        ;(async () => {
            let out = []
            for (const line of lines) {
                out.push(JSON.stringify(await context.run(JSON.parse(line), {})))
                if (out.length === 500) { fs.writeSync(1, out.join('\\n') + '\\n'); out = [] }
            }
            fs.writeSync(1, out.join('\\n') + '\\n')
        })()

        """

    /// The program of that name in this one's directory.
    private static func besides(_ name: String) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = max(0, readlink("/proc/self/exe", &buffer, buffer.count))
        let path = String(decoding: buffer[..<count], as: UTF8.self)
        return (path.lastIndex(of: "/").map { String(path[...$0]) } ?? "") + name
    }

    private static func find(_ name: String) -> String? {
        guard let path = getenv("PATH") else { return nil }
        return String(cString: path).split(separator: ":").map { $0 + "/" + name }.first { access($0, X_OK) == 0 }
    }

    private static func put(_ text: String, _ path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw Failure("\(path) can't be written") }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress.map { $0 + start }, $0.count - start) }
            guard count > 0 else { throw Failure("\(path) can't be written") }
            start += count
        }
    }
}
