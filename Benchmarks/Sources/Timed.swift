import Glibc

/// Runs one command and prints milliseconds, peak kilobytes and status: `Benchmarks timed COMMAND...`.
///
/// A process of its own, because Linux counts the memory of the process that starts a command towards the command's
/// peak, and the one that measures holds the whole demo instance.
enum Timed {
    static let mode = "timed"

    static func main(_ words: [String]) throws {
        let start = milliseconds()
        let pid = try Spawn.start(words, output: .discarded)
        let (status, peakKilobytes) = try Spawn.wait(for: pid)
        print(milliseconds() - start, peakKilobytes, status)
    }

    private static func milliseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
    }
}
