import CCurl

/// Owner of one multi handle, which holds the connections.
///
/// Not Sendable: only the wakeup, through `pointer`, may come from another thread, and only before `deinit`.
final class CurlMulti {
    let pointer: UnsafeMutableRawPointer

    /// Nil when memory or file descriptors are short.
    init?(maximumConnections: Int) {
        guard let pointer = phsync_curl_multi_init() else { return nil }
        self.pointer = pointer
        // Only how many idle connections are kept: a failure costs speed and nothing else.
        _ = phsync_curl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, maximumConnections)
    }

    deinit {
        let code = phsync_curl_multi_cleanup(pointer)
        assert(code == CURLM_OK, "every transfer is removed before its multi handle goes")
    }

    func add(_ handle: CurlHandle) -> CURLMcode { phsync_curl_multi_add(pointer, handle.easy) }

    func remove(_ handle: CurlHandle) {
        let code = phsync_curl_multi_remove(pointer, handle.easy)
        assert(code == CURLM_OK, "only a transfer that was added is removed")
    }

    func perform() -> CURLMcode { phsync_curl_multi_perform(pointer) }

    /// Waits for sockets, a wakeup, one of libcurl's own timers or the timeout.
    func poll(milliseconds: Int) -> CURLMcode { phsync_curl_multi_poll(pointer, Int32(clamping: milliseconds)) }

    func nextEnded() -> (easy: UnsafeMutableRawPointer, code: CURLcode)? {
        var easy: UnsafeMutableRawPointer?
        var code = CURLE_OK
        guard phsync_curl_multi_next_ended(pointer, &easy, &code), let easy else { return nil }
        return (easy, code)
    }

    static func text(_ code: CURLMcode) -> String { String(cString: phsync_curl_multi_error_text(code)) }
}
