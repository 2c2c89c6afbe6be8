import Models
import Storage
import Sync

/// The server that `posthogVersion` of a plugin.json is held against.
struct ServerToMeet: Sendable, Equatable {
    /// nil when it is not known, or the server checks none.
    let version: String?
    /// Whether it has the plugins already; it checks them again when they are upgraded.
    let isInstalled: Bool
    /// Said of plugins that ask for a version.
    let note: String?

    static let unknown = ServerToMeet(version: nil, isInstalled: false, note: nil)

    /// `--posthog-version`.
    static func flag(_ context: CommandContext) throws(Problem) -> ServerToMeet? {
        guard let text = context.arguments.value("posthog-version") else { return nil }
        guard VersionRequirement.isVersion(text) else {
            throw Problem(
                .usage, code: "bad-version", subject: "--posthog-version", message: "\"\(text)\" is no version: write three numbers, as in \(VersionRequirement.frozenVersion)")
        }
        return ServerToMeet(version: text, isInstalled: false, note: nil)
    }

    private init(version: String?, isInstalled: Bool, note: String?) {
        self.version = version
        self.isInstalled = isInstalled
        self.note = note
    }

    /// What the instance last said, else what can be told from its age; PostHog's own instances check no version.
    init(_ instance: Instance, _ mirror: Mirror) throws(Problem) {
        let (said, facts) = try mirror.look { mirror in (try mirror.meta.versionToMeet(), try MirrorSubjects.facts(in: mirror)) }
        let isCloud = instance.origin.host.hasSuffix(".posthog.com")
        let isFrozen = EraGuess(facts).era >= .november2023
        let version = said ?? (isFrozen ? VersionRequirement.frozenVersion : nil)
        let note = version == nil ? "posthogVersion: the mirror does not know the instance's version (--posthog-version)" : nil
        self.init(version: isCloud ? nil : version, isInstalled: true, note: isCloud ? nil : note)
    }
}
