/// Files that were read before the process gave up reading files.
package struct SandboxFiles {
    /// For messages.
    package var compilerPath: String
    /// Babel's standalone file; nil when it isn't needed, or could not be read.
    package var compiler: UnsafeRawBufferPointer?
    /// A MaxMind database; nil answers as a server without one.
    package var geoip: UnsafeRawBufferPointer?

    /// The bytes have to stay where they are as long as anything uses this.
    package init(compilerPath: String, compiler: UnsafeRawBufferPointer?, geoip: UnsafeRawBufferPointer?) {
        self.compilerPath = compilerPath
        self.compiler = compiler
        self.geoip = geoip
    }

    func readCompiler() throws -> String {
        guard let compiler else { throw MissingCompiler(path: compilerPath) }
        return String(decoding: compiler, as: UTF8.self)
    }
}

private struct MissingCompiler: Error, CustomStringConvertible {
    let path: String

    var description: String { "Babel can't be read from \(path)" }
}
