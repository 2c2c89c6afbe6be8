import Models
import Storage

extension Puller {
    /// Walks one collection, stores its pages, and says in freshness and summary how far it came.
    ///
    /// - Parameters:
    ///   - store: Stores a page's rows and writes its end, in one transaction; returns what the end returned.
    ///   - absent: Called with all ids of the list after a walk that can be trusted.
    func walk(
        _ collection: PullCollection, run: Int64, full: Bool, _ summary: inout PullSummary,
        store: ([JSONValue], PageEnd, inout PullSummary.Collection) async throws(Problem) -> Bool,
        absent: (Set<Int64>, inout PullSummary.Collection) async throws(Problem) -> Void
    ) async throws(Problem) {
        report(.started(collection: collection.title))
        var result = PullSummary.Collection(name: collection.name, title: collection.title, state: .complete)
        let cursor = try await cursor(collection, full: full)
        var hasCursor = cursor != nil
        var isComplete = false
        var odd = OddRows()
        let (ending, walk) = try await ListReader(fetch: collection.fetch).read(from: Int(cursor?.offset ?? 0)) {
            (rows, walk) async throws(Problem) in
            let before = result
            let readable = odd.sort(rows, by: collection.check)
            let next = walk.outcome == nil ? place(collection, walk, run: run, since: cursor) : nil
            let end = PageEnd(
                collection: collection, cursor: next, walk: walk, isReadable: odd.isEmpty, hasCursor: hasCursor, now: now())
            isComplete = try await store(readable, end, &result)
            result.seen = walk.seen.count
            // A page that changed nothing writes nothing: a second pull right after a first leaves the mirror as it is.
            if next != nil, result.inserted != before.inserted || result.changed != before.changed { hasCursor = true }
            report(.progressed(collection: collection.title, seen: walk.seen.count, of: walk.total))
        }
        switch ending {
        case .walked(.complete) where isComplete: break
        case .walked where !odd.isEmpty: try await leaveIncomplete(collection, odd.detail, &result, &summary)
        case .walked(.complete(let count)):
            try await absent(walk.seen, &result)
            try await complete(collection, count: count, clearsCursor: hasCursor)
        case .walked(let outcome): try await leaveIncomplete(collection, Puller.detail(outcome), &result, &summary)
        case .unreachable(let error): try await leaveUnreachable(collection, error, &result, &summary)
        case .stopped(let error):
            let place = place(collection, walk, run: run, since: cursor)
            try await mirror.writing(.deferred) { mirror in try mirror.cursors.set(place) }
            try await mark(collection.name, .incomplete, error.detail)
            let problem = error.problem(
                "\(collection.title) could not be read to the end; what was read so far is kept", subject: collection.name,
                next: "phsync pull")
            result.leave(problem)
            summary.collections.append(result)
            throw problem
        }
        summary.collections.append(result)
        report(.finished(result))
    }

    /// How old an interrupted walk may be for the next one to go on from its place.
    private static let cursorLifeSeconds: Int64 = 3600

    private func cursor(_ collection: PullCollection, full: Bool) async throws(Problem) -> CursorRow? {
        let now = now()
        let cursor = try await mirror.reading { mirror in try mirror.cursors.row(collection.name) }
        guard let cursor, !full, now.seconds(since: cursor.startedAt) < Puller.cursorLifeSeconds else { return nil }
        return cursor
    }

    private func place(_ collection: PullCollection, _ walk: ListWalk, run: Int64, since: CursorRow?) -> CursorRow {
        CursorRow(
            collection: collection.name, offset: Int64(walk.resumeOffset), startedAt: since?.startedAt ?? now(), runID: run)
    }

    private func complete(_ collection: PullCollection, count: Int, clearsCursor: Bool) async throws(Problem) {
        let now = now()
        try await mirror.writing(.deferred) { mirror in
            if clearsCursor { try mirror.cursors.clear(collection.name) }
            try mirror.freshness.markComplete(collection.name, count: count, at: now)
        }
    }

    private static func detail(_ outcome: ListWalk.Outcome) -> String {
        guard case .unreadable(let rows) = outcome else { return "its rows moved between pages each time it was read" }
        return "the instance answers 500 for \(rows) of its rows: it can't render them. A config_schema in object form with"
            + " \"secret\" in the name of a key does that in some versions"
    }

    private func leaveIncomplete(
        _ collection: PullCollection, _ detail: String, _ result: inout PullSummary.Collection, _ summary: inout PullSummary
    ) async throws(Problem) {
        result.state = .incomplete
        result.detail = detail
        try await mark(collection.name, .incomplete, result.detail)
        summary.problems.append(
            Problem(
                .notice, code: "collection-incomplete", subject: collection.name,
                message: "\(collection.title): \(result.detail). All other rows were read; nothing was taken for deleted.",
                next: "phsync pull"))
    }

    private func leaveUnreachable(
        _ collection: PullCollection, _ error: APIError, _ result: inout PullSummary.Collection, _ summary: inout PullSummary
    ) async throws(Problem) {
        result.state = .unreachable
        result.detail = "\(error.subject) answered \(error.status.map(String.init) ?? "nothing"): \(error.detail)"
        try await mark(collection.name, .unreachable, result.detail)
        let problem = error.problem(
            "\(collection.title) can't be read; the mirror keeps what it has", subject: collection.name, next: "phsync pull")
        let isLeftOut = problem.code == "forbidden" && collection.isOfProject
        let advice = isLeftOut ? " With --project only the projects that you name are read." : ""
        summary.problems.append(
            Problem(
                problem.kind, code: problem.code, subject: problem.subject, message: problem.message + advice, next: problem.next))
    }

    func mark(_ collection: String, _ state: FreshnessRow.State, _ detail: String) async throws(Problem) {
        let now = now()
        try await mirror.writing(.deferred) { mirror in
            try mirror.freshness.markAttempted(collection, state, detail: detail, at: now)
        }
    }

    enum Absence: Equatable {
        case gone, there, unknown
    }

    /// Asks for a row that its list does not show: only a plain 404 means that it is gone.
    func absence(_ ask: () async throws(APIError) -> JSONValue) async -> Absence {
        do {
            _ = try await ask()
            return .there
        } catch {
            return error.code == .notFound ? .gone : .unknown
        }
    }
}

/// Rows of a list that are none of its kind: they are left out, and keep no other row from being stored.
private struct OddRows {
    /// In the order in which they came; a row that comes again in another pass counts once.
    private var errors: [DecodeError] = []

    var isEmpty: Bool { errors.isEmpty }

    /// The rows that can be stored.
    mutating func sort(_ rows: [JSONValue], by check: (JSONValue) throws(DecodeError) -> Void) -> [JSONValue] {
        var readable: [JSONValue] = []
        for row in rows {
            do throws(DecodeError) {
                try check(row)
                readable.append(row)
            } catch {
                if !errors.contains(error) { errors.append(error) }
            }
        }
        return readable
    }

    /// What is told of them: the first few by name.
    var detail: String {
        let named = errors.prefix(3).map { "\($0)" }.joined(separator: "; ")
        return "rows that are none came with it: \(named)\(errors.count > 3 ? "; and \(errors.count - 3) more" : "")"
    }
}

extension PullSummary.Collection {
    /// It was not read to its end.
    mutating func leave(_ problem: Problem) {
        state = .incomplete
        detail = problem.message
    }

    mutating func count(_ stored: [Stored]) {
        inserted += stored.count { $0 == .inserted }
        changed += stored.count { $0 == .changed }
    }
}
