package import Models

/// A change that may be why something began to fail.
package struct OnsetChange: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case config, order
        /// Another release of the plugin, or its name, schema and so on.
        case plugin
        case code
        /// Something that only the activity log tells.
        case other
    }

    /// Which part of the plugin's world was changed.
    package let kind: Kind
    /// nil for what is about the plugin itself.
    package let configID: PluginConfigID?
    /// The earliest moment that it can have been made at; nil when nothing tells.
    package let after: Timestamp?
    /// When it was made where the activity log says so, else when a pull first saw it.
    package let at: Timestamp
    /// Whether `at` is the moment itself.
    package let isExact: Bool
    /// Fields of a config, redacted.
    package let changes: [Change]
    /// What else changed, a line each: "tag: 1.0.0 → 1.1.0", "index.ts changed".
    package let notes: [String]
    /// As far as the activity log tells.
    package let author: VersionAuthor
    /// "GeoIP (config:3)": the config that got its events first, where the change is not about the failing plugin itself.
    package let upstream: String?

    package init(
        kind: Kind, configID: PluginConfigID?, after: Timestamp?, at: Timestamp, isExact: Bool, changes: [Change] = [], notes: [String] = [],
        author: VersionAuthor, upstream: String? = nil
    ) {
        self.kind = kind
        self.configID = configID
        self.after = after
        self.at = at
        self.isExact = isExact
        self.changes = changes
        self.notes = notes
        self.author = author
        self.upstream = upstream
    }

    /// The same change, of a config whose events come to the failing one.
    func of(upstream: String) -> OnsetChange {
        OnsetChange(
            kind: kind, configID: configID, after: after, at: at, isExact: isExact, changes: changes, notes: notes, author: author, upstream: upstream)
    }

    /// Whether it can have been made before `onset`: a change that is known from a pull may be older than that pull.
    package func mayPrecede(_ onset: Timestamp) -> Bool { isExact ? at <= onset : (after ?? at) <= onset }
}

extension OnsetChange {
    /// How long before a failure a change is still looked at.
    package static let reachSeconds: Int64 = 14 * 86_400

    /// Those that may explain what began at `onset`, the likeliest first: the closest before it, of two the plugin's own.
    ///
    /// A change that only a pull has seen may have been made at any time since the pull before, so one whose span holds the
    /// onset is as close as can be.
    package static func before(_ onset: Timestamp, among changes: [OnsetChange], limit: Int = 5) -> [OnsetChange] {
        let near = changes.filter { change in
            change.mayPrecede(onset) && change.at >= onset.adding(seconds: -reachSeconds)
        }
        let sorted = near.enumerated().sorted { left, right in
            let (a, b) = (left.element.distance(to: onset), right.element.distance(to: onset))
            return a == b ? left.offset < right.offset : a < b
        }
        return Array(sorted.prefix(limit).map(\.element))
    }

    private func distance(to onset: Timestamp) -> Int64 { max(0, onset.milliseconds - at.milliseconds) }
}
