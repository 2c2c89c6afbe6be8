/// An address as its bytes: 4 or 16.
struct IPAddress: Equatable {
    let bytes: [UInt8]

    /// nil for a text that is no address.
    init?(_ text: String) {
        if let four = IPAddress.four(text) {
            bytes = four
        } else if let sixteen = IPAddress.sixteen(text) {
            bytes = sixteen
        } else {
            return nil
        }
    }

    private static func four(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var result: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let value = UInt8(part) else {
                return nil
            }
            result.append(value)
        }
        return result
    }

    private static func sixteen(_ text: String) -> [UInt8]? {
        let halves = text.ranges(of: "::")
        guard halves.count <= 1 else { return nil }
        guard let gap = halves.first else { return pieces(text).flatMap { $0.count == 16 ? $0 : nil } }
        let head = text[..<gap.lowerBound]
        let tail = text[gap.upperBound...]
        guard let left = head.isEmpty ? [] : pieces(String(head)), let right = tail.isEmpty ? [] : pieces(String(tail)),
            left.count + right.count <= 14
        else { return nil }
        return left + Array(repeating: 0, count: 16 - left.count - right.count) + right
    }

    /// Two bytes for each group; the last may be an address of four numbers.
    private static func pieces(_ text: String) -> [UInt8]? {
        var result: [UInt8] = []
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, group) in groups.enumerated() {
            if index == groups.count - 1, let four = four(String(group)) {
                result += four
            } else {
                guard (1...4).contains(group.utf8.count), let value = UInt16(group, radix: 16), !group.hasPrefix("+") else { return nil }
                result += [UInt8(value >> 8), UInt8(value & 255)]
            }
        }
        return result
    }
}
