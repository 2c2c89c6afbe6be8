import Dispatch
package import Models
import Synchronization

/// Sends a plugin's requests for real: to hosts that the person named, and to no address inside their network unless it was named too.
///
/// What was answered is kept as a cassette, without the run's secrets, so that the next run needs no network.
package final class LiveFetch: Sendable {
    /// Carries one request; what it gives back is what the plugin meets.
    package typealias Send = @Sendable (DryRunRequest) async -> FetchAnswer
    /// The addresses of a host, as bytes in network order.
    package typealias Resolve = @Sendable (String) -> [[UInt8]]

    private let allowed: [AllowedHost]
    private let redactor: Redactor
    private let resolve: Resolve
    private let send: Send
    private let recorded = Mutex<[CassetteEntry]>([])

    /// - Parameters:
    ///   - hosts: `api.x.com`, `api.x.com:8443`, an address, or `private:NAME` for a host inside the person's network.
    ///   - secrets: Left out of the cassette.
    package init(hosts: [String], secrets: [String], resolve: @escaping Resolve = SystemResolver.addresses(of:), send: @escaping Send) {
        allowed = hosts.compactMap(AllowedHost.init)
        redactor = Redactor(secrets: secrets)
        self.resolve = resolve
        self.send = send
    }

    /// What was answered so far.
    package var cassette: [CassetteEntry] { recorded.withLock { $0 } }

    /// Sends the request if it may be sent, and waits for the answer; to be called on a thread that may wait.
    package func fetch(_ request: DryRunRequest) -> FetchAnswer {
        if let reason = refusal(of: request) { return .refused(reason) }
        let answer = wait(for: request)
        if case .response(let response) = answer { record(request, response) }
        return answer
    }

    /// Why the request must not be sent; nil when it may.
    func refusal(of request: DryRunRequest) -> String? {
        guard let target = FetchTarget(request.url) else { return "\(redactor.text(request.url)) is no address that can be asked" }
        guard let rule = allowed.first(where: { $0.matches(target) }) else {
            return "\(target.name) is not among the hosts that may be asked"
        }
        guard !rule.isPrivate else { return nil }
        let addresses = resolve(target.host)
        if addresses.isEmpty { return "\(target.host) has no address" }
        guard let inside = addresses.first(where: { !NetworkAddress.isPublic($0) }) else { return nil }
        return "\(target.host) is inside your network (\(NetworkAddress.text(inside))); private:\(target.host) would allow it"
    }

    private func wait(for request: DryRunRequest) -> FetchAnswer {
        let done = DispatchSemaphore(value: 0)
        let box = Box()
        let send = send
        Task.detached {
            let result = await send(request)
            box.answer.withLock { $0 = result }
            done.signal()
        }
        done.wait()
        return box.answer.withLock { $0 } ?? .failed("no answer")
    }

    private final class Box: Sendable {
        let answer = Mutex<FetchAnswer?>(nil)
    }

    private func record(_ request: DryRunRequest, _ response: FetchResponse) {
        var kept = response
        // Sessions of the server's are secrets that no list knows.
        let headers = response.headers.members.filter { $0.key.lowercased() != "set-cookie" }
        kept.headers = redactor.object(JSONObject(headers))
        if let text = String(validating: response.body, as: UTF8.self) { kept.body = Array(redactor.text(text).utf8) }
        let entry = CassetteEntry(method: request.method, url: redactor.text(request.url), response: kept)
        recorded.withLock { $0.append(entry) }
    }
}

/// One host that the person allows.
struct AllowedHost: Equatable {
    let host: String
    /// nil for the scheme's own.
    let port: Int?
    /// Whether it may lie inside the person's network.
    let isPrivate: Bool

    init?(_ text: String) {
        let isNamedPrivate = text.hasPrefix("private:")
        guard let target = FetchTarget("https://" + (isNamedPrivate ? String(text.dropFirst("private:".count)) : text)) else { return nil }
        host = target.host
        port = target.explicitPort
        // Who writes an address down, or localhost, means it.
        isPrivate = isNamedPrivate || host == "localhost" || NetworkAddress.isLiteral(host)
    }

    func matches(_ target: FetchTarget) -> Bool {
        target.host == host && (port.map { $0 == target.port } ?? target.hasDefaultPort)
    }
}

/// Where a URL leads, read strictly: what two readers could take differently is no target.
struct FetchTarget: Equatable {
    let scheme: String
    /// In lower case, an IPv6 address without its brackets.
    let host: String
    let explicitPort: Int?

    var port: Int { explicitPort ?? (scheme == "http" ? 80 : 443) }
    var hasDefaultPort: Bool { port == (scheme == "http" ? 80 : 443) }
    var name: String { hasDefaultPort ? host : "\(host):\(port)" }

    init?(_ url: String) {
        guard let separator = url.firstRange(of: "://") else { return nil }
        scheme = url[..<separator.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let authority = url[separator.upperBound...].prefix { !"/?#".contains($0) }
        guard !authority.isEmpty, authority.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "@") && $0 != UInt8(ascii: "\\") })
        else { return nil }
        let portText: Substring
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<end].lowercased()
            guard host.utf8.allSatisfy({ "0123456789abcdef:.".utf8.contains($0) }) else { return nil }
            portText = authority[authority.index(after: end)...]
        } else {
            let end = authority.firstIndex(of: ":") ?? authority.endIndex
            host = authority[..<end].lowercased()
            guard !host.isEmpty, host.utf8.allSatisfy({ "abcdefghijklmnopqrstuvwxyz0123456789-._".utf8.contains($0) }) else { return nil }
            portText = authority[end...]
        }
        if portText.isEmpty {
            explicitPort = nil
        } else {
            guard portText.hasPrefix(":"), let port = Int(portText.dropFirst()), (1...65535).contains(port) else { return nil }
            explicitPort = port
        }
    }
}
