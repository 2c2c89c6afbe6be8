import DemoInstance
import Glibc
import Models

/// A demo instance of some size, and what pulling it takes.
struct World {
    struct Pulls {
        var first: [Double] = []
        var again: [Double] = []
        var loop: [Double] = []
        var peakKilobytes = 0
    }

    let title: String
    let server: DemoServer
    let home: String
    private let phsync: String
    /// What one pull asks for, in the order in which it arrived.
    private let log: [DemoServer.LoggedRequest]
    /// How many places a pull uses, and the loop gets; seen from far away, where requests have to wait beside each other.
    let mostAtOnce: Int

    /// - Parameter home: A folder of its own, which need not exist.
    init(phsync: String, configs: Int, perProject: Int, home: String) throws {
        title = "\(Figure.grouped(configs)) configs"
        self.phsync = phsync
        self.home = home
        var options = DemoServer.Options()
        // Rendering a page takes the demo instance longer than any client needs to read it, and would hide the client.
        options.remembersAnswers = true
        server = try DemoServer(state: .scaled(configs: configs, perProject: perProject, seed: 1), options: options)
        setenv("PHSYNC_TOKEN", DemoKeys.admin, 1)
        try World.remove(home)
        World.select(server, home)
        server.setLatency(milliseconds: 30)
        _ = try Child.run([phsync, "pull", "--lists", "-q"])
        log = server.requests
        mostAtOnce = server.mostRequestsAtOnce
    }

    var requestCount: Int { log.count }

    /// Pages of lists that hold all rows, each counted once however often it was asked for.
    var pageCount: Int { Set(log.filter { !$0.pageQuery.isEmpty }.map { $0.path + "?" + $0.pageQuery }).count }

    /// Alternates a pull into a new mirror, one that changes nothing, and the bare loop.
    func pulls(rounds: Int, latencyMilliseconds: Int) throws -> Pulls {
        server.setLatency(milliseconds: latencyMilliseconds)
        var pulls = Pulls()
        for _ in 0..<rounds {
            try World.remove(home)
            World.select(server, home)
            let first = try Child.run([phsync, "pull", "--lists", "-q"])
            let again = try Child.run([phsync, "pull", "--lists", "-q"])
            let loop = try Child.run([Child.thisProgram, CurlLoop.mode, "\(mostAtOnce)"] + urls)
            pulls.first.append(first.milliseconds)
            pulls.again.append(again.milliseconds)
            pulls.loop.append(loop.milliseconds)
            pulls.peakKilobytes = max(pulls.peakKilobytes, first.peakKilobytes, again.peakKilobytes)
        }
        return pulls
    }

    static func remove(_ home: String) throws(Failure) {
        _ = try Child.run(["/bin/rm", "-rf", home])
    }

    /// Removes what was measured in; a failure is said and changes no figure.
    static func cleanUp(_ home: String) {
        do {
            try remove(home)
        } catch {
            Failure("\(home) could not be removed: \(error)").print()
        }
    }

    private var urls: [String] {
        log.map { server.url + $0.path + ($0.pageQuery.isEmpty ? "" : "?" + $0.pageQuery) }
    }

    private static func select(_ server: DemoServer, _ home: String) {
        setenv("PHSYNC_HOME", home, 1)
        setenv("PHSYNC_HOST", server.url, 1)
    }
}
