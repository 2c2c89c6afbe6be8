/// An id that the server gives; typed, so that a plugin's can't stand where a config's belongs.
package protocol EntityID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible where RawValue == Int64 {
    init(rawValue: Int64)
}

extension EntityID {
    package init(_ value: Int64) { self.init(rawValue: value) }
    package var description: String { String(rawValue) }
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The server's id of an installed plugin; the same in all projects of its organization.
package struct PluginID: EntityID {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
}

/// The server's id of a plugin config, or a negative number for a draft that exists only here until a push creates it.
package struct PluginConfigID: EntityID {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }

    package var isDraft: Bool { rawValue < 0 }
    /// "config:12", the form that every message and selector uses.
    package var subject: String { isDraft ? "draft:\(rawValue.magnitude)" : "config:\(rawValue)" }
}

/// A project's id; the API calls the same number `team_id` in its rows.
package struct ProjectID: EntityID {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }

    package var subject: String { "project:\(rawValue)" }
}

extension PluginID {
    package var subject: String { "plugin:\(rawValue)" }
}

/// An organization's UUID as the server spells it.
package struct OrganizationID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package var description: String { rawValue }
}
