import Models
import Storage

/// What a copy changes in its target, and what it can't take along; a pure function of the two.
struct CopyEdits: Sendable {
    /// Values only; never the switch and the order.
    private(set) var edits: NewEdits = []
    /// Secrets that the source has set.
    private(set) var secrets: [String] = []
    /// Files whose contents are in the source's mirror.
    private(set) var waitingFiles: [(key: String, file: WaitingFile)] = []
    /// Files whose contents only the server has.
    private(set) var serverFiles: [String] = []
    /// Files of the target that the source does not have; they stay.
    private(set) var extraFiles: [String] = []
    /// Values and files that the target's schema does not know; the values are copied.
    private(set) var unknownKeys: [String] = []

    init(_ source: CopySource, _ target: EditTarget) {
        let secretKeys = source.secretKeys.union(target.secretKeys)
        for (key, value) in source.content.values.effectivePairs {
            if target.schema[key] == nil { unknownKeys.append(key) }
            if CopyEdits.isSecret(key, value, secretKeys) {
                if !value.isNull && value != "" { secrets.append(key) }
            } else if target.local.values[key] != value {
                edits.append((.key(key), .value(value)))
            }
        }
        for (key, value) in target.local.values.effectivePairs
        where source.content.values[key] == nil && !CopyEdits.isSecret(key, value, secretKeys) {
            edits.append((.key(key), .unset))
        }
        addFiles(source, target)
    }

    private static func isSecret(_ key: String, _ value: JSONValue, _ secretKeys: Set<String>) -> Bool {
        secretKeys.contains(key) || value == .string(Secret.mask) || SecretRedaction.isRedacted(value)
    }

    private mutating func addFiles(_ source: CopySource, _ target: EditTarget) {
        for key in source.content.attachments.keys.sorted() {
            if !target.schema.attachmentKeys.contains(key) {
                unknownKeys.append(key)
            } else if let file = source.waitingFiles[key] {
                waitingFiles.append((key, file))
            } else {
                serverFiles.append(key)
            }
        }
        extraFiles = target.local.attachments.keys.filter { source.content.attachments[$0] == nil }.sorted()
    }
}

extension JSONObject {
    /// Each key once, with the value that counts.
    fileprivate var effectivePairs: [(key: String, value: JSONValue)] {
        effective.map { ($0.key, $0.value) }
    }
}
