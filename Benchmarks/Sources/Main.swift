import DemoInstance
import Glibc
import Models

/// Times whole processes against peers in the same run: `Benchmarks PATH-TO-PHSYNC`.
@main struct Main {
    static func main() async throws {
        guard CommandLine.arguments.count == 2 else {
            print("usage: Benchmarks PATH-TO-PHSYNC")
            exit(64)
        }
        let phsync = CommandLine.arguments[1]
        let home = "/tmp/phsync-bench-\(getpid())"
        let server = try DemoServer(state: .scaled(configs: 10_000, seed: 1))
        defer { server.stop() }
        setenv("PHSYNC_HOME", home, 1)
        setenv("PHSYNC_HOST", server.url, 1)
        setenv("PHSYNC_TOKEN", DemoKeys.admin, 1)
        let first = Child.run([phsync, "pull", "-q"])
        print("first pull of 10,000 configs: \(first.milliseconds) ms, peak \(first.peakKilobytes / 1024) MiB (target 64), status \(first.status)")
        print("requests: \(server.requests.count) for 10,000 configs in 100 projects")
        for latency in [0, 30] {
            server.setLatency(milliseconds: latency)
            server.clearRequests()
            let again = Child.run([phsync, "pull", "-q"])
            print("pull again at \(latency) ms latency: \(again.milliseconds) ms, \(server.requests.count) requests")
        }
        var times: [String: [Double]] = [:]
        for _ in 0..<25 {
            for command in [["/bin/true"], [phsync, "--version"], [phsync, "status"]] {
                times[command.joined(separator: " "), default: []].append(Child.run(command).milliseconds)
            }
        }
        for (command, values) in times.sorted(by: { $0.key < $1.key }) {
            print("median of 25: \(values.sorted()[12]) ms  \(command)")
        }
        _ = Child.run(["/bin/rm", "-rf", home])
        try await LogBenchmark.run()
    }
}

/// One child process, timed from outside.
enum Child {
    static func run(_ words: [String]) -> (milliseconds: Double, peakKilobytes: Int, status: Int32) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        let start = now()
        var pid: pid_t = 0
        guard posix_spawn(&pid, words[0], &actions, nil, &arguments, environ) == 0 else { return (0, 0, -1) }
        var status: Int32 = 0
        var usage = rusage()
        while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
        return ((now() - start).tenths, Int(usage.ru_maxrss), (status >> 8) & 0xFF)
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
    }
}

extension Double {
    var tenths: Double { (self * 10).rounded() / 10 }
}
