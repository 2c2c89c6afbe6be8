import Glibc

/// `Benchmarks PATH-TO-PHSYNC` measures and prints one table; the other modes are processes that it starts itself.
@main struct Main {
    static func main() async {
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            switch words.first {
            case Timed.mode?: try Timed.main(Array(words.dropFirst()))
            case CurlLoop.mode?: try CurlLoop.main(Array(words.dropFirst()))
            case Serve.mode?: try Serve.main(Array(words.dropFirst()))
            case LogBenchmark.mode?: try await LogBenchmark.run()
            case InboxBenchmark.mode? where words.count < 3: try await InboxBenchmark.run(phsync: words.count > 1 ? words[1] : nil)
            case PlanBenchmark.mode?: try await PlanBenchmark.run()
            case RuntimeBenchmark.mode? where words.count == 2: try RuntimeBenchmark.run(phsync: words[1])
            case WindowBenchmark.mode?: try await WindowBenchmark.run()
            case let phsync? where words.count == 1: try Benchmark(phsync: phsync).run()
            default: throw Failure("usage: Benchmarks PATH-TO-PHSYNC")
            }
        } catch {
            Failure("\(error)").print()
            exit(1)
        }
    }
}

/// Why there is no figure.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// To standard error.
    func print() {
        let line = description + "\n"
        _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    }
}
