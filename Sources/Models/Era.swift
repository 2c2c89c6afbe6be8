/// The contract that a plugin server of some time keeps with plugins; an instance's API profile maps to one of them.
package enum Era: String, CaseIterable, Sendable {
    /// No compiler, no imports, batches.
    case december2020 = "2020-12"
    /// The standalone plugin server's last version: TypeScript, imports, metrics, ten tries of setup.
    case october2021 = "2021-10"
    /// Stored source files, lazy setup, timeouts that say where.
    case august2022 = "2022-08"
    /// exportEvents for the last time.
    case november2023 = "2023-11"
    /// composeWebhook, few modules.
    case december2023 = "2023-12"
}

extension Era: Comparable {
    /// By time.
    package static func < (left: Era, right: Era) -> Bool { left.rawValue < right.rawValue }
}
