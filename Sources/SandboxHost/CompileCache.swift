@preconcurrency import Glibc
package import Models

/// Compiled plugins, so that an unchanged one never loads the compiler.
///
/// Each file's first line is a digest of the rest; one that does not fit, for whatever reason, counts as absent and is
/// written anew. Nothing here is worth failing for.
package struct CompileCache: Sendable {
    private let directory: String
    private let maximumBytes: Int

    /// - Parameter directory: Made, for this user only, when it is not there.
    package init(directory: String, maximumBytes: Int = 64 << 20) {
        self.directory = directory
        self.maximumBytes = maximumBytes
    }

    private static let suffix = ".compiled"

    /// Names the outcome by all that it depends on: the code, what is compiled into it, and both programs.
    package static func key(of job: DryRunJob, program: SandboxProgram) -> String {
        let compiler = program.compilerPath ?? SandboxProgram.defaultCompilerPath
        let identity: JSONValue = [
            "form": 1, "source": .string(job.sourceHash), "entry": JSONValue(job.entry), "era": .string(job.era.rawValue),
            "plugin": job.plugin.json, "config": JSONValue(job.configID),
            "task_timeout_seconds": JSONValue(job.limits.taskTimeoutSeconds),
            "compiler": .string(compiler + " " + SandboxProgram.identity(ofFile: compiler)),
            "sandbox": .string(SandboxProgram.identity(ofFile: program.path)),
        ]
        return identity.digest
    }

    /// The outcome that was stored under the key.
    package func value(for key: String) -> JSONValue? {
        guard isPrivate(directory) else { return nil }
        let path = file(key)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard let bytes = contents(descriptor), let end = bytes.firstIndex(of: 10) else { return nil }
        let text = Array(bytes[(end + 1)...])
        guard String(decoding: bytes[..<end], as: UTF8.self) == SHA256.hexadecimal(of: text) else { return nil }
        // Read again lately: the last that is thrown away.
        futimens(descriptor, nil)
        do {
            return try JSONValue(parsing: text)
        } catch {
            return nil
        }
    }

    /// Keeps the outcome; older ones go when there are too many bytes of them.
    package func store(_ value: JSONValue, for key: String) {
        mkdir(directory, 0o700)
        guard isPrivate(directory) else { return }
        let text = Array(value.text.utf8)
        let bytes = Array(SHA256.hexadecimal(of: text).utf8) + [10] + text
        guard bytes.count < maximumBytes else { return }
        let temporary = directory + "/.\(getpid()).\(key.prefix(16))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        let isWhole = write(bytes, to: descriptor)
        close(descriptor)
        guard isWhole, rename(temporary, file(key)) == 0 else {
            unlink(temporary)
            return
        }
        prune()
    }

    private func file(_ key: String) -> String { directory + "/" + key + CompileCache.suffix }

    /// Ours and closed to others: what somebody else could have written is not run.
    private func isPrivate(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return false }
        return status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid() && status.st_mode & 0o022 == 0
    }

    private func contents(_ descriptor: Int32) -> [UInt8]? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
            status.st_size > 0, status.st_size <= maximumBytes
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count) }
            guard got > 0 else { return nil }
            count += got
        }
        return bytes
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var count = 0
        while count < bytes.count {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count) }
            guard written > 0 else { return false }
            count += written
        }
        return true
    }

    /// Removes the entries that were used longest ago until the rest fits, and what a process left half written.
    private func prune() {
        guard let listing = opendir(directory) else { return }
        defer { closedir(listing) }
        var entries: [(path: String, size: Int, used: Int)] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } }
            var status = stat()
            let path = directory + "/" + name
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            if name.hasSuffix(CompileCache.suffix) {
                entries.append((path, Int(status.st_size), status.st_mtim.tv_sec))
            } else if name.hasPrefix("."), time(nil) - status.st_mtim.tv_sec > 3600 {
                unlink(path)
            }
        }
        var total = entries.reduce(0) { $0 + $1.size }
        for entry in entries.sorted(by: { ($0.used, $0.path) < ($1.used, $1.path) }) where total > maximumBytes {
            unlink(entry.path)
            total -= entry.size
        }
    }
}
