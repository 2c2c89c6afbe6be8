import Models

/// What commands of this module need from the network and the mirror, as functions that are put in from outside.
struct Services: Sendable {
    /// Who a token belongs to, as the server says.
    struct Identity: Sendable, Equatable {
        let email: String
        let organization: String
    }

    /// Asks the server who the token belongs to.
    ///
    /// Throws `.permission` when the server refuses the token and `.temporary` when it can't be asked now; nil when this
    /// build can't ask.
    typealias Verify = @Sendable (Token, ContextSettings) async throws(Problem) -> Identity

    /// Says whether the mirror at that path holds edits that were not pushed; nil when this build can't tell.
    typealias HasUnsentEdits = @Sendable (_ mirrorFile: String) async throws(Problem) -> Bool

    var verify: Verify?
    var hasUnsentEdits: HasUnsentEdits?
    /// Finds the sandbox that runs plugins; throws when there is none. nil when this build has no sandbox.
    typealias FindSandbox = @Sendable (CommandContext) throws(Problem) -> SandboxService

    var sandbox: FindSandbox?
    /// What `doctor` looks at, in the order of its report.
    var doctorChecks: [DoctorCheck] = DoctorCheck.local

    /// The services of the program.
    static let standard = Services(
        verify: verifyOverNetwork, hasUnsentEdits: hasUnsentEditsInMirror, sandbox: sandboxOfProcesses,
        doctorChecks: DoctorCheck.local + [.sandbox, .compiler, .mirror, .instance])
}
