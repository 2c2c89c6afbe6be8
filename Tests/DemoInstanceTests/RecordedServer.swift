import DemoInstance
import Testing

/// A recorded server, and how its recording is compared with what the demo instance answers.
struct RecordedServer: Sendable, CustomTestStringConvertible {
    /// What is not compared byte for byte in a file, beside what the recording itself calls unordered.
    enum Rule: Sendable {
        /// A look into the database, or a race that the recording tells only the end of.
        case notSent
        /// A race: whichever came second saw the other's row.
        case statusOnly
        /// Entries of one instant come in any order.
        case freeOrderInAnInstant
        /// Which entries of one instant a limit cuts off is anybody's guess.
        case anyOfAnInstant
        /// Figures of the machine.
        case figures
        /// A time of the exchange.
        case timeOfUse
        /// The seconds to wait.
        case seconds
    }

    let profile: DemoProfile
    let folder: String
    let exceptions: String
    /// Where the recording's state tells the clock that makes answers relative to now come out as recorded.
    let clockSetting: String
    let rules: [String: Rule]
    /// Files that are replayed and compared.
    let comparedCount: Int

    var testDescription: String { profile.name }

    static let all = [posthog1_26, posthog2023_11]

    static let posthog1_26 = RecordedServer(
        profile: .posthog1_26, folder: "recorded/posthog-1.26", exceptions: "conformance-exceptions-1.26.json",
        clockSetting: "clock_first_exchange",
        rules: [
            "017-instance-status.json": .figures, "159-secret-patch-mask-database.json": .notSent,
            "263-logs-same-instant.json": .freeOrderInAnInstant, "264-logs-same-instant-limit.json": .anyOfAnInstant,
            "318-race-different-fields.json": .statusOnly, "319-race-plugin-fields.json": .statusOnly,
            "323-race-attachment.json": .statusOnly, "335-personal-api-keys.json": .timeOfUse,
        ], comparedCount: 346)

    static let posthog2023_11 = RecordedServer(
        profile: .posthog2023_11, folder: "recorded/posthog-2023-11", exceptions: "conformance-exceptions-2023-11.json",
        clockSetting: "clock_of_metrics",
        rules: [
            "117-secret-mask-database.json": .notSent, "172-logs-same-instant.json": .freeOrderInAnInstant,
            "207-race-config-fields.json": .notSent, "208-race-plugin-fields.json": .notSent,
            "215-rate-limited.json": .seconds, "216-rate-limited-post.json": .seconds,
        ], comparedCount: 214)
}
