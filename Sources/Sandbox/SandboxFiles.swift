import Glibc
import Models
import Runtime

/// What has to be read before files are out of reach.
extension SandboxFiles {
    init(for job: DryRunJob) {
        // The cached outcome makes the compiler unnecessary: that is most of a cold start.
        let needsCompiler = job.compiled == nil || job.kind == .check
        let path = getenv("PHSYNC_BABEL").map { String(cString: $0) } ?? SandboxFiles.defaultCompiler
        self.init(
            compilerPath: path, compiler: needsCompiler ? SandboxFiles.contents(path) : nil,
            geoip: job.geoipPath.flatMap(SandboxFiles.contents))
    }

    /// Where Debian's package puts it.
    static let defaultCompiler = "/usr/share/nodejs/@babel/standalone/babel.min.js"

    /// The bytes of a file, mapped and never unmapped: nil when it can't be read.
    private static func contents(_ path: String) -> UnsafeRawBufferPointer? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return nil }
        let size = Int(status.st_size)
        guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else { return nil }
        return UnsafeRawBufferPointer(start: address, count: size)
    }
}
