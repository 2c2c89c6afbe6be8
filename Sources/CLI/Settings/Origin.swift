/// Where an instance lives: scheme, host and port, in one spelling.
struct Origin: Sendable, Hashable, CustomStringConvertible {
    /// Why a text is not an origin, as the end of a sentence.
    struct Mistake: Error, Equatable {
        let reason: String
    }

    enum Scheme: String, Sendable {
        case http, https
    }

    let scheme: Scheme
    /// Lower case; an IPv6 address without its brackets.
    let host: String
    let port: Int

    /// Reads "us.posthog.com", "https://us.posthog.com/" or "http://127.0.0.1:8000"; https when no scheme is given.
    init(_ text: String) throws(Mistake) {
        var rest = text.trimmingSpace[...]
        scheme = try Self.takeScheme(&rest)
        if rest.contains("@") { throw Mistake(reason: "a user name or password can't be part of it") }
        if rest.last == "/" { rest.removeLast() }
        if rest.contains(where: { "/?#\\".contains($0) }) {
            throw Mistake(reason: "only scheme, host and port belong there, without a path")
        }
        host = try Self.takeHost(&rest).lowercased()
        port = try Self.port(rest) ?? (scheme == .https ? 443 : 80)
    }

    /// The spelling that is stored, compared and sent: no default port, no slash at the end.
    var description: String {
        "\(scheme.rawValue)://\(host.contains(":") ? "[\(host)]" : host)\(hasDefaultPort ? "" : ":\(port)")"
    }

    /// Whether what is sent there never leaves the machine.
    var isLoopback: Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
        // Four numbers, so that "127.example.com" does not pass for an address.
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Whether a key would travel in the clear.
    var needsAllowHTTP: Bool { scheme == .http && !isLoopback }

    /// The name of the context for an origin that was given without one: "us.posthog.com", "127.0.0.1-8000".
    var contextName: String {
        let name = host.contains(":") ? "ipv6-" + host.split(separator: ":").joined(separator: "-") : host
        // The port of plain http is always said, so that both schemes of a host have names of their own.
        return name + (scheme == .https && hasDefaultPort ? "" : "-\(port)")
    }

    private var hasDefaultPort: Bool { port == (scheme == .https ? 443 : 80) }

    private static func takeScheme(_ rest: inout Substring) throws(Mistake) -> Scheme {
        var colon = rest.startIndex
        while colon < rest.endIndex, !rest[colon...].hasPrefix("://") { colon = rest.index(after: colon) }
        guard colon < rest.endIndex else { return .https }
        guard let scheme = Scheme(rawValue: rest[..<colon].lowercased()) else {
            throw Mistake(reason: "it has to begin with https:// or http://")
        }
        rest = rest[rest.index(colon, offsetBy: 3)...]
        return scheme
    }

    private static func takeHost(_ rest: inout Substring) throws(Mistake) -> String {
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { throw Mistake(reason: "a bracket is not closed") }
            let address = rest[rest.index(after: rest.startIndex)..<end]
            rest = rest[rest.index(after: end)...]
            guard !address.isEmpty, address.contains(":"), address.allSatisfy({ $0 == ":" || $0 == "." || $0.isHexDigit && $0.isASCII })
            else { throw Mistake(reason: "there is no IPv6 address in the brackets") }
            return String(address)
        }
        var name = rest.prefix { $0 != ":" }
        rest = rest.dropFirst(name.count)
        if name.last == "." { name.removeLast() }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard !name.isEmpty, labels.allSatisfy(isLabel) else {
            throw Mistake(reason: "the host may have letters, digits, hyphens and dots only")
        }
        return String(name)
    }

    private static func isLabel(_ label: Substring) -> Bool {
        !label.isEmpty && label.first != "-" && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }

    private static func port(_ rest: Substring) throws(Mistake) -> Int? {
        guard !rest.isEmpty else { return nil }
        let digits = rest.dropFirst()
        guard rest.first == ":", digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(digits), (1...65535).contains(port) else {
            throw Mistake(reason: "the port is a number from 1 to 65535")
        }
        return port
    }
}
