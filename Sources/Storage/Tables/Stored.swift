/// What storing something did to the mirror; `unchanged` means that nothing was written.
package enum Stored: Sendable, Equatable {
    case inserted
    case changed
    case unchanged
}
