import Models

/// Reads a list page by page, a few pages at a time, and hands the rows over in order of arrival.
struct ListReader: Sendable {
    /// Pages asked for at once.
    static let concurrency = 4

    enum Ending: Sendable {
        case walked(ListWalk.Outcome)
        /// The list as a whole can't be read with this key or on this server.
        case unreachable(APIError)
        /// Offline, limited or interrupted: a later pull goes on where this one stopped.
        case stopped(APIError)
    }

    let fetch: @Sendable (PageRange, (JSONValue) -> Void) async throws(APIError) -> PageSummary

    private enum Page: Sendable {
        case read(PageRange, [JSONValue], PageSummary)
        case failed(PageRange, APIError)
    }

    /// - Parameter store: Called for every page, one at a time, with its rows and the walk as it is then.
    func read(
        from offset: Int, store: (_ rows: [JSONValue], _ walk: ListWalk) async throws(Problem) -> Void
    ) async throws(Problem) -> (ending: Ending, walk: ListWalk) {
        var walk = ListWalk(from: offset)
        let ending: Result<Ending, Problem> = await withTaskGroup(of: Page.self) { group in
            var underWay = 0
            defer { group.cancelAll() }
            while true {
                while underWay < ListReader.concurrency, let range = walk.next() {
                    group.addTask { await self.page(range) }
                    underWay += 1
                }
                if let outcome = walk.outcome { return .success(.walked(outcome)) }
                guard let page = await group.next() else {
                    preconditionFailure("a walk without an outcome has a page under way")
                }
                underWay -= 1
                do throws(Problem) {
                    if let ending = try await take(page, &walk, store: store) { return .success(ending) }
                } catch {
                    return .failure(error)
                }
            }
        }
        return (try ending.get(), walk)
    }

    private func page(_ range: PageRange) async -> Page {
        var rows: [JSONValue] = []
        do {
            let summary = try await fetch(range) { rows.append($0) }
            return .read(range, rows, summary)
        } catch {
            return .failed(range, error)
        }
    }

    private func take(
        _ page: Page, _ walk: inout ListWalk, store: ([JSONValue], ListWalk) async throws(Problem) -> Void
    ) async throws(Problem) -> Ending? {
        switch page {
        case .read(let range, let rows, let summary):
            walk.received(range, ids: rows.compactMap { $0["id"]?.int }, summary)
            try await store(rows, walk)
            return nil
        case .failed(let range, let error):
            switch error.code {
            case .transport(.bodyTooLarge):
                return walk.failed(range) ? nil : .unreachable(error)
            case .serverError where error.status == 500:
                return walk.failed(range) ? nil : .unreachable(error)
            case .forbidden, .notFound, .noEndpoint, .rejected: return .unreachable(error)
            case .unauthorized, .throttled, .serverError, .notTheAPI, .transport: return .stopped(error)
            }
        }
    }
}
