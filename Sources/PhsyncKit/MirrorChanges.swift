import Storage

/// That somebody has written to the mirror: this process or another one, `phsync pull` say.
public struct MirrorChange: Sendable, Equatable {
    public enum Part: String, Sendable, CaseIterable {
        /// Plugins, configs, projects, and how fresh they are.
        case lists
        case edits
        case errors
        /// A pull or push has begun or ended.
        case runs
    }

    /// Empty when only logs, figures or sample events have changed.
    public let parts: Set<Part>
}

/// The changes of a mirror from a moment on; writes that follow each other closely are one.
///
/// It looks at intervals, and a look at a mirror that has not changed costs a few microseconds: SQLite tells by a number. The loop
/// ends when its task is cancelled, and throws what keeps the mirror from being read.
public struct MirrorChanges: AsyncSequence, Sendable {
    let watch: MirrorWatch
    let start: MirrorState
    let wait: @Sendable () async throws -> Void

    public func makeAsyncIterator() -> Iterator { Iterator(watch: watch, state: start, wait: wait) }

    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let watch: MirrorWatch
        fileprivate var state: MirrorState
        fileprivate let wait: @Sendable () async throws -> Void

        public mutating func next() async throws -> MirrorChange? {
            while !Task.isCancelled {
                let now: MirrorState
                do throws(MirrorError) {
                    now = try await watch.state(after: state)
                } catch {
                    throw KitError(error.problem)
                }
                if now != state {
                    let parts = now.parts(changedSince: state)
                    state = now
                    return MirrorChange(parts: Set(parts.map(MirrorChange.Part.init)))
                }
                do {
                    try await wait()
                } catch is CancellationError {
                    return nil
                }
            }
            return nil
        }
    }
}

extension PluginMirror {
    /// The changes from now on, whoever makes them: what is written between this call and the first look is not missed.
    ///
    /// - Parameter interval: How long to wait between two looks.
    public func changes(every interval: Duration = .milliseconds(500)) async throws(KitError) -> MirrorChanges {
        try await changes { try await Task.sleep(for: interval) }
    }

    /// - Parameter wait: Returns when it is time for the next look.
    package func changes(waiting wait: @escaping @Sendable () async throws -> Void) async throws(KitError) -> MirrorChanges {
        let watch = mirror.watch()
        do throws(MirrorError) {
            return MirrorChanges(watch: watch, start: try await watch.state(), wait: wait)
        } catch {
            throw KitError(error.problem)
        }
    }
}

extension MirrorChange.Part {
    init(_ part: MirrorPart) {
        self =
            switch part {
            case .lists: .lists
            case .edits: .edits
            case .errors: .errors
            case .runs: .runs
            }
    }
}
