/// What a person has made of an error group, and what it has done since.
package enum InboxState: String, Sendable, CaseIterable {
    /// Nobody has looked at it.
    case new
    case seen
    /// Nobody wants to hear of it, whatever it does.
    case muted
    /// Somebody said that it is settled.
    case resolved
    /// It occurred after it was resolved, and nobody has looked at it since.
    case returned = "came back"

    /// Whether it waits for somebody to look.
    package var isUnseen: Bool { self == .new || self == .returned }

    /// Whether a list shows it unless all is asked for.
    package var isListed: Bool { self != .muted && self != .resolved }
}

/// What can happen to an error group.
package enum InboxEvent: Sendable, Equatable, CaseIterable {
    /// A person looked at it.
    case looked
    case muted
    case unmuted
    case resolved
    /// It occurred at a time after it got its state.
    case occurredSince
    /// An occurrence from before that was learnt of: the sources tell late.
    case occurredBefore
}

extension InboxState {
    /// The state after that; a pure table.
    package func after(_ event: InboxEvent) -> InboxState {
        switch event {
        case .looked: isUnseen ? .seen : self
        case .muted: .muted
        case .unmuted: self == .muted ? .seen : self
        case .resolved: .resolved
        case .occurredSince: self == .resolved ? .returned : self
        case .occurredBefore: self
        }
    }
}
