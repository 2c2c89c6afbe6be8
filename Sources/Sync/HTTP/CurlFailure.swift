import CCurl
import Glibc

extension CurlHandle {
    /// What libcurl's code means for the caller.
    func errorCode(for code: CURLcode) -> TransportError.Code {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            .unresolvedHost
        case CURLE_COULDNT_CONNECT:
            long(CURLINFO_OS_ERRNO) == Int(ECONNREFUSED) ? .connectionRefused : .cannotConnect
        case CURLE_OPERATION_TIMEDOUT:
            .timedOut
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED:
            .tls
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CRL_BADFILE:
            .untrustedCertificate
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_HTTP2,
            CURLE_HTTP2_STREAM, CURLE_PROXY:
            .cut
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
            .badAnswer
        case CURLE_UNSUPPORTED_PROTOCOL:
            // libcurl reports an answer without a status line as the unsupported "HTTP/0.9".
            long(CURLINFO_REQUEST_SIZE) > 0 ? .badAnswer : .badURL
        case CURLE_URL_MALFORMAT:
            .badURL
        default:
            .failed
        }
    }

    /// Whether no byte of the request can have reached the server.
    func isCertainlyUnsent(after code: CURLcode) -> Bool {
        // More than nothing also after a CONNECT to a proxy; too cautious there, never wrong.
        guard long(CURLINFO_REQUEST_SIZE) == 0 else { return false }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR,
            CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CRL_BADFILE,
            CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            return true
        case CURLE_OPERATION_TIMEDOUT, CURLE_ABORTED_BY_CALLBACK:
            // The size counts only what the first write took; once that phase is over, more may have followed.
            return offset(CURLINFO_PRETRANSFER_TIME_T) == 0
        default:
            return false
        }
    }
}
