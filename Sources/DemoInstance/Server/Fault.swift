import Models

/// One way in which a request goes wrong.
package enum Fault: Sendable, Equatable {
    /// The connection is closed before anything was done or answered.
    case refused
    /// The write takes effect; of the answer's body only that many bytes arrive.
    case cutBody(afterBytes: Int)
    /// The answer is right and comes that much later.
    case slow(milliseconds: Int)
    /// 429; nothing takes effect.
    case throttled(retryAfterSeconds: Int)
    /// A status of 500 or more, before or after the write took effect.
    case failure(status: Int, afterEffect: Bool)
    /// The write takes effect, and the connection is closed without an answer.
    case answerLost
    /// Another client saves the row it read before: the answer is right, and the write is gone (2023-11: 207, 208).
    case lostUpdate
    /// The write takes effect; the answer stops after that many bytes of its body, with the connection open.
    case stalled(afterBytes: Int)
    /// A page for people from something in between; nothing takes effect.
    case html(status: Int)
    /// 302 to that address; nothing takes effect.
    case redirect(location: String)
    /// The body never ends.
    case endlessBody
}

/// Which requests get a fault: those that match, counted from one.
package struct FaultRule: Sendable {
    /// Nil for any method.
    package var method: String?
    /// Segments of the path, `*` for any one, `**` at the end for any rest; nil for any path. Slashes at the end don't count.
    package var path: String?
    /// The first matching request that gets the fault.
    package var first: Int
    /// How many from there on; nil for all.
    package var count: Int?
    package var fault: Fault

    package init(_ fault: Fault, method: String? = nil, path: String? = nil, first: Int = 1, count: Int? = 1) {
        self.fault = fault
        self.method = method
        self.path = path
        self.first = first
        self.count = count
    }

    func matches(_ request: DemoRequest) -> Bool {
        if let method, method != request.method { return false }
        guard let path else { return true }
        var wanted = path.split(separator: "/")[...]
        for segment in request.path.split(separator: "/") {
            guard let next = wanted.first else { return false }
            if next == "**" { return true }
            guard next == "*" || next == segment else { return false }
            wanted.removeFirst()
        }
        return wanted.isEmpty || Array(wanted) == ["**"]
    }

    func takes(ordinal: Int) -> Bool {
        ordinal >= first && (count.map { ordinal < first + $0 } ?? true)
    }
}

/// What arrives at the client.
package enum DemoAnswer: Sendable {
    case complete(DemoResponse)
    /// Announced in full, but the connection closes after so many bytes of the body.
    case cut(DemoResponse, afterBytes: Int)
    /// Announced in full; after so many bytes of the body nothing comes any more.
    case stalled(DemoResponse, afterBytes: Int)
    /// The head of the response, its body as a beginning, and then the same piece again and again.
    case endless(DemoResponse, piece: [UInt8])
    /// The connection closes without an answer.
    case closed
}

/// Rules with their counters: the faulty network in front of the pure function.
package struct FaultPlan: Sendable {
    private var rules: [(rule: FaultRule, seen: Int)]

    package init(_ rules: [FaultRule] = []) {
        self.rules = rules.map { ($0, 0) }
    }

    /// Answers like `respond`, through the first rule that applies; every matching rule counts the request.
    ///
    /// - Returns: What arrives, and after how many milliseconds.
    package mutating func respond(
        to request: DemoRequest, state: inout DemoState, clock: DemoInstant
    ) -> (answer: DemoAnswer, delayMilliseconds: Int) {
        guard let fault = nextFault(for: request) else {
            return (.complete(DemoInstance.respond(to: request, state: &state, clock: clock)), 0)
        }
        switch fault {
        case .slow(let milliseconds):
            return (.complete(DemoInstance.respond(to: request, state: &state, clock: clock)), milliseconds)
        case .refused: return (.closed, 0)
        case .answerLost:
            _ = DemoInstance.respond(to: request, state: &state, clock: clock)
            return (.closed, 0)
        case .cutBody(let count):
            return (.cut(DemoInstance.respond(to: request, state: &state, clock: clock), afterBytes: count), 0)
        case .stalled(let count):
            return (.stalled(DemoInstance.respond(to: request, state: &state, clock: clock), afterBytes: count), 0)
        case .lostUpdate:
            var overwritten = state
            let answer = DemoInstance.respond(to: request, state: &overwritten, clock: clock)
            state.throttle = overwritten.throttle
            return (.complete(answer), 0)
        case .failure(let status, let afterEffect):
            if afterEffect { _ = DemoInstance.respond(to: request, state: &state, clock: clock) }
            let failure = APIFailure(status, "server_error", "error", APIFailure.server.detail)
            return (.complete(failure.response), 0)
        case .throttled, .html, .redirect, .endlessBody: return (FaultPlan.canned(fault), 0)
        }
    }

    private mutating func nextFault(for request: DemoRequest) -> Fault? {
        var fault: Fault?
        for index in rules.indices where rules[index].rule.matches(request) {
            rules[index].seen += 1
            if fault == nil, rules[index].rule.takes(ordinal: rules[index].seen) { fault = rules[index].rule.fault }
        }
        return fault
    }

    /// Answers that have nothing to do with the request.
    private static func canned(_ fault: Fault) -> DemoAnswer {
        switch fault {
        case .throttled(let seconds):
            return .complete(
                APIFailure(
                    429, "throttled_error", "throttled",
                    "Request was throttled. Expected available in \(seconds) seconds.", retryAfter: seconds
                ).response)
        case .html(let status):
            let page = "<!DOCTYPE html>\n<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>\n"
            return .complete(
                DemoResponse(
                    status: status, headers: [DemoHeader("Content-Type", "text/html; charset=utf-8")], body: Array(page.utf8)))
        case .redirect(let location):
            return .complete(DemoResponse(status: 302, headers: [DemoHeader("Location", location)]))
        default:
            let start = DemoResponse(
                status: 200, headers: [DemoHeader("Content-Type", "application/json")],
                body: Array(#"{"count": 1, "next": null, "previous": null, "results": [{"id": 1}"#.utf8))
            return .endless(start, piece: Array(#", {"id": 1, "name": "and another one"}"#.utf8))
        }
    }
}
