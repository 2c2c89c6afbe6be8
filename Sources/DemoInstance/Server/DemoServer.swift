import Glibc
package import Models
import Synchronization

/// The demo instance on a socket: HTTP/1.1 on 127.0.0.1, one thread per connection, one lock around the state.
package final class DemoServer: Sendable {
    /// How the server behaves beside what its state says.
    package struct Options: Sendable {
        /// 0 for any free port.
        package var port: UInt16 = 0
        /// Added to every answer, as a distant server would.
        package var latencyMilliseconds = 0
        package var faults: [FaultRule] = []
        package var maximumBodyBytes = 64 << 20
        /// Requests that the log keeps; older ones are dropped.
        package var loggedRequests = 100_000
        /// Whether a GET that was answered before gets the same bytes again until something is written: for measuring
        /// clients. Metrics then stand still, and faults come only before the first answer.
        package var remembersAnswers = false
        package var clock: @Sendable () -> DemoInstant = DemoServer.systemClock
        /// Nil for none.
        package var observer: Observer?

        package init() {}
    }

    /// Is told of each request under the server's lock: for tests that watch the database, or act at such a moment.
    package struct Observer: Sendable {
        /// Before anything is done; false closes the connection instead.
        package var before: @Sendable (DemoRequest, inout DemoState) -> Bool
        /// After it was done; false closes the connection without an answer.
        package var after: @Sendable (DemoRequest, DemoState) -> Bool

        package init(
            before: @escaping @Sendable (DemoRequest, inout DemoState) -> Bool, after: @escaping @Sendable (DemoRequest, DemoState) -> Bool
        ) {
            self.before = before
            self.after = after
        }
    }

    /// One request that arrived; never holds a value that was sent.
    package struct LoggedRequest: Sendable, Equatable {
        package var method: String
        /// Without the query.
        package var path: String
        package var queryNames: [String]
        /// The numbers asked for as `limit` and `offset`, as a query; empty without them.
        package var pageQuery: String
        package var contentType: String?
        package var fieldNames: [String]
        /// The status that was answered; nil when the connection was closed instead.
        package var status: Int?
    }

    fileprivate struct Core: Sendable {
        var state: DemoState
        var faults: FaultPlan
        var latencyMilliseconds: Int
        var memory: AnswerMemory?
        var log: [LoggedRequest] = []
        var underWay = 0
        var mostAtOnce = 0
        var isStopping = false
        var connections: Set<Int32> = []
        var threads: [Int32: ServerThread] = [:]
        var finished: [ServerThread] = []
    }

    /// `http://127.0.0.1:<port>`
    package let url: String
    package let port: UInt16
    private let options: Options
    private let listener: Int32
    private let core: Mutex<Core>
    private let acceptor = Mutex<ServerThread?>(nil)

    /// Opens the port and serves until `stop`.
    ///
    /// - Throws: `Problem` when the port is taken or no thread can be had.
    package init(state: DemoState, options: Options = Options()) throws(Problem) {
        (listener, port) = try Listener.open(port: options.port)
        url = "http://127.0.0.1:\(port)"
        self.options = options
        core = Mutex(
            Core(state: state, faults: FaultPlan(options.faults), latencyMilliseconds: options.latencyMilliseconds,
                memory: options.remembersAnswers ? AnswerMemory() : nil))
        guard let thread = ServerThread.start({ self.acceptConnections() }) else {
            close(listener)
            throw Problem(
                .temporary, code: "demo-thread", subject: "port:\(port)",
                message: "The demo instance can't start: the system gives no more threads.")
        }
        acceptor.withLock { $0 = thread }
    }

    /// Closes all connections and waits for their threads. A second call does nothing.
    ///
    /// The server's threads keep it alive, so it has to be stopped by whoever started it.
    package func stop() {
        let isFirst = core.withLock { core in
            defer { core.isStopping = true }
            if core.isStopping { return false }
            // Wakes threads that wait in `recv` or `poll`; each closes its own socket.
            for descriptor in core.connections { shutdown(descriptor, Int32(SHUT_RDWR)) }
            return true
        }
        guard isFirst else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        acceptor.withLock { $0 }?.join()
        while true {
            let threads = core.withLock { core in
                defer {
                    core.finished = []
                    core.threads = [:]
                }
                return core.finished + core.threads.values
            }
            if threads.isEmpty { break }
            for thread in threads { thread.join() }
        }
        close(listener)
    }

    /// Lets somebody else change the instance, or looks into it, between two requests.
    package func withState<Result: Sendable>(_ body: (inout DemoState) throws -> Result) rethrows -> Result {
        try core.withLock { core in
            if options.remembersAnswers { core.memory = AnswerMemory() }
            return try body(&core.state)
        }
    }

    /// What arrived so far, oldest first.
    package var requests: [LoggedRequest] {
        core.withLock { $0.log }
    }

    /// The most requests that waited for their answers at the same time.
    package var mostRequestsAtOnce: Int {
        core.withLock { $0.mostAtOnce }
    }

    /// Forgets what arrived so far.
    package func clearRequests() {
        core.withLock { core in
            core.log = []
            core.mostAtOnce = core.underWay
        }
    }

    /// Replaces the faults; counting starts anew.
    package func setFaults(_ rules: [FaultRule]) {
        core.withLock { $0.faults = FaultPlan(rules) }
    }

    package func setLatency(milliseconds: Int) {
        core.withLock { $0.latencyMilliseconds = milliseconds }
    }

    package static let systemClock: @Sendable () -> DemoInstant = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return DemoInstant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}

