import Models

/// The id of a plugin's config on its instance; a negative one is a draft that exists only here.
public struct ConfigID: Hashable, Sendable, CustomStringConvertible {
    public let rawValue: Int64

    public init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    public var description: String { PluginConfigID(rawValue).subject }
}

/// The id of an error group, "E12": given at first sight and never to another one.
public struct ErrorID: Hashable, Sendable, CustomStringConvertible {
    public let rawValue: Int64

    public init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    public var description: String { "E\(rawValue)" }
}

/// A config in a list.
public struct ConfigSummary: Sendable, Equatable, Identifiable {
    public let id: ConfigID
    public let plugin: String
    public let project: String
    /// As the remote has it.
    public let isEnabled: Bool
    /// How many edits of it wait.
    public let editCount: Int
}

/// One config with its fields in the order of the plugin's schema.
public struct ConfigDetails: Sendable, Equatable {
    public let id: ConfigID
    public let title: String
    /// With the edits that wait.
    public let isEnabled: Bool
    public let fields: [ConfigFieldDetails]
}

/// One field of a config, as a form shows it.
public struct ConfigFieldDetails: Sendable, Equatable, Identifiable {
    public enum Form: Sendable, Equatable {
        case text, json, file
        case choice([ConfigValue])
    }

    /// The key.
    public let id: String
    public let name: String
    /// "" when the plugin's author gave none.
    public let hint: String
    public let form: Form
    public let isRequired: Bool
    public let isSecret: Bool
    /// With the edit that waits, if one does.
    public let value: ConfigValue
    public let isEdited: Bool
    /// What the remote has when both sides changed the field; nil when there is nothing to decide.
    public let conflict: ConfigValue?
}

/// A value as it may be shown: of a secret only whether it is set.
public enum ConfigValue: Sendable, Equatable {
    case absent
    case text(String)
    /// Any other JSON than a text, as it is written: `42`, `["a"]`, every digit as the server sent it.
    case json(String)
    case secret(isSet: Bool)
    case file(name: String, bytes: Int64)

    init(_ value: ShownValue) {
        self =
            switch value {
            case .absent: .absent
            case .value(let value): ConfigValue(value)
            case .secret(let isSet): .secret(isSet: isSet)
            case .newSecret: .secret(isSet: true)
            case .file(let name, _, let bytes): .file(name: name, bytes: bytes)
            }
    }

    init(_ value: JSONValue) {
        self = value.string.map(ConfigValue.text) ?? .json(value.text)
    }

    /// For a line of text.
    public var text: String {
        switch self {
        case .absent: "(not set)"
        case .text(let text): text
        case .json(let json): json
        case .secret(let isSet): isSet ? "(secret, set)" : "(secret, not set)"
        case .file(let name, let bytes): "\(name) (\(bytes) bytes)"
        }
    }
}

/// What a field is to become.
public enum NewValue: Sendable, Equatable {
    case text(String)
    /// JSON of any kind; a number keeps every digit.
    case json(String)
    /// The new value of a secret; it waits in a private file until a push has sent it.
    case secret(String)
    /// The key goes; a secret is cleared.
    case none
}

/// A kind of error: the same mistake, however often it was made.
public struct ErrorGroup: Sendable, Equatable, Identifiable {
    public enum State: String, Sendable, CaseIterable {
        case new, seen, muted, resolved
        /// It occurred after it was resolved.
        case returned
    }

    public let id: ErrorID
    public let plugin: String
    /// Of the latest occurrence; nil for an error of the plugin as such.
    public let config: ConfigID?
    public let project: String?
    public let name: String
    public let message: String
    public let count: Int
    public let firstSeenMilliseconds: Int64
    public let lastSeenMilliseconds: Int64
    public let state: State
    public let note: String

    /// Whether nobody has looked at it.
    public var isUnseen: Bool { state == .new || state == .returned }
}

/// What is known of an error group beyond its line in a list.
public struct ErrorDetails: Sendable, Equatable {
    public let group: ErrorGroup
    public let stack: String?
    /// The event that failed, as JSON; scrubbed of personal data unless that was asked for.
    public let event: String?
    /// Occurrences of the last days, the oldest first; one number for each day.
    public let days: [Int]
}

/// What a person did to an error group.
public enum ErrorAction: Sendable, CaseIterable {
    case look, mute, unmute, resolve
}

extension ErrorGroup.State {
    init(_ state: InboxState) {
        self =
            switch state {
            case .new: .new
            case .seen: .seen
            case .muted: .muted
            case .resolved: .resolved
            case .returned: .returned
            }
    }
}
