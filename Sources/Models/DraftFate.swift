/// How a draft's create ended that left no config.
package enum DraftFate: Sendable, Equatable {
    /// The instance has made something else in its place.
    case handedOver
    /// Nobody can tell.
    case untraceable
}
