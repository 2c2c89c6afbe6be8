internal import CCrypto

extension NativeFailure {
    /// OpenSSL's newest complaint as Node words it; `fallback` when OpenSSL has none.
    static func openSSL(_ fallback: String) -> NativeFailure {
        // The oldest entry of the queue is the cause; Node shows the newest.
        let code = ERR_peek_last_error()
        ERR_clear_error()
        guard code != 0 else { return NativeFailure(message: fallback) }
        var text = [CChar](repeating: 0, count: 256)
        ERR_error_string_n(code, &text, text.count)
        let reason = ERR_reason_error_string(code).map { String(cString: $0) }
        let library = ERR_lib_error_string(code).map { String(cString: $0) }
        let message = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return NativeFailure(message: message, code: reason.map { label($0, library) }, library: library, reason: reason)
    }

    private static func label(_ reason: String, _ library: String?) -> String {
        let prefix = ["digital envelope routines": "EVP_", "rsa routines": "RSA_", "PEM routines": "PEM_"][library ?? ""] ?? ""
        return "ERR_OSSL_" + prefix + reason.uppercased().replacing(" ", with: "_")
    }
}