extension DemoServer {
    private func acceptConnections() {
        while let descriptor = Listener.accept(listener) {
            let finished = core.withLock { core in
                defer { core.finished = [] }
                return core.finished
            }
            for thread in finished { thread.join() }
            // The lock is held until the thread is noted, so that it can't end before.
            core.withLock { core in
                let thread = core.isStopping ? nil : ServerThread.start { self.serve(descriptor) }
                guard let thread else {
                    close(descriptor)
                    return
                }
                core.connections.insert(descriptor)
                core.threads[descriptor] = thread
            }
        }
    }

    private func serve(_ descriptor: Int32) {
        var connection = Connection(descriptor: descriptor, maximumBodyBytes: options.maximumBodyBytes)
        while serveOne(&connection) {}
        core.withLock { core in
            // Closed under the lock: the number may be another connection's right afterwards.
            close(descriptor)
            core.connections.remove(descriptor)
            if let thread = core.threads.removeValue(forKey: descriptor) { core.finished.append(thread) }
        }
    }

    /// Answers the next request; false when the connection is at its end.
    private func serveOne(_ connection: inout Connection) -> Bool {
        switch connection.next() {
        case .closed: return false
        case .refused(let status):
            _ = connection.write(ResponseText.whole(DemoResponse(status: status), keepsAlive: false))
            connection.drain()
            return false
        case .request(let request, let keepsAlive):
            let (answer, delay) = answer(request)
            connection.pause(milliseconds: delay)
            core.withLock { $0.underWay -= 1 }
            return DemoServer.deliver(answer, connection, keepsAlive: keepsAlive) && keepsAlive
        }
    }

    private func answer(_ request: DemoRequest) -> (DemoAnswer, delayMilliseconds: Int) {
        var entry = LoggedRequest(request)
        let now = options.clock()
        return core.withLock { core in
            let (answer, delay) = core.respond(to: request, clock: now, options.observer)
            entry.status = answer.status
            core.underWay += 1
            core.mostAtOnce = max(core.mostAtOnce, core.underWay)
            if core.log.count >= options.loggedRequests { core.log.removeFirst(max(1, options.loggedRequests / 10)) }
            core.log.append(entry)
            return (answer, delay + core.latencyMilliseconds)
        }
    }

    /// - Returns: Whether the connection can go on.
    private static func deliver(_ answer: DemoAnswer, _ connection: Connection, keepsAlive: Bool) -> Bool {
        switch answer {
        case .complete(let response): return connection.write(ResponseText.whole(response, keepsAlive: keepsAlive))
        case .closed: return false
        case .cut(let response, let count):
            let head = ResponseText.head(response, [DemoHeader("Content-Length", String(response.body.count))])
            _ = connection.write(head + response.body.prefix(count))
            return false
        case .stalled(let response, let count):
            let head = ResponseText.head(response, [DemoHeader("Content-Length", String(response.body.count))])
            if connection.write(head + response.body.prefix(count)) { connection.pause(milliseconds: .max) }
            return false
        case .endless(let response, let piece):
            var isThere = connection.write(
                ResponseText.head(response, [DemoHeader("Connection", "close")]) + response.body)
            let block = [UInt8](repeatElement(piece, count: 1000).joined())
            while isThere { isThere = connection.write(block) }
            return false
        }
    }
}

extension DemoServer.Core {
    fileprivate mutating func respond(
        to request: DemoRequest, clock: DemoInstant, _ observer: DemoServer.Observer?
    ) -> (answer: DemoAnswer, delayMilliseconds: Int) {
        guard let observer else { return respond(to: request, clock: clock) }
        guard observer.before(request, &state) else { return (.closed, 0) }
        let (answer, delay) = respond(to: request, clock: clock)
        return observer.after(request, state) ? (answer, delay) : (.closed, 0)
    }

    private mutating func respond(to request: DemoRequest, clock: DemoInstant) -> (answer: DemoAnswer, delayMilliseconds: Int) {
        if request.method == "GET", let known = memory?.answer(to: request) { return (.complete(known), 0) }
        let (answer, delay) = faults.respond(to: request, state: &state, clock: clock)
        memory?.note(answer, to: request)
        return (answer, delay)
    }
}

extension DemoServer.LoggedRequest {
    fileprivate init(_ request: DemoRequest) {
        method = request.method
        path = request.path
        let halves = request.target.split(separator: "?", maxSplits: 1)
        let pairs = URLQuery(halves.count > 1 ? String(halves[1]) : "").pairs
        queryNames = pairs.map(\.name)
        pageQuery = pairs.filter { ["limit", "offset"].contains($0.name) && Int($0.value) != nil }
            .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        contentType = request.header("Content-Type")
        do {
            fieldNames = try RequestBody(request).fieldNames
        } catch {
            // A body that can't be read has no fields; the answer says what is wrong with it.
            fieldNames = []
        }
    }
}

extension DemoAnswer {
    fileprivate var status: Int? {
        switch self {
        case .complete(let response), .cut(let response, _), .stalled(let response, _), .endless(let response, _):
            response.status
        case .closed: nil
        }
    }
}
