import CCurl
import Glibc

/// The peer of a pull: `Benchmarks curl-loop AT-ONCE URL...` reads the addresses with libcurl and counts bytes.
///
/// Nothing a client of this server could do takes less: every handle is used again, connections and compression are as
/// in a pull, nothing is parsed and nothing waits for anything but a free place.
final class CurlLoop {
    static let mode = "curl-loop"

    private let multi: UnsafeMutableRawPointer
    private let headers: UnsafeMutablePointer<curl_slist>?
    private let byteCount: UnsafeMutablePointer<Int>
    private var waiting: ArraySlice<String>
    private var free: [UnsafeMutableRawPointer] = []
    private var underWay = 0

    static func main(_ words: [String]) throws(Failure) {
        guard let first = words.first, let atOnce = Int(first), atOnce > 0, let token = getenv("PHSYNC_TOKEN") else {
            throw Failure("usage: PHSYNC_TOKEN=... Benchmarks curl-loop AT-ONCE URL...")
        }
        var text: UnsafePointer<CChar>?
        guard phsync_curl_load(&text) else { throw Failure(text.map { String(cString: $0) } ?? "no libcurl") }
        let loop = try CurlLoop(words.dropFirst(), atOnce: atOnce, token: String(cString: token))
        try loop.run()
        print(loop.byteCount.pointee)
    }

    private init(_ urls: ArraySlice<String>, atOnce: Int, token: String) throws(Failure) {
        guard let multi = phsync_curl_multi_init() else { throw Failure("libcurl has no memory") }
        self.multi = multi
        waiting = urls
        byteCount = .allocate(capacity: 1)
        byteCount.initialize(to: 0)
        headers = phsync_curl_list_append(
            phsync_curl_list_append(nil, "Accept: application/json"), "Authorization: Bearer \(token)")
        // As many as the transport of a pull keeps.
        try check(phsync_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 16))
        for _ in 0..<atOnce { free.append(try handle()) }
    }

    deinit {
        for easy in free { phsync_curl_easy_cleanup(easy) }
        _ = phsync_curl_multi_cleanup(multi)
        phsync_curl_list_free(headers)
        byteCount.deallocate()
    }

    private func run() throws(Failure) {
        while try startNext() {
            try check(phsync_curl_multi_perform(multi))
            if try !collectEnded() { try check(phsync_curl_multi_poll(multi, 1000)) }
        }
    }

    /// - Returns: Whether anything is under way.
    private func startNext() throws(Failure) -> Bool {
        while !waiting.isEmpty, let easy = free.popLast() {
            try check(phsync_curl_set_string(easy, CURLOPT_URL, waiting.removeFirst()))
            try check(phsync_curl_multi_add(multi, easy))
            underWay += 1
        }
        return underWay > 0
    }

    /// - Returns: Whether any had ended, so that a place is free.
    private func collectEnded() throws(Failure) -> Bool {
        var any = false
        var easy: UnsafeMutableRawPointer?
        var code = CURLE_OK
        while phsync_curl_multi_next_ended(multi, &easy, &code), let ended = easy {
            var status = 0
            try check(code)
            try check(phsync_curl_get_long(ended, CURLINFO_RESPONSE_CODE, &status))
            guard status == 200 else { throw Failure("the loop was answered \(status)") }
            try check(phsync_curl_multi_remove(multi, ended))
            free.append(ended)
            underWay -= 1
            any = true
        }
        return any
    }
}

extension CurlLoop {
    private func handle() throws(Failure) -> UnsafeMutableRawPointer {
        guard let easy = phsync_curl_easy_init() else { throw Failure("libcurl has no memory") }
        try check(phsync_curl_set_list(easy, CURLOPT_HTTPHEADER, headers))
        try check(phsync_curl_set_string(easy, CURLOPT_ACCEPT_ENCODING, ""))
        try check(phsync_curl_set_string(easy, CURLOPT_PROXY, ""))
        try check(phsync_curl_set_long(easy, CURLOPT_NOSIGNAL, 1))
        try check(phsync_curl_set_pointer(easy, CURLOPT_WRITEDATA, byteCount))
        try check(
            phsync_curl_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { _, size, count, context in
                context?.assumingMemoryBound(to: Int.self).pointee += size * count
                return size * count
            })
        return easy
    }

    private func check(_ code: CURLcode) throws(Failure) {
        if code != CURLE_OK { throw Failure("the loop: \(String(cString: phsync_curl_error_text(code)))") }
    }

    private func check(_ code: CURLMcode) throws(Failure) {
        if code != CURLM_OK { throw Failure("the loop: \(String(cString: phsync_curl_multi_error_text(code)))") }
    }
}
