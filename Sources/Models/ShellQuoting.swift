extension String {
    /// The text as one word of a POSIX shell, for commands that a person is told to type.
    package var shellQuoted: String {
        let plain = utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: "@:._-/+=,%".utf8.contains(byte)
            }
        }
        if plain, !isEmpty, !hasPrefix("-") { return self }
        return "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
