/// How sandboxes are run.
package struct SandboxSettings: Sendable {
    package var program: SandboxProgram
    /// Faster and a larger attack surface: for plugins that the person trusts.
    package var usesJIT: Bool
    /// Whether to run plugins although the system does not enforce everything; a report then says so.
    package var allowsGaps: Bool
    package var cache: CompileCache?
    /// Whether a report keeps all steps, logs and requests; without, they only go to the observer.
    package var collects: Bool

    package init(
        program: SandboxProgram, usesJIT: Bool = false, allowsGaps: Bool = false, cache: CompileCache? = nil, collects: Bool = true
    ) {
        self.program = program
        self.usesJIT = usesJIT
        self.allowsGaps = allowsGaps
        self.cache = cache
        self.collects = collects
    }
}
