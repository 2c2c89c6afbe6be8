import Models

/// Reads something of many entities, one or more requests each, a few entities at a time, in the order given.
///
/// The first one is read alone: it tells whether this server has the call at all. One entity that can't be read does not
/// keep the others from being read; a network or a key that fails for all of them stops the reading, and what was stored so
/// far stays.
struct DetailReader: Sendable {
    /// Entities that are read at once.
    static let concurrency = 8

    /// What became of one entity.
    enum Outcome: Sendable {
        /// Read and stored; how many rows were new.
        case read(inserted: Int)
        /// This entity can't be read with this key or on this server.
        case unreachable(APIError)
        /// None can: the server does not have the call, or not for this key. No further entity is begun.
        case absent(APIError)
        /// Offline, limited, interrupted, or a mirror that can't be written: no further entity is begun.
        case stopped(Problem)
    }

    /// What became of all of them.
    struct Result: Sendable {
        var read = 0
        var inserted = 0
        var unreachable: [APIError] = []
        var absent: APIError?
        var stopped: Problem?
    }

    /// - Parameters:
    ///   - items: The most needed first.
    ///   - progress: Called after each entity with how many are done.
    func read<Item: Sendable>(
        _ items: [Item], progress: (Int) -> Void, one: @escaping @Sendable (Item) async -> Outcome
    ) async -> Result {
        await withTaskGroup(of: Outcome.self) { group in
            var result = Result()
            var next = 0
            var done = 0
            while true {
                let isOver = result.stopped != nil || result.absent != nil
                while !isOver, next < items.count, next - done < (done == 0 ? 1 : DetailReader.concurrency) {
                    let item = items[next]
                    group.addTask { await one(item) }
                    next += 1
                }
                guard let outcome = await group.next() else { return result }
                done += 1
                result.take(outcome)
                progress(done)
            }
        }
    }
}

extension DetailReader.Result {
    fileprivate mutating func take(_ outcome: DetailReader.Outcome) {
        switch outcome {
        case .read(let count):
            read += 1
            inserted += count
        case .unreachable(let error): unreachable.append(error)
        case .absent(let error): absent = absent ?? error
        case .stopped(let problem): stopped = stopped ?? problem
        }
    }
}

extension APIError {
    /// What a failed read of one entity means for the others.
    ///
    /// - Parameter what: As in `problem`, for the person.
    func detailOutcome(_ what: String, subject: String) -> DetailReader.Outcome {
        switch code {
        case .noEndpoint: .absent(self)
        case .forbidden, .notFound, .rejected: .unreachable(self)
        // Many mistakes and rows that can't be rendered are a 500 here: of one entity it says nothing about the next.
        case .serverError where status == 500: .unreachable(self)
        case .unauthorized, .throttled, .serverError, .notTheAPI, .transport:
            .stopped(problem(what, subject: subject, next: "phsync pull"))
        }
    }
}
