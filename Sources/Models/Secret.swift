/// A value that must never be seen: it prints as `<redacted>` everywhere and is revealed only into a request's body.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    package init(_ value: String) {
        self.value = value
    }

    /// The value itself. Call this only where a request body or the person's own 0600 file is made.
    package func reveal() -> String { value }

    package var description: String { Secret.redacted }
    package var debugDescription: String { Secret.redacted }
    package var customMirror: Mirror { Mirror(self, children: []) }

    package static let redacted = "<redacted>"

    /// What the server shows instead of a secret that is set; written back, it would destroy the secret.
    /// - Source: docs/api.md, "Secrets".
    package static let mask = "**************** POSTHOG SECRET FIELD ****************"
}

/// Replaces secrets that a server shows in clear (an object-form schema masks nothing) by a keyed digest,
/// before anything is stored: the mirror can tell that one changed, and never holds it.
package struct SecretRedaction: Sendable {
    private let key: [UInt8]

    /// - Parameter key: Random bytes that never leave the mirror.
    package init(key: [UInt8]) {
        self.key = key
    }

    private static let prefix = "phsync:redacted:"

    /// `config` with the clear values of `secretKeys` replaced; the mask, null and "" say nothing and stay.
    package func redacted(_ config: JSONObject, secretKeys: Set<String>) -> JSONObject {
        var members = config.members
        for index in members.indices where secretKeys.contains(members[index].key) {
            members[index].value = redacted(members[index].value)
        }
        return JSONObject(members)
    }

    /// The digest that stands for the value, equal for equal values; null, an empty text, the mask and what describes a file stay.
    package func redacted(_ value: JSONValue) -> JSONValue {
        if value.isNull || value == "" || value == .string(Secret.mask) || SecretRedaction.isRedacted(value) { return value }
        if AttachmentInfo(value) != nil { return value }
        let digest = SHA256.authentication(of: Array(value.canonicalText.utf8), key: key)
        return .string(SecretRedaction.prefix + digest)
    }

    /// A digest that only this mirror can make; absent and null differ.
    package func digest(_ value: JSONValue?) -> String {
        SHA256.authentication(of: Array((value.map { "=" + $0.canonicalText } ?? "").utf8), key: key)
    }

    /// Whether the value stands for a secret that was replaced here.
    package static func isRedacted(_ value: JSONValue) -> Bool {
        value.string?.hasPrefix(prefix) ?? false
    }
}
