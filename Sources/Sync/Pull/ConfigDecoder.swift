import Models
import Storage

/// Turns the server's rows into configs, with every secret redacted that any known schema ever marked.
final class ConfigDecoder {
    private let mirror: MirrorTransaction
    private let redaction: SecretRedaction
    private var secretKeys: [PluginID: Set<String>] = [:]

    init(_ mirror: MirrorTransaction) throws(MirrorError) {
        self.mirror = mirror
        redaction = try mirror.meta.redaction()
    }

    /// - Returns: The config and the keys that count as secret for it; of a plugin that nobody knows, all of them.
    func config(_ row: JSONValue) throws(MirrorError) -> (PluginConfig, secretKeys: Set<String>) {
        let keys = try secretKeys(of: PluginID(row["plugin"]?.int ?? 0), row)
        do {
            return (try PluginConfig(row, secretKeys: keys, redaction: redaction), keys)
        } catch {
            throw MirrorError(
                aborting: Problem(
                    .failed, code: "bad-answer",
                    message: "The instance sent a config that is none: \(error). Nothing of that page was stored.",
                    next: "phsync doctor"))
        }
    }

    private func secretKeys(of plugin: PluginID, _ row: JSONValue) throws(MirrorError) -> Set<String> {
        if let known = secretKeys[plugin] { return known }
        guard try mirror.plugins.contains(plugin) else { return Set(row["config"]?.object?.keys ?? []) }
        let keys = try mirror.plugins.secretKeys(plugin)
        secretKeys[plugin] = keys
        return keys
    }
}
