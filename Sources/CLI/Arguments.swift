/// What was asked for on the command line, checked against the command's own flags and arguments.
struct Arguments: Sendable {
    private let flags: [String: [String]]
    private let positionals: [String: [String]]
    private let known: Set<String>

    init(flags: [String: [String]] = [:], positionals: [String: [String]] = [:], known: Set<String>) {
        self.flags = flags
        self.positionals = positionals
        self.known = known
    }

    func has(_ flag: String) -> Bool {
        check(flag)
        return flags[flag] != nil
    }

    func value(_ flag: String) -> String? {
        check(flag)
        return flags[flag]?.last
    }

    /// The values of a flag that may be repeated, in their order.
    func values(_ flag: String) -> [String] {
        check(flag)
        return flags[flag] ?? []
    }

    /// The value of an integer flag; the parser has checked its range.
    func integer(_ flag: String) -> Int? {
        value(flag).flatMap { Int($0) }
    }

    func positional(_ name: String) -> String? {
        values(of: name).first
    }

    func values(of positional: String) -> [String] {
        check(positional)
        return positionals[positional] ?? []
    }

    /// Whether the command has such a flag at all.
    func knows(_ flag: String) -> Bool { known.contains(flag) }

    private func check(_ name: String) {
        precondition(known.contains(name), "\(name) is neither a flag nor an argument in the command's table entry")
    }
}

/// What the command line comes to.
struct Invocation: Sendable {
    enum Request: Sendable {
        case run(Command)
        /// Help for these words, or the overview when there are none.
        case help([String])
        case version
    }

    let request: Request
    let arguments: Arguments

    var format: OutputFormat {
        arguments.value("output").flatMap(OutputFormat.init(rawValue:)) ?? .text
    }
}
