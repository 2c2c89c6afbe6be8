/// How severe a log entry is, the least first; what the API calls its type.
package enum LogLevel: Int64, Sendable, CaseIterable, Comparable {
    case debug, log, info, warn, error
    /// A word that this version does not know: the most severe, so that no filter hides it.
    case other

    /// "WARN", as the server spells it; empty for `other`.
    package var word: String {
        switch self {
        case .debug: "DEBUG"
        case .log: "LOG"
        case .info: "INFO"
        case .warn: "WARN"
        case .error: "ERROR"
        case .other: ""
        }
    }

    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}

/// Who wrote a log entry.
package enum LogSource: Int64, Sendable, CaseIterable {
    /// The plugin server itself.
    case system
    /// An error that the plugin threw.
    case plugin
    /// The plugin's `console`.
    case console
    /// A word that this version does not know.
    case other

    package var word: String {
        switch self {
        case .system: "SYSTEM"
        case .plugin: "PLUGIN"
        case .console: "CONSOLE"
        case .other: ""
        }
    }
}

/// One line of a config's log.
///
/// What this version does not know stays in `extra` under the server's names: words of other levels and sources, an
/// `instance_id` that is no UUID, and members of later versions.
package struct LogEntry: Sendable, Equatable {
    /// The server's, usually a UUID.
    package let id: String
    package let configID: PluginConfigID
    package let time: ServerTime
    package let level: LogLevel
    package let source: LogSource
    package let message: String
    /// The plugin server's process that wrote it.
    package let instanceID: UUIDBytes?
    package let extra: JSONObject

    package init(
        id: String, configID: PluginConfigID, time: ServerTime, level: LogLevel, source: LogSource, message: String,
        instanceID: UUIDBytes? = nil, extra: JSONObject = JSONObject()
    ) {
        self.id = id
        self.configID = configID
        self.time = time
        self.level = level
        self.source = source
        self.message = message
        self.instanceID = instanceID
        self.extra = extra
    }

    /// Reads the server's row.
    ///
    /// - Parameter config: The config that was asked for: 1.26 does not repeat it in the rows.
    package init(_ json: JSONValue, of config: PluginConfigID) throws(DecodeError) {
        guard var rest = json.object else { throw DecodeError(entity: "log entry", field: "", found: json.kind) }
        func text(_ field: String) throws(DecodeError) -> String {
            guard let text = json[field]?.string, !text.isEmpty || field == "message" else {
                throw DecodeError(entity: "log entry", field: field, found: json[field]?.kind ?? "nothing")
            }
            return text
        }
        id = try text("id")
        configID = config
        guard let time = ServerTime(try text("timestamp")) else {
            throw DecodeError(entity: "log entry \(id)", field: "timestamp", found: "another form of time")
        }
        self.time = time
        message = try text("message")
        let type = json["type"]?.string ?? ""
        let origin = json["source"]?.string ?? ""
        level = LogLevel.allCases.first { $0.word == type && !type.isEmpty } ?? .other
        source = LogSource.allCases.first { $0.word == origin && !origin.isEmpty } ?? .other
        instanceID = json["instance_id"]?.string.flatMap { UUIDBytes($0) }
        for known in ["id", "team_id", "plugin_id", "plugin_config_id", "timestamp", "message"] { rest[known] = nil }
        if level != .other { rest["type"] = nil }
        if source != .other { rest["source"] = nil }
        if instanceID != nil { rest["instance_id"] = nil }
        extra = rest
    }

    /// The level as the server spelled it.
    package var levelWord: String { level == .other ? extra["type"]?.string ?? "?" : level.word }
    /// The source as the server spelled it.
    package var sourceWord: String { source == .other ? extra["source"]?.string ?? "?" : source.word }
}

/// The sixteen bytes of a UUID.
package struct UUIDBytes: Sendable, Hashable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// Takes the bytes as they are stored; nil when they are no id.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Takes the form that the servers write and nothing else, so that the same text comes back: lower case, five groups.
    package init?(_ text: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        var high: UInt8?
        var position = 0
        for character in text.utf8 {
            defer { position += 1 }
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard character == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = UUIDBytes.digit(character) else { return nil }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard position == 36, bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(UUIDBytes.digits[Int(byte >> 4)])
            text.append(UUIDBytes.digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
