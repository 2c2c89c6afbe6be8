package import Models

/// What a pull did, collection by collection.
package struct PullSummary: Sendable {
    /// What became of one collection; the counts are of rows of the mirror.
    package struct Collection: Sendable, Equatable {
        /// How far the collection was read.
        package enum State: String, Sendable {
            case complete, incomplete, unreachable
            /// The pull stopped before it.
            case unread = "not read"
        }

        /// "plugins", "configs:3".
        package let name: String
        /// "Plugins", "Configs of Web shop".
        package let title: String
        /// How the walk ended.
        package var state: State
        /// Rows that the remote has shown.
        package var seen = 0
        /// Rows that the mirror did not have.
        package var inserted = 0
        /// Rows that were others before.
        package var changed = 0
        /// Rows that the remote has no more.
        package var removed = 0
        /// Why, where it did not end as it should; "" otherwise.
        package var detail = ""

        package var json: JSONValue {
            [
                "collection": .string(name), "title": .string(title), "state": .string(state.rawValue), "seen": JSONValue(seen),
                "inserted": JSONValue(inserted), "changed": JSONValue(changed), "removed": JSONValue(removed),
                "detail": .string(detail),
            ]
        }
    }

    /// Whose key it was.
    package let identity: Identity
    /// In the order in which they were read.
    package var collections: [Collection] = []
    /// Edits that the remote has by now, from whoever made them.
    package var settledEdits: [Edit] = []
    /// Edits of code that the remote has by now; they are gone from the outbox.
    package var settledSourceEdits: [SourceEdit] = []
    /// Notices too; what stopped the pull is apart.
    package var problems: [Problem] = []
    /// Why the pull stopped before its end; the collections that it did not come to are `unread`.
    package var stopped: Problem?

    package init(identity: Identity) {
        self.identity = identity
    }

    /// Whether the list of plugins could be read; otherwise they are known from their configs only.
    var hasListedPlugins: Bool { collections.first { $0.name == "plugins" }?.state != .unreachable }

    /// Takes in what a part of the same pull did.
    mutating func add(_ part: PullSummary) {
        collections += part.collections
        settledEdits += part.settledEdits
        settledSourceEdits += part.settledSourceEdits
        problems += part.problems
        stopped = stopped ?? part.stopped
    }
}

/// Something that happens during a pull and is worth a line of progress.
package enum PullEvent: Sendable, Equatable {
    case started(collection: String)
    /// `of` is nil until the first page has told; `secondsLeft` where it can be estimated.
    case progressed(collection: String, seen: Int, of: Int?, secondsLeft: Double? = nil)
    case finished(PullSummary.Collection)
}
