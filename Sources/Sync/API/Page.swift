import Models

/// Which rows of a list to ask for.
package struct PageRange: Sendable, Hashable {
    /// Rows before the page.
    package let offset: Int
    /// The most rows of it.
    package let limit: Int

    package init(offset: Int, limit: Int) {
        self.offset = offset
        self.limit = limit
    }
}

/// What a page says of its list, beside its rows.
package struct PageSummary: Sendable, Equatable {
    /// No list of plugins or configs is longer: the pages of what a broken answer counts would not fit in memory.
    static let largestList = 5_000_000

    /// Rows of the whole list, as the server counted them for this page.
    package let count: Int
    /// Rows of this page.
    package let rowCount: Int
    /// Of the answer as it came, which decides how large the next page may be.
    package let bodyBytes: Int

    package init(count: Int, rowCount: Int, bodyBytes: Int) {
        self.count = count
        self.rowCount = rowCount
        self.bodyBytes = bodyBytes
    }

    /// Reads `{"count", "next", "previous", "results"}`; `next` is not used: behind a proxy its host is wrong.
    ///
    /// - Parameter row: Called for each row; one is in memory at a time.
    init(_ response: HTTPResponse, subject: String, row: (JSONValue) -> Void) throws(APIError) {
        var rows = 0
        let rest: JSONObject
        let found: Bool
        do {
            var scanner = JSONScanner(response.body)
            (rest, found) = try scanner.object(streaming: "results") { value in
                rows += 1
                row(value)
            }
        } catch {
            throw APIError.notTheAPI(response, subject: subject, detail: "\(error)")
        }
        guard found, let count = rest["count"]?.int, count >= 0 else {
            throw APIError.notTheAPI(response, subject: subject, detail: "the answer has no \"results\" and \"count\"")
        }
        self.init(count: Int(count), rowCount: rows, bodyBytes: response.body.count)
    }
}

/// How many rows to ask for at a time, so that a page stays small whatever the rows hold.
package struct PageSize: Sendable, Equatable {
    /// No answer larger than this is taken at all; a single row may be that large.
    package static let maximumBodyBytes = 32 << 20
    /// What a page should have at most.
    static let targetBytes = 256 << 10
    /// The server's own default, for the first page, of which nothing is known.
    package static let first = 100
    static let largest = 500

    /// The limit to ask for next.
    package private(set) var rows = PageSize.first

    package init() {}

    /// Learns from a page: the next ones are about as large as they may be.
    package mutating func learn(rowCount: Int, bodyBytes: Int) {
        guard rowCount > 0 else { return }
        let perRow = max(1, bodyBytes / rowCount)
        rows = min(PageSize.largest, max(1, PageSize.targetBytes / perRow))
    }
}
