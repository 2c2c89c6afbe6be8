import Models

/// One assignment of the text that an editor shows.
struct DocumentEntry: Sendable, Equatable {
    enum Name: Hashable, Sendable {
        case enabled, position
        case key(String)

        /// A key as it is written: bare where that is clear, else in quotes, which also tells it from the two words.
        var text: String {
            switch self {
            case .enabled: "enabled"
            case .position: "position"
            case .key(let key): Name.isBare(key) ? key : TerminalEscape.json(JSONValue.string(key).text)
            }
        }

        /// What stands before the equals sign.
        init(bare text: String) {
            switch text {
            case "enabled": self = .enabled
            case "position": self = .position
            default: self = .key(text)
            }
        }

        static func isBare(_ key: String) -> Bool {
            if key.isEmpty || key == "enabled" || key == "position" { return false }
            return key.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "$", "/", "@": true
                default: scalar.value > 0x7F && scalar.properties.isAlphabetic && !TerminalEscape.isUnsafe(scalar)
                }
            }
        }
    }

    let name: Name
    let value: JSONValue
    /// Written with `:=`, so that the kind of the value is meant.
    let isTyped: Bool
    /// Its lines, counted from 0.
    let lines: Range<Int>
}

/// Something in the text that can't be taken as it is, and the line that it is about.
struct DocumentMistake: Sendable, Equatable {
    let line: Int
    let message: String
}
