import CCurl

/// One request on its way: its handle, what has come back so far, and the first thing that went wrong.
///
/// Not Sendable: it belongs to the transport's thread, which keeps it until libcurl has let go of the handle.
final class CurlTransfer {
    let job: CurlJob
    let origin: CurlOrigin
    let handle: CurlHandle
    private(set) var lastMoveSeconds: Double

    private var headers: [HTTPHeader] = []
    private var headerBytes = 0
    private var body: [UInt8] = []
    private var bytesMoved: curl_off_t = 0
    /// Why a callback aborted; libcurl itself only knows that one did.
    private var abort: (code: TransportError.Code, detail: String)?

    private static let maximumHeaderBytes = 256 << 10
    /// No server is asked to be waited for longer than a day, whatever it says: sums of such times must not overflow.
    private static let longestWaitSeconds = 86_400

    /// - Throws: `CurlHandle.SetupError`; nothing was sent.
    init(
        _ job: CurlJob, origin: CurlOrigin, configuration: CurlTransport.Configuration, nowSeconds: Double
    ) throws(CurlHandle.SetupError) {
        self.job = job
        self.origin = origin
        handle = try CurlHandle()
        lastMoveSeconds = nowSeconds
        try handle.setUp(job.request, origin: origin, configuration: configuration)
        try handle.setCallbacks(
            body: { bytes, size, count, context in
                CurlTransfer.from(context)?.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
            },
            header: { bytes, size, count, context in
                CurlTransfer.from(context)?
                    .receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
            },
            progress: { context, _, downloaded, _, uploaded in
                CurlTransfer.from(context)?.noteProgress(downloaded &+ uploaded)
                return 0
            },
            // Unretained: this object owns the handle, so it outlives every callback.
            context: Unmanaged.passUnretained(self).toOpaque())
    }

    /// When the transfer counts as stalled, unless something moves before.
    func stallDeadlineSeconds(nowSeconds: Double) -> Double {
        // While it still connects, the connect timeout rules.
        if handle.offset(CURLINFO_PRETRANSFER_TIME_T) == 0 { lastMoveSeconds = nowSeconds }
        return lastMoveSeconds + job.request.stallTimeoutSeconds
    }

    /// The outcome, once libcurl has ended the transfer.
    func outcome(_ code: CURLcode) -> Result<HTTPResponse, TransportError> {
        if let abort { return .failure(error(abort.code, abort.detail, after: code)) }
        guard code == CURLE_OK else {
            return .failure(error(handle.errorCode(for: code), handle.errorText(code), after: code))
        }
        let status = handle.long(CURLINFO_RESPONSE_CODE)
        if (300..<400).contains(status), status != 304 { return .failure(redirectError(status)) }
        let hasRetryAfter = headers.contains { $0.name.lowercased() == "retry-after" }
        let retryAfter = hasRetryAfter ? min(max(0, handle.offset(CURLINFO_RETRY_AFTER)), Self.longestWaitSeconds) : nil
        return .success(HTTPResponse(status: status, headers: headers, body: body, retryAfterSeconds: retryAfter))
    }

    /// The outcome of a transfer that the transport itself ends before libcurl does.
    func error(_ code: TransportError.Code, _ detail: String = "") -> TransportError {
        error(code, detail, after: CURLE_ABORTED_BY_CALLBACK)
    }
}

extension CurlTransfer {
    private static func from(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
        context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// - Returns: How many bytes were taken; fewer than given make libcurl abort.
    private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        let limit = job.request.maximumBodyBytes
        guard bytes.count <= limit - body.count else {
            abort = (.bodyTooLarge, "more than \(limit) bytes")
            return 0
        }
        if body.isEmpty { body.reserveCapacity(expectedBodyBytes(limit: limit)) }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    /// The announced length, so that a large body is not copied again and again while it grows.
    private func expectedBodyBytes(limit: Int) -> Int {
        min(limit, max(0, handle.offset(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T)))
    }

    private func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        headerBytes += bytes.count
        guard headerBytes <= Self.maximumHeaderBytes else {
            abort = (.badAnswer, "more than \(Self.maximumHeaderBytes) bytes of headers")
            return 0
        }
        bytes.withMemoryRebound(to: UInt8.self) { line in
            // A status line begins another answer: what came before was an interim one (103) or a proxy's.
            if line.starts(with: "HTTP/".utf8) {
                headers = []
            } else if let header = HTTPHeader(parsing: line) {
                headers.append(header)
            }
        }
        return bytes.count
    }

    private func noteProgress(_ bytes: curl_off_t) {
        guard bytes != bytesMoved else { return }
        bytesMoved = bytes
        lastMoveSeconds = Monotonic.nowSeconds()
    }

    private func error(_ code: TransportError.Code, _ detail: String, after curl: CURLcode) -> TransportError {
        TransportError(
            code, subject: job.request.description, detail: detail,
            mayHaveArrived: !handle.isCertainlyUnsent(after: curl))
    }

    private func redirectError(_ status: Int) -> TransportError {
        let detail =
            switch handle.string(CURLINFO_REDIRECT_URL).flatMap({ CurlOrigin(url: $0) }) {
            case nil: "\(status), without an address that can be used"
            case origin: "\(status), to another path of the same host"
            case let target?: "\(status), to \(target.scheme)://\(target.host):\(target.port)"
            }
        return error(.redirectRefused, detail, after: CURLE_OK)
    }
}
