import CCurl

extension CurlHandle {
    /// Sets everything that the request and the configuration ask for, but the callbacks.
    func setUp(
        _ request: HTTPRequest, origin: CurlOrigin, configuration: CurlTransport.Configuration
    ) throws(SetupError) {
        try setAddress(request, origin: origin, configuration: configuration)
        try setLimits(request)
        try setMethod(request)
        try setHeaders(request, configuration: configuration)
    }

    private func setAddress(
        _ request: HTTPRequest, origin: CurlOrigin, configuration: CurlTransport.Configuration
    ) throws(SetupError) {
        try set(CURLOPT_URL, request.url)
        try set(CURLOPT_PROTOCOLS_STR, origin.scheme)
        try set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        try set(CURLOPT_FOLLOWLOCATION, 0)
        // Always set, even if empty: otherwise libcurl reads http_proxy and no_proxy from the environment.
        try set(CURLOPT_PROXY, origin.isLoopback ? "" : configuration.proxy ?? "")
        try set(CURLOPT_NOPROXY, "")
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let caFile = configuration.caFile { try set(CURLOPT_CAINFO, caFile) }
        // libcurl silently sends a request again when a kept connection turns out to be closed before the first byte of
        // the answer, a POST too, although the server may have executed it. On a new connection it never does.
        if !request.isSafeToRepeat { try set(CURLOPT_FRESH_CONNECT, 1) }
    }

    private func setLimits(_ request: HTTPRequest) throws(SetupError) {
        try set(CURLOPT_CONNECTTIMEOUT_MS, seconds: request.connectTimeoutSeconds)
        try set(CURLOPT_TIMEOUT_MS, seconds: request.totalTimeoutSeconds)
        try set(CURLOPT_NOSIGNAL, 1)
        // Without it, ending a transfer waits for its DNS lookup, and the other transfers wait with it.
        try set(CURLOPT_QUICK_EXIT, 1)
    }

    private func setMethod(_ request: HTTPRequest) throws(SetupError) {
        switch request.method {
        case .get: try set(CURLOPT_HTTPGET, 1)
        case .head: try set(CURLOPT_NOBODY, 1)
        case .post, .put, .patch: try setBody(request.body?.bytes ?? [])
        case .delete: break
        }
        if ![.post, .put, .patch].contains(request.method), let body = request.body { try setBody(body.bytes) }
        if request.method != .head { try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
    }

    private func setHeaders(
        _ request: HTTPRequest, configuration: CurlTransport.Configuration
    ) throws(SetupError) {
        try set(CURLOPT_USERAGENT, "phsync/\(configuration.version)")
        // Empty: every compression that this libcurl can undo.
        try set(CURLOPT_ACCEPT_ENCODING, "")
        // "Expect: 100-continue" would cost a second where the server does not know it.
        var lines = ["Expect:"]
        // An empty type keeps libcurl from calling every body a web form.
        lines.append(request.body.map { "Content-Type: \($0.contentType)" } ?? "Content-Type:")
        lines += request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        try setHeaderLines(lines)
    }
}
