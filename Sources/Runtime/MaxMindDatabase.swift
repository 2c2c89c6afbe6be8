import Models

/// The tree and the data section of a MaxMind file, read in place.
///
/// - Source: MaxMind DB file format specification, version 2.0.
struct MaxMindDatabase {
    private let bytes: UnsafeRawBufferPointer
    private let nodeCount: Int
    private let recordBits: Int
    private let isIPv6: Bool
    private let dataStart: Int
    let metadata: JSONValue

    private static let marker: [UInt8] = [0xAB, 0xCD, 0xEF] + Array("MaxMind.com".utf8)
    private static let maximumDepth = 32

    /// nil when the bytes are no such file. They have to stay where they are.
    init?(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        guard let start = MaxMindDatabase.metadataStart(bytes) else { return nil }
        var reader = DataReader(bytes: bytes, base: start, offset: start)
        guard let metadata = reader.value(depth: 0), let nodes = metadata["node_count"]?.int, let bits = metadata["record_size"]?.int,
            [24, 28, 32].contains(bits), nodes > 0, nodes < Int64(bytes.count)
        else { return nil }
        self.metadata = metadata
        nodeCount = Int(nodes)
        recordBits = Int(bits)
        isIPv6 = metadata["ip_version"]?.int == 6
        dataStart = nodeCount * recordBits / 4 + 16
        guard dataStart <= start else { return nil }
    }

    private static func metadataStart(_ bytes: UnsafeRawBufferPointer) -> Int? {
        // It is in the last 128 KB; the last marker counts.
        var index = bytes.count - marker.count
        let first = max(0, bytes.count - 128 * 1024)
        while index >= first {
            if bytes[index] == marker[0], bytes[index..<(index + marker.count)].elementsEqual(marker) { return index + marker.count }
            index -= 1
        }
        return nil
    }

    /// The record of an address and the length of the network that it is for; nil when there is none.
    func find(_ address: IPAddress) -> (record: JSONValue, prefix: Int)? {
        var node = 0
        var bits = address.bytes
        if isIPv6, bits.count == 4 {
            bits = Array(repeating: 0, count: 12) + bits
        } else if !isIPv6, bits.count == 16 {
            return nil
        }
        for depth in 0..<(bits.count * 8) {
            let bit = Int(bits[depth / 8] >> (7 - UInt8(depth % 8)) & 1)
            guard let next = record(node, bit) else { return nil }
            if next == nodeCount { return nil }
            if next > nodeCount {
                let offset = dataStart + next - nodeCount - 16
                var reader = DataReader(bytes: bytes, base: dataStart, offset: offset)
                guard let value = reader.value(depth: 0) else { return nil }
                return (value, depth + 1 - (bits.count == 16 && address.bytes.count == 4 ? 96 : 0))
            }
            node = next
        }
        return nil
    }

    private func record(_ node: Int, _ bit: Int) -> Int? {
        let size = recordBits / 4
        let start = node * size
        guard node < nodeCount, start + size <= bytes.count else { return nil }
        let byte = { (index: Int) in Int(bytes[start + index]) }
        switch recordBits {
        case 24:
            let at = bit * 3
            return byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2)
        case 28:
            let high = bit == 0 ? byte(3) >> 4 : byte(3) & 15
            let at = bit * 4
            return high << 24 | byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2)
        default:
            let at = bit * 4
            return byte(at) << 24 | byte(at + 1) << 16 | byte(at + 2) << 8 | byte(at + 3)
        }
    }

    /// Reads values of the data section; nil for anything that its format doesn't allow.
    private struct DataReader {
        let bytes: UnsafeRawBufferPointer
        let base: Int
        var offset: Int

        mutating func value(depth: Int) -> JSONValue? {
            guard depth < MaxMindDatabase.maximumDepth, let control = take() else { return nil }
            var type = Int(control >> 5)
            if type == 1 { return pointer(control, depth) }
            if type == 0 {
                guard let extended = take() else { return nil }
                type = Int(extended) + 7
            }
            guard let size = size(control) else { return nil }
            switch type {
            case 2: return text(size).map(JSONValue.string)
            case 3: return double(size)
            case 4: return data(size).map { .string($0.hexadecimal) }
            case 5, 6, 9, 10: return unsigned(size)
            case 7: return map(size, depth)
            case 8: return signed(size)
            case 11: return array(size, depth)
            case 14: return .bool(size != 0)
            case 15: return float(size)
            default: return nil
            }
        }

        private mutating func take() -> UInt8? {
            guard offset >= 0, offset < bytes.count else { return nil }
            defer { offset += 1 }
            return bytes[offset]
        }

        private mutating func data(_ count: Int) -> [UInt8]? {
            guard count >= 0, offset >= 0, count <= bytes.count - offset else { return nil }
            defer { offset += count }
            return Array(bytes[offset..<(offset + count)])
        }

        private mutating func integer(_ count: Int) -> UInt64? {
            data(count)?.reduce(0) { $0 << 8 | UInt64($1) }
        }

        private mutating func size(_ control: UInt8) -> Int? {
            let small = Int(control & 31)
            switch small {
            case 29: return integer(1).map { 29 + Int($0) }
            case 30: return integer(2).map { 285 + Int($0) }
            case 31: return integer(3).map { 65_821 + Int($0) }
            default: return small
            }
        }

        private mutating func pointer(_ control: UInt8, _ depth: Int) -> JSONValue? {
            let kind = Int(control >> 3 & 3)
            guard let low = integer(kind + 1) else { return nil }
            let high = kind == 3 ? 0 : UInt64(control & 7) << (8 * UInt64(kind + 1))
            let bias: UInt64 = kind == 1 ? 2048 : kind == 2 ? 526_336 : 0
            var target = DataReader(bytes: bytes, base: base, offset: base + Int(high + low + bias))
            return target.value(depth: depth + 1)
        }

        private mutating func text(_ count: Int) -> String? {
            data(count).flatMap { String(validating: $0, as: UTF8.self) }
        }

        private mutating func unsigned(_ count: Int) -> JSONValue? {
            guard count <= 8 else { return data(count).map { .string($0.hexadecimal) } }
            return integer(count).flatMap { JSONNumber(String($0)) }.map(JSONValue.number)
        }

        private mutating func signed(_ count: Int) -> JSONValue? {
            guard count <= 4 else { return nil }
            return integer(count).map { JSONValue(Int64(Int32(truncatingIfNeeded: $0))) }
        }

        private mutating func double(_ count: Int) -> JSONValue? {
            guard count == 8 else { return nil }
            return integer(8).flatMap { number(Double(bitPattern: $0)) }
        }

        private mutating func float(_ count: Int) -> JSONValue? {
            guard count == 4 else { return nil }
            return integer(4).flatMap { number(Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0)))) }
        }

        private func number(_ value: Double) -> JSONValue? {
            guard value.isFinite else { return nil }
            let text = "\(value)"
            return JSONNumber(text.hasSuffix(".0") ? String(text.dropLast(2)) : text).map(JSONValue.number)
        }

        private mutating func map(_ count: Int, _ depth: Int) -> JSONValue? {
            var members: [JSONObject.Member] = []
            for _ in 0..<count {
                guard let key = value(depth: depth + 1)?.string, let member = value(depth: depth + 1) else { return nil }
                members.append(.init(key: key, value: member))
            }
            return .object(JSONObject(members))
        }

        private mutating func array(_ count: Int, _ depth: Int) -> JSONValue? {
            var elements: [JSONValue] = []
            for _ in 0..<count {
                guard let element = value(depth: depth + 1) else { return nil }
                elements.append(element)
            }
            return .array(elements)
        }
    }
}
