import Models
import Storage

/// What the transaction of a page writes beside its rows: where an interrupted walk goes on, or that the list is complete.
struct PageEnd: Sendable {
    let collection: PullCollection
    /// Nil when the page has ended the walk.
    let cursor: CursorRow?
    let walk: ListWalk
    /// Whether every row so far was one of the list's kind.
    let isReadable: Bool
    /// Whether an earlier page or pull has left a cursor.
    let hasCursor: Bool
    let now: Timestamp

    /// - Parameter changed: Whether the page's rows changed anything; one that did not leaves no cursor either.
    /// - Returns: Whether the collection is complete by now. Not if the mirror has rows that the list does not show: whether
    ///   those are gone has to be asked first.
    func write(in mirror: MirrorTransaction, changed: Bool) throws(MirrorError) -> Bool {
        if let cursor {
            if changed { try mirror.cursors.set(cursor) }
            return false
        }
        guard isReadable, case .complete(let count) = walk.outcome, try collection.present(mirror).isSubset(of: walk.seen) else {
            return false
        }
        if hasCursor { try mirror.cursors.clear(collection.name) }
        try mirror.freshness.markComplete(collection.name, count: count, at: now)
        return true
    }
}
