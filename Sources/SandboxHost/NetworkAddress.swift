import Glibc

/// Which addresses belong to everybody's network and which to the person's own.
enum NetworkAddress {
    /// Whether the address, four or sixteen bytes in network order, is one of the public Internet.
    ///
    /// - Source: the registries of special-purpose addresses (RFC 6890 and its updates).
    static func isPublic(_ address: [UInt8]) -> Bool {
        switch address.count {
        case 4: isPublicIPv4(address)
        case 16:
            if let inner = embeddedIPv4(address) { isPublicIPv4(inner) } else { address[0] & 0xE0 == 0x20 && !isDocumentation(address) }
        default: false
        }
    }

    /// Everything outside 2000::/3 is local, multicast or not given out; within it, these are for documentation and benchmarks.
    private static func isDocumentation(_ address: [UInt8]) -> Bool {
        address[0] == 0x20 && address[1] == 0x01 && (address[2] == 0x0D && address[3] == 0xB8 || address[2] == 0x00 && address[3] == 0x02)
    }

    /// An IPv4 address that a translator would make of it: mapped, NAT64 or 6to4.
    private static func embeddedIPv4(_ address: [UInt8]) -> [UInt8]? {
        if address[..<10].allSatisfy({ $0 == 0 }), address[10] == 0xFF, address[11] == 0xFF { return Array(address[12...]) }
        if address[..<12].elementsEqual([0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]) { return Array(address[12...]) }
        if address[0] == 0x20, address[1] == 0x02 { return Array(address[2..<6]) }
        return nil
    }

    private static func isPublicIPv4(_ address: [UInt8]) -> Bool {
        switch (address[0], address[1], address[2]) {
        case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): false
        case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _), (198, 18...19, _): false
        case (192, 0, 0), (192, 0, 2), (198, 51, 100), (203, 0, 113), (192, 88, 99): false
        default: true
        }
    }

    static func text(_ address: [UInt8]) -> String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(address.count == 4 ? AF_INET : AF_INET6, address, &buffer, socklen_t(buffer.count)) != nil else { return "?" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether the text is an address in its usual form.
    static func isLiteral(_ host: String) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET, host, &bytes) == 1 || inet_pton(AF_INET6, host, &bytes) == 1
    }
}

/// Asks the system for addresses, as the transport will.
package enum SystemResolver {
    @Sendable package static func addresses(of host: String) -> [[UInt8]] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var result: [[UInt8]] = []
        var next = list
        while let entry = next {
            if entry.pointee.ai_family == AF_INET {
                entry.pointee.ai_addr.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                    result.append(withUnsafeBytes(of: address.pointee.sin_addr) { Array($0) })
                }
            } else if entry.pointee.ai_family == AF_INET6 {
                entry.pointee.ai_addr.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                    result.append(withUnsafeBytes(of: address.pointee.sin6_addr) { Array($0) })
                }
            }
            next = entry.pointee.ai_next
        }
        return result
    }
}
