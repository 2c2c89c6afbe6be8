package import Models
import Storage

/// Since when a field of a config has its value, and from whom.
package struct FieldOrigin: Sendable {
    /// Set now, or edited.
    package let field: ConfigField
    /// Of a secret only whether it is set.
    package let value: ShownValue
    /// The version that brought the value; the oldest one when none did that is still kept.
    package let version: ConfigVersion
    /// Whether the value may be older than that version.
    package let mayBeOlder: Bool
    /// Of the version that brought the value.
    package let author: VersionAuthor
}

extension ConfigHistory {
    /// Of each field that the latest version has, where its value comes from.
    package var origins: [FieldOrigin] {
        guard let latest = versions.first, let oldest = versions.last else { return [] }
        let fields = latest.content.fields(with: latest.content).filter { $0 != .deleted || latest.content.isDeleted }
        return fields.map { field in
            let value = ShownValue(latest.content[field], isSecret: field.isSecret(among: secretKeys))
            for version in versions {
                guard let change = version.changes.first(where: { $0.change.field == field }) else { continue }
                return FieldOrigin(field: field, value: value, version: version, mayBeOlder: false, author: change.author)
            }
            let isCreate = oldest.row.origin == .create
            return FieldOrigin(
                field: field, value: value, version: oldest, mayBeOlder: !isCreate, author: isCreate ? .you : .unknown)
        }
    }
}
