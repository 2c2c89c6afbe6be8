import Glibc
import Models

/// One thing that `doctor` looks at.
struct DoctorCheck: Sendable {
    enum State: String, Sendable {
        case good = "ok"
        case notice
        case failed
    }

    struct Finding: Sendable {
        let state: State
        let message: String
        let next: String?

        static func good(_ message: String) -> Finding { Finding(state: .good, message: message, next: nil) }
        static func notice(_ message: String, next: String? = nil) -> Finding { Finding(state: .notice, message: message, next: next) }
        static func failed(_ message: String, next: String? = nil) -> Finding { Finding(state: .failed, message: message, next: next) }

        /// A failure in the words of a problem.
        static func failed(_ problem: Problem) -> Finding {
            // Doctor itself is running: it is no way out of what it found.
            failed(problem.message, next: problem.next == "phsync doctor" ? nil : problem.next)
        }
    }

    let name: String
    /// Never throws: what goes wrong is the finding.
    let run: @Sendable (CommandContext) async -> Finding

    /// The checks that need neither the network nor a mirror.
    static let local: [DoctorCheck] = [
        DoctorCheck(name: "settings", run: settings),
        DoctorCheck(name: "context", run: chosenContext),
        DoctorCheck(name: "token", run: token),
        DoctorCheck(name: "folders", run: folders),
        DoctorCheck(name: "file modes", run: modes),
        DoctorCheck(name: "sqlite", run: { _ in library("libsqlite3.so.0", package: "libsqlite3-0", version: "sqlite3_libversion") }),
        DoctorCheck(name: "curl", run: { _ in library("libcurl.so.4", package: "libcurl4", version: "curl_version") }),
    ]
}

extension DoctorCheck {
    @Sendable private static func settings(_ context: CommandContext) async -> Finding {
        do throws(Problem) {
            let file = try context.settingsFile()
            let settings = try file.settings()
            _ = try file.tokens()
            if let warning = settings.warnings.first { return .notice(warning.message) }
            let count = settings.contexts.count
            return .good("\(file.places.configFile), \(count) context\(count == 1 ? "" : "s")")
        } catch {
            return .failed(error)
        }
    }

    @Sendable private static func chosenContext(_ context: CommandContext) async -> Finding {
        do throws(Problem) {
            let instance = try context.instance()
            return .good("\(instance.name), \(instance.origin)" + (instance.project.map { ", project \($0)" } ?? ""))
        } catch {
            return .failed(error)
        }
    }

    @Sendable private static func token(_ context: CommandContext) async -> Finding {
        do throws(Problem) {
            let instance = try context.instance()
            _ = try context.token(for: instance)
            return .good("there is one for \(instance.origin)")
        } catch where error.code == "no-context" {
            return .notice("no context, so no token")
        } catch {
            return .failed(error)
        }
    }

    /// Whether the folders can be written, where they exist, or made, where they don't.
    @Sendable private static func folders(_ context: CommandContext) async -> Finding {
        do throws(Problem) {
            let places = try context.places()
            for path in [places.configDirectory, places.dataDirectory, places.stateDirectory, places.cacheDirectory] {
                let existing = nearestExisting(path)
                guard access(existing, W_OK | X_OK) == 0 else {
                    return .failed("\(existing) can't be written: \(FileError.text(of: errno))", next: "ls -ld \(existing.shellQuoted)")
                }
                var space = statvfs()
                if statvfs(existing, &space) == 0, isFull(space) {
                    return .failed("the disk with \(existing) is full", next: "df -h \(existing.shellQuoted)")
                }
            }
            return .good("\(places.dataDirectory) and the others can be written")
        } catch {
            return .failed(error)
        }
    }

    /// Less than 1 MiB for this user; a file system that counts no blocks is never full.
    static func isFull(_ space: statvfs) -> Bool {
        space.f_blocks > 0 && UInt64(space.f_bavail) * UInt64(space.f_frsize) < 1 << 20
    }

    private static func nearestExisting(_ path: String) -> String {
        var path = path[...]
        while !path.isEmpty, access(String(path), F_OK) != 0 { path = path[..<(path.lastIndex(of: "/") ?? path.startIndex)] }
        return path.isEmpty ? "/" : String(path)
    }

    @Sendable private static func modes(_ context: CommandContext) async -> Finding {
        do throws(Problem) {
            let places = try context.places()
            let paths = [places.configDirectory, places.dataDirectory, places.configFile, places.tokensFile]
            let open = paths.filter(isOpenToOthers)
            if open.isEmpty { return .good("only you can read phsync's files") }
            return .failed(
                "others can read \(open.joined(separator: ", "))", next: "chmod go= \(open.joined(separator: " "))")
        } catch {
            return .failed(error)
        }
    }

    private static func isOpenToOthers(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & 0o077 != 0
    }

    /// Loads the library as a command would, and asks it for its version.
    private static func library(_ file: String, package: String, version symbol: String) -> Finding {
        guard let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL) else {
            return .failed("\(file) can't be loaded", next: "sudo apt-get install \(package)")
        }
        defer { dlclose(handle) }
        guard let address = dlsym(handle, symbol) else { return .failed("\(file) has no \(symbol)") }
        typealias Version = @convention(c) () -> UnsafePointer<CChar>
        // Both functions have this type: sqlite3.h and curl/curl.h.
        // curl adds the versions of all that it was built with; the first two say who speaks TLS.
        let words = String(cString: unsafeBitCast(address, to: Version.self)()).split(separator: " ").prefix(2)
        return .good(words.joined(separator: " "))
    }
}
