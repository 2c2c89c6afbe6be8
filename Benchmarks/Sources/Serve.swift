import DemoInstance
import Glibc
import Models

/// The measured instance alone, for a profiler on the client: `Benchmarks serve CONFIGS PER-PROJECT LATENCY`.
enum Serve {
    static let mode = "serve"

    static func main(_ words: [String]) throws {
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == 3 else { throw Failure("usage: Benchmarks serve CONFIGS PER-PROJECT LATENCY-MILLISECONDS") }
        var options = DemoServer.Options()
        options.remembersAnswers = true
        options.latencyMilliseconds = numbers[2]
        let server = try DemoServer(state: .scaled(configs: numbers[0], perProject: numbers[1]), options: options)
        print("export PHSYNC_HOST=\(server.url) PHSYNC_TOKEN=\(DemoKeys.admin)")
        fflush(nil)
        while true { pause() }
    }
}
