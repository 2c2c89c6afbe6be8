package import Models
import Glibc

/// What a mirror takes from outside: randomness, the file system, patience. Tests hand in their own.
package struct MirrorEnvironment: Sendable {
    /// Wall time, for what the mirror stamps by itself.
    package var now: NowSource
    /// That many unpredictable bytes.
    package var randomBytes: @Sendable (Int) -> [UInt8]
    /// For the private files beside the database.
    package var files: FileSystem
    /// How long a statement waits for another process's lock.
    package var busyTimeoutMilliseconds: Int32
    /// The name of a registered SQLite VFS, nil for the default.
    package var vfs: String?
    package var zones: ZoneFiles

    package init(
        now: @escaping NowSource = MirrorEnvironment.wallClock,
        randomBytes: @escaping @Sendable (Int) -> [UInt8] = MirrorEnvironment.systemRandomBytes,
        files: FileSystem = FileSystem(), busyTimeoutMilliseconds: Int32 = 5_000, vfs: String? = nil, zones: ZoneFiles = .system
    ) {
        self.now = now
        self.randomBytes = randomBytes
        self.files = files
        self.busyTimeoutMilliseconds = busyTimeoutMilliseconds
        self.vfs = vfs
        self.zones = zones
    }

    package static let wallClock: NowSource = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// From the system's own generator.
    package static let systemRandomBytes: @Sendable (Int) -> [UInt8] = { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
