import CCurl
import Glibc

/// Scheme, host and port of a URL, as libcurl itself understands it: two parsers might disagree about the host.
struct CurlOrigin: Hashable {
    let scheme: String
    /// In lower case, an IPv6 address in brackets.
    let host: String
    let port: String

    /// Nil when libcurl would refuse the URL, or when it holds a user name.
    init?(url text: String) {
        guard !text.utf8.contains(0), let url = phsync_curl_url_init() else { return nil }
        defer { phsync_curl_url_cleanup(url) }
        let flags = UInt32(CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME)
        guard phsync_curl_url_set(url, CURLUPART_URL, text, flags) == CURLUE_OK,
            let scheme = Self.part(CURLUPART_SCHEME, of: url), let host = Self.part(CURLUPART_HOST, of: url),
            let port = Self.part(CURLUPART_PORT, of: url, flags: UInt32(CURLU_DEFAULT_PORT))
        else { return nil }
        self.scheme = scheme.lowercased()
        self.host = host.lowercased()
        self.port = port
    }

    /// Whether requests to it never leave this machine. libcurl resolves "localhost" by itself, without DNS.
    var isLoopback: Bool {
        if host == "localhost" || host == "[::1]" { return true }
        var address = in_addr()
        return inet_pton(AF_INET, host, &address) == 1 && UInt32(bigEndian: address.s_addr) >> 24 == 127
    }

    private static func part(_ part: CURLUPart, of url: OpaquePointer, flags: UInt32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard phsync_curl_url_get(url, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { phsync_curl_free(text) }
        return String(cString: text)
    }
}
