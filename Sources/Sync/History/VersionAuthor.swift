package import Models
package import Storage

/// Who made a change, as far as the mirror can tell.
package enum VersionAuthor: Sendable, Hashable {
    /// A push from this mirror.
    case you
    /// As the activity log names them.
    case person(String)
    case unknown
}

/// Finds who made the changes of a version: pushes are the person's own, of others the activity log may know.
///
/// A version is known from when a pull saw it; what the log has between the version before and that moment is about it. The
/// two clocks are not the same one, so a little more is looked at.
package struct VersionAuthors: Sendable {
    private static let clockSlackSeconds: Int64 = 120

    private let entries: [(at: Timestamp, entry: ActivityEntry)]

    /// - Parameter rows: About one thing, the newest first.
    package init(_ rows: [ActivityRow]) {
        entries = rows.compactMap { row in ActivityEntry(row.json).map { (row.at, $0) } }
    }

    /// Who changed this field of a config.
    func author(of field: ConfigField, isSecret: Bool, after: JSONValue?, in window: Window) -> VersionAuthor {
        author(in: window) { $0.isAbout(field, isSecret: isSecret, after: after) }
    }

    /// Who did anything to it.
    package func author(in window: Window) -> VersionAuthor {
        author(in: window) { _ in true }
    }

    /// The time in which a version was made: after the version before was recorded, and before it was itself.
    package struct Window: Sendable {
        /// The look that did not show the change yet.
        package let after: Timestamp
        /// The look that showed it.
        package let until: Timestamp

        package init(after: Timestamp, until: Timestamp) {
            self.after = after
            self.until = until
        }
    }

    private func author(in window: Window, where matches: (ActivityEntry) -> Bool) -> VersionAuthor {
        let slack = VersionAuthors.clockSlackSeconds
        let possible = entries.filter { at, entry in
            at >= window.after.adding(seconds: -slack) && at <= window.until.adding(seconds: slack) && matches(entry)
        }
        // What lies in the window itself comes before what only a wrong clock would explain.
        let inside = possible.first { $0.at >= window.after && $0.at <= window.until }
        guard let name = (inside ?? possible.first)?.entry.author, !name.isEmpty else { return .unknown }
        return .person(name)
    }
}

extension ActivityEntry {
    /// Whether the entry tells of a change of this field to this value.
    ///
    /// Of a secret the log names neither key nor value.
    /// - Source: docs/api.md, "Activity".
    fileprivate func isAbout(_ field: ConfigField, isSecret: Bool, after: JSONValue?) -> Bool {
        switch field {
        case .enabled: activity == (after == true ? "enabled" : "disabled")
        case .order: activity == "order_changed"
        case .deleted: activity == "deleted"
        case .attachment: activity.hasPrefix("attachment_")
        case .key(let key):
            activity == "config_updated" && changes.contains { change in
                let named = change["field"]?.string
                return isSecret ? named == nil || named == key : named == key && (change["after"] ?? .null) == (after ?? .null)
            }
        }
    }

    private var changes: [JSONValue] { json["detail"]?["changes"]?.array ?? [] }
}
