import CCurl

/// Owner of one easy handle and of everything that it points to; one method per kind of option.
///
/// Not Sendable: it belongs to the thread of the transport that made it.
final class CurlHandle {
    /// A libcurl call that failed before the transfer began.
    struct SetupError: Error {
        let code: CURLcode
    }

    let easy: UnsafeMutableRawPointer
    private let errorBuffer: UnsafeMutablePointer<CChar>
    private var headerList: UnsafeMutablePointer<curl_slist>?

    /// - Throws: `SetupError` when memory is short.
    init() throws(SetupError) {
        guard let easy = phsync_curl_easy_init() else { throw SetupError(code: CURLE_OUT_OF_MEMORY) }
        self.easy = easy
        errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try Self.check(phsync_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorBuffer))
    }

    deinit {
        phsync_curl_easy_cleanup(easy)
        phsync_curl_list_free(headerList)
        errorBuffer.deallocate()
    }

    func set(_ option: CURLoption, _ value: Int) throws(SetupError) {
        try Self.check(phsync_curl_set_long(easy, option, value))
    }

    func set(_ option: CURLoption, seconds: Double) throws(SetupError) {
        // libcurl reads 0 as "no timeout".
        try set(option, Int(min(max(seconds * 1000, 1), 2_000_000_000)))
    }

    /// libcurl copies the text.
    func set(_ option: CURLoption, _ value: String) throws(SetupError) {
        try Self.check(phsync_curl_set_string(easy, option, value))
    }

    /// libcurl copies the bytes.
    func setBody(_ bytes: [UInt8]) throws(SetupError) {
        try Self.check(bytes.withUnsafeBytes { phsync_curl_set_body(easy, $0.baseAddress, $0.count) })
    }

    /// - Parameter lines: "Name: value", or "Name;" for a header without a value; "Name:" removes libcurl's own.
    func setHeaderLines(_ lines: [String]) throws(SetupError) {
        for line in lines {
            guard let longer = phsync_curl_list_append(headerList, line) else {
                throw SetupError(code: CURLE_OUT_OF_MEMORY)
            }
            headerList = longer
        }
        try Self.check(phsync_curl_set_list(easy, CURLOPT_HTTPHEADER, headerList))
    }

    /// - Parameter context: What the callbacks get; it has to live as long as the handle.
    func setCallbacks(
        body: @escaping phsync_curl_data_callback, header: @escaping phsync_curl_data_callback,
        progress: @escaping phsync_curl_progress_callback, context: UnsafeMutableRawPointer
    ) throws(SetupError) {
        try Self.check(phsync_curl_set_data_callback(easy, CURLOPT_WRITEFUNCTION, body))
        try Self.check(phsync_curl_set_pointer(easy, CURLOPT_WRITEDATA, context))
        try Self.check(phsync_curl_set_data_callback(easy, CURLOPT_HEADERFUNCTION, header))
        try Self.check(phsync_curl_set_pointer(easy, CURLOPT_HEADERDATA, context))
        try Self.check(phsync_curl_set_progress_callback(easy, progress))
        try Self.check(phsync_curl_set_pointer(easy, CURLOPT_XFERINFODATA, context))
        try set(CURLOPT_NOPROGRESS, 0)
    }

    /// 0 when libcurl does not know.
    func long(_ info: CURLINFO) -> Int {
        var value = 0
        return phsync_curl_get_long(easy, info, &value) == CURLE_OK ? value : 0
    }

    /// 0 when libcurl does not know.
    func offset(_ info: CURLINFO) -> Int {
        var value: curl_off_t = 0
        return phsync_curl_get_offset(easy, info, &value) == CURLE_OK ? Int(value) : 0
    }

    func string(_ info: CURLINFO) -> String? {
        var value: UnsafePointer<CChar>?
        guard phsync_curl_get_string(easy, info, &value) == CURLE_OK, let value else { return nil }
        return String(cString: value)
    }

    /// What libcurl says about the failure, on one line.
    func errorText(_ code: CURLcode) -> String {
        let text = errorBuffer[0] != 0 ? String(cString: errorBuffer) : String(cString: phsync_curl_error_text(code))
        // Parts of the text, a certificate's name for instance, come from the other side.
        let scalars = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }
        return String(String.UnicodeScalarView(scalars))
    }

    private static func check(_ code: CURLcode) throws(SetupError) {
        guard code == CURLE_OK else { throw SetupError(code: code) }
    }
}
