/// HTTP through libcurl, on a thread of its own that starts with the first request.
///
/// Keeps connections open, undoes compression, follows no redirect, and sends plain http to loopback addresses only.
/// The checks of TLS can't be switched off. Cancelling the task of a request aborts it.
package final class CurlTransport: Transport {
    /// How connections are made; fixed for the life of the transport.
    package struct Configuration: Sendable {
        /// The program's version, for the user agent.
        package var version: String
        /// A file of certificates (PEM) to trust instead of the system's.
        package var caFile: String?
        /// The address of a proxy; the environment's is not used, and loopback addresses are never asked through one.
        package var proxy: String?
        /// Whether plain http may leave this machine.
        package var allowsPlainHTTP: Bool
        /// At once, to all hosts together; others wait their turn.
        package var maximumTransfers: Int
        /// At once, to one host.
        package var maximumTransfersPerHost: Int

        package init(
            version: String, caFile: String? = nil, proxy: String? = nil, allowsPlainHTTP: Bool = false,
            maximumTransfers: Int = 8, maximumTransfersPerHost: Int = 6
        ) {
            precondition(maximumTransfers > 0 && maximumTransfersPerHost > 0, "a transport without slots never answers")
            self.version = version
            self.caFile = caFile
            self.proxy = proxy
            self.allowsPlainHTTP = allowsPlainHTTP
            self.maximumTransfers = maximumTransfers
            self.maximumTransfersPerHost = maximumTransfersPerHost
        }
    }

    private let configuration: Configuration
    private let mailbox = CurlMailbox()

    package init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    deinit { shutDown() }

    /// Sends on a thread of curl's own; cancelling the task ends the transfer.
    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let ticket = CurlJob.Ticket()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                post(CurlJob(request: request, ticket: ticket, continuation: continuation))
            }
        } onCancel: {
            // In this order: the thread then either sees the mark when it takes the job, or is woken to look again.
            ticket.cancel()
            mailbox.noteCancellation()
        }
        return try outcome.get()
    }

    /// Aborts what is under way, closes the connections and ends the thread; later requests fail.
    package func shutDown() {
        mailbox.close()?.join()
    }

    private func post(_ job: CurlJob) {
        let refusal = mailbox.post(job) { [mailbox, configuration] in
            PrivateThread { CurlLoop.run(mailbox, configuration) }
        }
        if let refusal { job.continuation.resume(returning: .failure(refusal)) }
    }
}

extension CurlTransport.Configuration {
    func allows(_ origin: CurlOrigin) -> Bool {
        switch origin.scheme {
        case "https": true
        case "http": allowsPlainHTTP || origin.isLoopback
        default: false
        }
    }
}

// A proxy's address may hold a password.
extension CurlTransport.Configuration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "phsync/\(version)\(proxy == nil ? "" : ", through a proxy")" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["configuration": description]) }
}
