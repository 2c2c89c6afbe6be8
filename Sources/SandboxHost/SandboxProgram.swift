import Glibc

/// Where phsync-sandbox and the compiler that it loads are.
package struct SandboxProgram: Sendable, Equatable {
    package let path: String
    /// The compiler's file when it is not where the system's package puts it.
    package let compilerPath: String?

    package init(path: String, compilerPath: String? = nil) {
        self.path = path
        self.compilerPath = compilerPath
    }

    /// What the compiler's file is when nobody says otherwise.
    package static let defaultCompilerPath = "/usr/share/nodejs/@babel/standalone/babel.min.js"

    /// Finds the program: where `PHSYNC_SANDBOX` says, else beside the one that runs, else in the directories of `PATH`.
    ///
    /// - Parameter directory: Of the program that runs; nil when it can't be told.
    package static func find(environment: [String: String], besides directory: String?) throws(SandboxError) -> SandboxProgram {
        let compiler = environment["PHSYNC_BABEL"].flatMap { $0.isEmpty ? nil : $0 }
        if let path = environment["PHSYNC_SANDBOX"], !path.isEmpty {
            guard access(path, X_OK) == 0 else {
                throw SandboxError(.missing, subject: path, message: "PHSYNC_SANDBOX names \(path), which can't be run")
            }
            return SandboxProgram(path: path, compilerPath: compiler)
        }
        // Only absolute directories: what lies in the one that somebody happens to stand in is not ours.
        let directories = [directory].compactMap { $0 } + (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        for directory in directories where directory.hasPrefix("/") && access(directory + "/" + name, X_OK) == 0 {
            return SandboxProgram(path: directory + "/" + name, compilerPath: compiler)
        }
        throw SandboxError(
            .missing, subject: name,
            message: "\(name) is neither beside phsync nor on PATH; set PHSYNC_SANDBOX to where it is, or install phsync again")
    }

    package static let name = "phsync-sandbox"

    /// The directory of the program that runs.
    package static var ownDirectory: String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        let path = String(decoding: buffer[..<count], as: UTF8.self)
        return path.lastIndex(of: "/").map { String(path[..<$0]) }
    }

    /// All that the process gets to see of an environment.
    ///
    /// Universal time and no locale, so that the same job gives the same bytes everywhere.
    func variables(_ settings: SandboxSettings) -> [String] {
        // The servers' engine has no tail calls: frames stay in stacks, and endless recursion ends.
        var variables = ["TZ=UTC", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "JSC_useTailCalls=0", "JSC_useJIT=\(settings.usesJIT ? 1 : 0)"]
        if settings.allowsGaps { variables.append("PHSYNC_SANDBOX_UNPROTECTED=1") }
        if let compilerPath { variables.append("PHSYNC_BABEL=\(compilerPath)") }
        // What phsync itself was found with: its libraries are the sandbox's too.
        if let path = getenv("LD_LIBRARY_PATH") { variables.append("LD_LIBRARY_PATH=\(String(cString: path))") }
        return variables
    }

    /// Something that changes when the file does, without reading it.
    static func identity(ofFile path: String) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { return "none" }
        return "\(status.st_size).\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }
}
