import Glibc

enum Seconds {
    /// Of a clock that only goes forward.
    static func now() -> Double { read(CLOCK_MONOTONIC) }

    /// That this process has had a processor for; says the same on a machine that is busy with something else.
    static func processor() -> Double { read(CLOCK_PROCESS_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
    }
}
