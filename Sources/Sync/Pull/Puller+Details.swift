import Models
import Storage

extension String {
    /// A sentence of somebody else's inside one of ours.
    var withoutPeriod: String { hasSuffix(".") ? String(dropLast()) : self }
}

extension Puller {
    /// Reads a collection that is asked for entity by entity, and says in freshness and summary how far it came.
    ///
    /// - Parameters:
    ///   - items: The entities to ask for, the most needed first; the others are known to have nothing new.
    ///   - isWhole: Whether these are all that may have something new; otherwise the age of the collection stays.
    ///   - inOneBudget: How many of them the server counts together at most, for the estimate; nil for all.
    /// - Throws: `Problem` when it was stopped; freshness and summary say so then, and what was read is kept.
    func pullDetails<Item: Sendable>(
        _ part: PullOptions.Part, of items: [Item], isWhole: Bool = true, inOneBudget: Int? = nil, _ summary: inout PullSummary,
        one: @escaping @Sendable (Item) async -> DetailReader.Outcome
    ) async throws(Problem) {
        let (name, title) = (part.name, part.title)
        report(.started(collection: title))
        let estimate = PullEstimate(total: items.count, inOneBudget: inOneBudget ?? items.count)
        let began = now()
        let read = await DetailReader().read(items) { done in
            let left = estimate.secondsLeft(done: done, elapsedSeconds: Double(now().milliseconds - began.milliseconds) / 1000)
            report(.progressed(collection: title, seen: done, of: items.count, secondsLeft: left))
        } one: { item in
            await one(item)
        }
        var result = PullSummary.Collection(name: name, title: title, state: .complete)
        result.seen = read.read
        result.inserted = read.inserted
        if let problem = read.stopped {
            result.leave(problem)
            summary.collections.append(result)
            try await mark(name, .incomplete, problem.message)
            throw problem
        }
        if let error = read.absent ?? read.unreachable.first {
            result.state = read.read == 0 ? .unreachable : .incomplete
            let answer = "\(error.subject) answered \(error.status.map(String.init) ?? "nothing"), \(error.detail.withoutPeriod)"
            result.detail =
                read.absent != nil
                ? "this server does not offer them to this key: \(answer)"
                : "\(read.unreachable.count) of \(items.count) can't be read; the first: \(answer)"
            try await mark(name, result.state == .unreachable ? .unreachable : .incomplete, result.detail)
            summary.problems.append(
                Problem(
                    .notice, code: "collection-incomplete", subject: name, message: "\(title): \(result.detail). The mirror keeps what it has.",
                    next: "phsync doctor"))
        } else if isWhole {
            let now = now()
            try await mirror.writing(.deferred) { mirror in try mirror.freshness.markComplete(name, count: items.count, at: now) }
        }
        summary.collections.append(result)
        report(.finished(result))
    }
}
