/// When a committed transaction is on the disk.
package enum Durability: Sendable {
    /// When the call returns; for whatever something outside the mirror depends on: an edit, the journal, a run's end.
    case immediate
    /// With the next immediate one, or the next time the log is written back. A death of the process loses nothing; a power
    /// cut may take the newest of these transactions, and then all that came after it: as if the pull had stopped earlier.
    case deferred
}
