import Glibc
import Models

/// Where phsync keeps its files.
struct Places: Sendable, Equatable {
    let configDirectory: String
    let dataDirectory: String
    let stateDirectory: String
    let cacheDirectory: String

    var configFile: String { configDirectory + "/config.json" }
    var tokensFile: String { configDirectory + "/tokens.json" }

    /// The folder of a context's mirror and of the secrets that wait to be sent.
    func mirrorDirectory(_ context: String) -> String {
        precondition(ContextName.isValid(context), "context names are checked before they become paths")
        return dataDirectory + "/" + context
    }

    func mirrorFile(_ context: String) -> String { mirrorDirectory(context) + "/mirror.sqlite" }

    /// PHSYNC_HOME with all four below it, else the XDG folders, else their defaults under HOME.
    init(_ environment: Environment) throws(Problem) {
        if let home = environment[.phsyncHome] {
            let base = Self.absolute(home)
            configDirectory = base + "/config"
            dataDirectory = base + "/data"
            stateDirectory = base + "/state"
            cacheDirectory = base + "/cache"
            return
        }
        configDirectory = try Self.directory(environment, .configHome, "/.config")
        dataDirectory = try Self.directory(environment, .dataHome, "/.local/share")
        stateDirectory = try Self.directory(environment, .stateHome, "/.local/state")
        cacheDirectory = try Self.directory(environment, .cacheHome, "/.cache")
    }

    private static func directory(_ environment: Environment, _ name: Environment.Name, _ fallback: String) throws(Problem) -> String {
        // The XDG specification has relative paths ignored.
        if let path = environment[name], path.hasPrefix("/") { return path.withoutTrailingSlashes + "/phsync" }
        guard let home = environment[.home], home.hasPrefix("/") else {
            throw Problem(
                .failed, code: "no-home", subject: "HOME",
                message: "phsync does not know where to keep its files: neither HOME nor PHSYNC_HOME is set to a folder")
        }
        return home.withoutTrailingSlashes + fallback + "/phsync"
    }

    private static func absolute(_ path: String) -> String {
        let path = path.withoutTrailingSlashes
        guard !path.hasPrefix("/") else { return path }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        guard let current = getcwd(&buffer, buffer.count) else { return path }
        return String(cString: current) + "/" + path
    }
}

extension String {
    fileprivate var withoutTrailingSlashes: String {
        var path = self
        while path.count > 1, path.last == "/" { path.removeLast() }
        return path == "/" ? "" : path
    }
}
