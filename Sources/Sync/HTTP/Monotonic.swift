import Glibc

/// The monotonic clock, for deadlines of libcurl's thread.
enum Monotonic {
    static func nowSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
