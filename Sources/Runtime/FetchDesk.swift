import Models

/// Answers requests by the job's policy; a recorded answer is used once, in the order of the cassette for each method and URL.
struct FetchDesk {
    private let mode: FetchPolicy.Mode
    private var recorded: [String: [FetchResponse]] = [:]
    private var maximum: Int
    private(set) var refusedByLimit = 0
    private(set) var deniedHosts: [String] = []

    init(_ policy: FetchPolicy, maximumRequests: Int) {
        mode = policy.mode
        maximum = maximumRequests
        for entry in policy.cassette.reversed() {
            recorded[FetchDesk.key(entry.method, entry.url), default: []].append(entry.response)
        }
    }

    /// What a request meets: the answer, and how it came about. `live` is asked only in live mode.
    mutating func answer(
        _ request: DryRunRequest, live: (DryRunRequest) -> FetchAnswer
    ) -> (answer: FetchAnswer, how: DryRunRequest.Answered) {
        guard maximum > 0 else {
            refusedByLimit += 1
            return (.refused("the dry run's limit on requests is reached"), .denied)
        }
        maximum -= 1
        switch mode {
        case .deny: return (denial(request), .denied)
        case .stub: return (.response(FetchResponse(status: 200, body: Array("{}".utf8))), .stubbed)
        case .replay:
            guard let response = recorded[FetchDesk.key(request.method, request.url)]?.popLast() else {
                return (denial(request), .denied)
            }
            return (.response(response), .replayed)
        case .live:
            let answer = live(request)
            if case .refused = answer {
                note(request)
                return (answer, .denied)
            }
            return (answer, .live)
        }
    }

    private mutating func denial(_ request: DryRunRequest) -> FetchAnswer {
        note(request)
        return .refused(mode == .replay ? "the cassette has no answer for it" : "a dry run sends no requests")
    }

    private mutating func note(_ request: DryRunRequest) {
        let host = FetchDesk.host(of: request.url)
        if !deniedHosts.contains(host) { deniedHosts.append(host) }
    }

    private static func key(_ method: String, _ url: String) -> String { "\(method.uppercased()) \(url)" }

    private static func host(of url: String) -> String {
        let rest = url.split(separator: "://", maxSplits: 1).last ?? ""
        return String(rest.prefix { !"/?#".contains($0) }.split(separator: "@").last ?? "")
    }
}
