/// When it makes sense to try the same thing again.
package enum RetryAdvice: Sendable, Equatable {
    /// The cause is temporary and may be gone already.
    case now
    case after(seconds: Int)
    /// It will fail again until somebody changes something.
    case never
}
