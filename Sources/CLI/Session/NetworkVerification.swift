import Models
import Sync

extension Services {
    /// Asks the instance who a token belongs to, for `login`.
    static let verifyOverNetwork: Verify = { (token, settings) throws(Problem) in
        let silent = Progress(
            terminal: Terminal.detect(Environment(), noColor: true), isQuiet: true, isVerbose: false, clock: .system, write: { _ in })
        let api = NetworkAccess.api(origin: settings.origin, token: token, settings: settings, progress: silent)
        let reach = try await Reach.probe(api, bound: nil, next: "phsync login")
        return Services.Identity(email: reach.identity.userEmail, organization: reach.identity.organizationName)
    }
}
