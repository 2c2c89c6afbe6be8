import CCurl

/// What the transport's thread does: takes jobs, keeps the bounds, drives libcurl and answers.
///
/// Lives on that thread only, from its start to its end.
final class CurlLoop {
    private let mailbox: CurlMailbox
    private let configuration: CurlTransport.Configuration
    private let multi: CurlMulti
    /// Jobs that wait for a free slot, oldest first.
    private var waiting: [(job: CurlJob, origin: CurlOrigin)] = []
    private var active: [UnsafeMutableRawPointer: CurlTransfer] = [:]

    /// The thread's body; returns when the mailbox is closed, or at once when libcurl can't be used.
    static func run(_ mailbox: CurlMailbox, _ configuration: CurlTransport.Configuration) {
        var text: UnsafePointer<CChar>?
        guard phsync_curl_load(&text) else {
            return refuseAll(mailbox, .cannotLoad, text.map { String(cString: $0) } ?? "")
        }
        guard let multi = CurlMulti(maximumConnections: configuration.maximumTransfers * 2) else {
            return refuseAll(mailbox, .failed, "libcurl has no memory or no file descriptor")
        }
        let loop = CurlLoop(mailbox, configuration, multi)
        mailbox.setMulti(multi.pointer)
        loop.run()
        mailbox.setMulti(nil)
    }

    private init(_ mailbox: CurlMailbox, _ configuration: CurlTransport.Configuration, _ multi: CurlMulti) {
        self.mailbox = mailbox
        self.configuration = configuration
        self.multi = multi
    }

    private func run() {
        while true {
            let mail = mailbox.take()
            mail.jobs.forEach(enqueue)
            if mail.hasCancellations { dropCancelled() }
            guard !mail.isClosing else { break }
            dropStalled()
            repeat {
                admit()
                check(multi.perform())
            } while answerEnded()
            check(multi.poll(milliseconds: millisecondsUntilNextStall()))
        }
        endAll(.shutDown)
    }

    private static func refuseAll(_ mailbox: CurlMailbox, _ code: TransportError.Code, _ detail: String) {
        for job in mailbox.refuse(code, detail) { job.fail(code, detail) }
    }
}

extension CurlLoop {
    private func enqueue(_ job: CurlJob) {
        guard !job.ticket.isCancelled else { return job.fail(.cancelled) }
        guard let origin = CurlOrigin(url: job.request.url) else {
            return job.fail(.badURL, "not a complete http or https address, or one with a user name")
        }
        guard configuration.allows(origin) else {
            return job.fail(
                .badURL, origin.scheme == "http" ? "plain http to \(origin.host)" : "scheme \(origin.scheme)")
        }
        let type = job.request.body.map { [HTTPHeader("Content-Type", $0.contentType)] } ?? []
        if let bad = (job.request.headers + type).first(where: { !$0.isWellFormed }) {
            return job.fail(.badHeader, bad.name.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? bad.name : "its name")
        }
        waiting.append((job, origin))
    }

    /// Starts what the bounds allow, oldest first; a full host does not hold up the others.
    private func admit() {
        guard !waiting.isEmpty, active.count < configuration.maximumTransfers else { return }
        var perHost: [CurlOrigin: Int] = [:]
        for transfer in active.values { perHost[transfer.origin, default: 0] += 1 }
        var rest: [(job: CurlJob, origin: CurlOrigin)] = []
        for (job, origin) in waiting {
            let isFree = active.count < configuration.maximumTransfers
                && perHost[origin, default: 0] < configuration.maximumTransfersPerHost
            if isFree {
                if start(job, origin) { perHost[origin, default: 0] += 1 }
            } else {
                rest.append((job, origin))
            }
        }
        waiting = rest
    }

    private func start(_ job: CurlJob, _ origin: CurlOrigin) -> Bool {
        do {
            let transfer = try CurlTransfer(
                job, origin: origin, configuration: configuration, nowSeconds: Monotonic.nowSeconds())
            let code = multi.add(transfer.handle)
            guard code == CURLM_OK else {
                job.fail(.failed, CurlMulti.text(code))
                return false
            }
            active[transfer.handle.easy] = transfer
            return true
        } catch {
            job.fail(.failed, String(cString: phsync_curl_error_text(error.code)))
            return false
        }
    }

    /// - Returns: Whether any had ended, so that a slot may be free.
    private func answerEnded() -> Bool {
        var any = false
        while let (easy, code) = multi.nextEnded() {
            guard let transfer = active[easy] else { continue }
            finish(transfer, transfer.outcome(code))
            any = true
        }
        return any
    }

    private func finish(_ transfer: CurlTransfer, _ outcome: Result<HTTPResponse, TransportError>) {
        active[transfer.handle.easy] = nil
        multi.remove(transfer.handle)
        transfer.job.continuation.resume(returning: outcome)
    }

    private func dropCancelled() {
        for transfer in active.values where transfer.job.ticket.isCancelled {
            finish(transfer, .failure(transfer.error(.cancelled)))
        }
        for (job, _) in waiting where job.ticket.isCancelled { job.fail(.cancelled) }
        waiting.removeAll { $0.job.ticket.isCancelled }
    }

    private func dropStalled() {
        let now = Monotonic.nowSeconds()
        for transfer in active.values where transfer.stallDeadlineSeconds(nowSeconds: now) <= now {
            let seconds = transfer.job.request.stallTimeoutSeconds
            finish(transfer, .failure(transfer.error(.stalled, "nothing for \(seconds) s")))
        }
    }

    private func millisecondsUntilNextStall() -> Int {
        let now = Monotonic.nowSeconds()
        let deadlines = active.values.map { $0.stallDeadlineSeconds(nowSeconds: now) }
        let seconds = min(60, max(0, (deadlines.min() ?? .infinity) - now))
        // Rounded up: with 0 the loop would spin until the deadline.
        return Int(seconds * 1000) + 1
    }

    /// libcurl's multi functions fail only when memory or descriptors are short; then no transfer may ever end.
    private func check(_ code: CURLMcode) {
        if code != CURLM_OK { endAll(.failed, CurlMulti.text(code)) }
    }

    private func endAll(_ code: TransportError.Code, _ detail: String = "") {
        for transfer in active.values { finish(transfer, .failure(transfer.error(code, detail))) }
        for (job, _) in waiting { job.fail(code, detail) }
        waiting = []
    }
}

extension CurlJob {
    /// Answers a job of which nothing was sent.
    fileprivate func fail(_ code: TransportError.Code, _ detail: String = "") {
        continuation.resume(
            returning: .failure(
                TransportError(code, subject: request.description, detail: detail, mayHaveArrived: false)))
    }
}
