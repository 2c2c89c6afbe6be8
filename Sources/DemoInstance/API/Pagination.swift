import Models

/// Django REST's limit and offset, with links to the neighbours.
struct Page {
    static let defaultLimit = 100

    var limit: Int
    var offset: Int

    /// Numbers that are none fall back to the defaults without a word; so does a limit of zero.
    init(_ query: URLQuery) {
        let limit = query["limit"].flatMap { Int($0.trimmed) } ?? 0
        let offset = query["offset"].flatMap { Int($0.trimmed) } ?? 0
        self.limit = limit > 0 ? limit : Page.defaultLimit
        self.offset = max(0, offset)
    }

    func envelope<Row>(
        _ rows: [Row], _ call: Call, _ state: DemoState, _ render: (Row) throws(APIFailure) -> JSONValue
    ) throws(APIFailure) -> JSONValue {
        var results: [JSONValue] = []
        for row in rows.dropFirst(offset).prefix(limit) { results.append(try render(row)) }
        return envelope(results, count: rows.count, call, state)
    }

    func envelope(_ results: [JSONValue], count: Int, _ call: Call, _ state: DemoState) -> JSONValue {
        let next = limit < count && offset < count - limit ? link(offset + limit, call, state) : nil
        let previous = offset > 0 ? link(offset - limit, call, state) : nil
        return [
            "count": JSONValue(count), "next": JSONValue(next), "previous": JSONValue(previous), "results": .array(results),
        ]
    }

    /// The request's own address with another offset; without one when that would be the first page.
    private func link(_ offset: Int, _ call: Call, _ state: DemoState) -> String {
        var values: [(String, String)] = call.query.pairs.filter { $0.name != "limit" && $0.name != "offset" }
            .map { ($0.name, $0.value) }
        values.append(("limit", String(limit)))
        if offset > 0 { values.append(("offset", String(offset))) }
        return call.absoluteURL(state) + "?" + encodedQuery(values)
    }
}

/// Names sorted and values escaped, as the server writes links.
func encodedQuery(_ values: [(String, String)]) -> String {
    values.sorted { $0.0 < $1.0 }.map { "\(escaped($0.0))=\(escaped($0.1))" }.joined(separator: "&")
}

private func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E:
            bytes.append(byte)
        case 0x20: bytes.append(UInt8(ascii: "+"))
        default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
