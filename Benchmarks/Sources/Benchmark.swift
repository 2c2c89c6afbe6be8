import DemoInstance
import Glibc

/// Measures phsync as a person meets it, as whole processes, against what is promised.
struct Benchmark {
    private static let startRounds = 25
    private static let pullRounds = 7
    private static let largePullRounds = 3

    let phsync: String

    func run() throws {
        let home = "/tmp/phsync-bench-\(getpid())"
        defer { World.cleanUp(home) }
        var table = Table()
        try measureSmall(home, &table)
        try measureLarge(home, &table)
        print(
            """
            Medians, the commands of a line taking turns. "loop": a bare libcurl loop over the requests of the pull, as many at
            once as the pull was seen to have, that counts bytes. The instance runs on this machine and takes its share of it.

            """)
        print(table.text)
    }

    private func measureSmall(_ home: String, _ table: inout Table) throws {
        let world = try World(phsync: phsync, configs: 10_000, perProject: 100, home: home)
        defer { world.server.stop() }
        try measureStart(world, &table)
        try measurePulls(world, latencies: [(0, nil), (30, 1.3)], rounds: Benchmark.pullRounds, &table)
    }

    /// More rows, in lists of several pages; memory must not grow with either. No ratio is promised: pages of 500 rows
    /// come over loopback faster than any network gives them.
    private func measureLarge(_ home: String, _ table: inout Table) throws {
        let world = try World(phsync: phsync, configs: 50_000, perProject: 1_000, home: home)
        defer { world.server.stop() }
        try measurePulls(world, latencies: [(0, nil), (30, nil)], rounds: Benchmark.largePullRounds, &table)
    }

    /// The mirror is the one that the world's own pull has left.
    private func measureStart(_ world: World, _ table: inout Table) throws {
        var version: [Double] = []
        var status: [Double] = []
        var empty: [Double] = []
        for _ in 0..<Benchmark.startRounds {
            empty.append(try Child.run(["/bin/true"]).milliseconds)
            version.append(try Child.run([phsync, "--version"]).milliseconds)
            status.append(try Child.run([phsync, "status"]).milliseconds)
        }
        table.addTime("phsync --version", version, empty: empty, maximumMilliseconds: 10)
        table.addTime("phsync status, \(world.title)", status, empty: empty, maximumMilliseconds: 15)
    }

    private func measurePulls(_ world: World, latencies: [(milliseconds: Int, maximumRatio: Double?)], rounds: Int, _ table: inout Table) throws {
        var peakKilobytes = 0
        for (latency, maximumRatio) in latencies {
            let pulls = try world.pulls(rounds: rounds, latencyMilliseconds: latency)
            let place = "\(world.title), \(latency) ms away, \(world.mostAtOnce) at once"
            table.addTime("first pull, \(place)", pulls.first, loop: pulls.loop, maximumRatio: maximumRatio)
            table.addTime("pull without news, \(place)", pulls.again, loop: pulls.loop, maximumRatio: maximumRatio)
            peakKilobytes = max(peakKilobytes, pulls.peakKilobytes)
        }
        table.addPeak("peak memory of a pull, \(world.title)", kilobytes: peakKilobytes, maximumMebibytes: 64)
        table.addRequests("requests of a pull, \(world.title)", world.requestCount, pages: world.pageCount, handful: 5)
    }
}
