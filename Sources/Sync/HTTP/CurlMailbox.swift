import CCurl
import Synchronization

/// A request, who waits for its answer, and whether they still do.
struct CurlJob: Sendable {
    let request: HTTPRequest
    let ticket: Ticket
    let continuation: CheckedContinuation<Result<HTTPResponse, TransportError>, Never>

    /// Set by the task that is cancelled, read by the transport's thread.
    final class Ticket: Sendable {
        private let cancelled = Atomic(false)
        var isCancelled: Bool { cancelled.load(ordering: .acquiring) }
        func cancel() { cancelled.store(true, ordering: .releasing) }
    }
}

/// The one thing that the callers and the transport's thread share.
final class CurlMailbox: Sendable {
    /// What the thread takes at the start of each round.
    struct Mail {
        var jobs: [CurlJob] = []
        /// Whether some ticket was cancelled since the last round.
        var hasCancellations = false
        var isClosing = false
    }

    private struct State {
        var mail = Mail()
        var thread: PrivateThread?
        /// The multi handle, while it can be woken up.
        var multi: UnsafeMutableRawPointer?
        /// Why no more jobs are taken.
        var refusal: (code: TransportError.Code, detail: String)?
    }

    private let state: Mutex<State>

    init() { state = Mutex(State()) }

    /// Hands a job to the thread, which `start` makes if it does not run yet.
    ///
    /// - Returns: The error with which to answer the job, if it was not taken.
    func post(_ job: CurlJob, start: () -> PrivateThread?) -> TransportError? {
        state.withLock { state in
            if state.refusal == nil, state.thread == nil {
                state.thread = start()
                if state.thread == nil { state.refusal = (.failed, "no thread could be started") }
            }
            if let refusal = state.refusal {
                return TransportError(
                    refusal.code, subject: job.request.description, detail: refusal.detail, mayHaveArrived: false)
            }
            state.mail.jobs.append(job)
            Self.wake(state)
            return nil
        }
    }

    func noteCancellation() {
        state.withLock { state in
            state.mail.hasCancellations = true
            Self.wake(state)
        }
    }

    /// Refuses jobs from now on and lets the thread end.
    ///
    /// - Returns: The thread to join, for the first caller only.
    func close() -> PrivateThread? {
        state.withLock { state in
            state.refusal = state.refusal ?? (.shutDown, "")
            state.mail.isClosing = true
            Self.wake(state)
            return state.thread.take()
        }
    }

    /// For the thread: announces the handle by which it can be woken up, or nil before that one goes.
    func setMulti(_ multi: UnsafeMutableRawPointer?) {
        // An address; the lock keeps a wakeup and the end of the handle apart.
        let address = multi.map { UInt(bitPattern: $0) }
        state.withLock { $0.multi = address.flatMap { UnsafeMutableRawPointer(bitPattern: $0) } }
    }

    /// For the thread: what has come since the last call.
    func take() -> Mail {
        state.withLock { state in
            let mail = state.mail
            state.mail.jobs = []
            state.mail.hasCancellations = false
            return mail
        }
    }

    /// For the thread when it can't work: refuses jobs from now on and returns those that wait.
    func refuse(_ code: TransportError.Code, _ detail: String) -> [CurlJob] {
        state.withLock { state in
            state.refusal = state.refusal ?? (code, detail)
            let jobs = state.mail.jobs
            state.mail.jobs = []
            return jobs
        }
    }

    private static func wake(_ state: State) {
        guard let multi = state.multi else { return }
        let code = phsync_curl_multi_wakeup(multi)
        assert(code == CURLM_OK, "a multi handle that is announced can be woken up")
    }
}
