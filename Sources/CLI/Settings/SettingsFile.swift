import Models

/// Settings and tokens on disk, read and changed together.
struct SettingsFile: Sendable {
    let places: Places
    let files: Files

    /// - Throws: `Problem` when the file can't be understood; it is never overwritten then.
    func settings() throws(Problem) -> Settings {
        guard let bytes = try read(places.configFile) else { return Settings() }
        return try Settings(parsing: bytes, path: places.configFile)
    }

    /// The tokens, and a notice when others could read the file until now.
    func tokens() throws(Problem) -> (store: TokenStore, notice: Problem?) {
        let wasOpen = try reporting { () throws(FileError) in try files.makePrivate(places.tokensFile, mode: 0o600) }
        guard let bytes = try read(places.tokensFile) else { return (TokenStore(), nil) }
        return (try TokenStore(parsing: bytes, path: places.tokensFile), wasOpen ? openNotice : nil)
    }

    /// Reads both files, lets `change` work on them, and stores what changed.
    ///
    /// Other phsync processes wait meanwhile. The config file is written last, and if that fails the tokens are put
    /// back: after a failure both are as they were, or hold a token that no context's host matches.
    ///
    /// - Returns: Notices about the files.
    @discardableResult
    func update(_ change: (inout Settings, inout TokenStore) throws(Problem) -> Void) throws(Problem) -> [Problem] {
        let lock = try reporting { () throws(FileError) in
            try files.makePrivateDirectory(places.configDirectory)
            return try files.lock(places.configDirectory)
        }
        defer { lock.release() }
        var settings = try settings()
        var (tokens, notice) = try tokens()
        let before = (settings: settings.text, tokens: tokens.text)
        try change(&settings, &tokens)
        try reporting { () throws(FileError) in
            try store(settings.text, tokens.text, before: before)
        }
        return settings.warnings + [notice].compactMap { $0 }
    }

    private func store(_ settings: String, _ tokens: String, before: (settings: String, tokens: String)) throws(FileError) {
        let changes = [
            (path: places.tokensFile, old: before.tokens, new: tokens), (path: places.configFile, old: before.settings, new: settings),
        ].filter { $0.old != $0.new }
        var originals: [(path: String, bytes: [UInt8]?)] = []
        for change in changes { originals.append((change.path, try files.read(change.path))) }
        do throws(FileError) {
            for change in changes { try files.replace(change.path, with: Array(change.new.utf8)) }
        } catch {
            // Both, the one that failed too: it may have failed after it was in its place.
            for original in originals { putBack(original.path, original.bytes) }
            throw error
        }
    }

    /// The first error is the one to report, so a second one here has nobody to go to; the binding of each token to its
    /// origin keeps the files safe then.
    private func putBack(_ path: String, _ bytes: [UInt8]?) {
        do throws(FileError) {
            guard try files.read(path) != bytes else { return }
            if let bytes {
                try files.replace(path, with: bytes)
            } else {
                try files.remove(path)
            }
        } catch {}
    }

    private func read(_ path: String) throws(Problem) -> [UInt8]? {
        try reporting { () throws(FileError) in try files.read(path) }
    }

    private func reporting<Value>(_ body: () throws(FileError) -> Value) throws(Problem) -> Value {
        do throws(FileError) {
            return try body()
        } catch {
            throw error.problem
        }
    }

    private var openNotice: Problem {
        Problem(
            .notice, code: "open-token-file", subject: places.tokensFile,
            message: "\(places.tokensFile) could be read by others and is closed now; if somebody may have, replace the keys in it",
            next: "phsync login")
    }
}
