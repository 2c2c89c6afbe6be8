internal import CCrypto

/// How a signature is made beside the key.
struct SignatureOptions {
    /// Empty for keys that bring their own.
    var digest: String
    /// RSA's padding, 0 for the usual one.
    var padding: Int32
    /// PSS's salt, in bytes or one of OpenSSL's negative wishes.
    var saltLength: Int32
}

extension NativeArguments {
    /// As `sign` and `verify` are given them.
    var signatureOptions: SignatureOptions {
        SignatureOptions(digest: name(0), padding: Int32(truncatingIfNeeded: size(3)), saltLength: Int32(truncatingIfNeeded: size(4)))
    }
}

enum Signatures {
    static func sign(_ data: [UInt8], with key: AsymmetricKey, _ options: SignatureOptions) throws -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw NativeFailure.openSSL("Out of memory") }
        defer { EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?
        guard EVP_DigestSignInit(context, &keyContext, digest(options, key), nil, key.pointer) == 1 else { throw NativeFailure.openSSL("The key can't sign") }
        try prepare(keyContext, key, options)
        var count = 0
        guard EVP_DigestSign(context, nil, &count, data, data.count) == 1 else { throw NativeFailure.openSSL("The key can't sign") }
        var result = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSign(context, &result, &count, data, data.count) == 1 else { throw NativeFailure.openSSL("The key can't sign") }
        return Array(result.prefix(count))
    }

    static func verify(_ signature: [UInt8], of data: [UInt8], with key: AsymmetricKey, _ options: SignatureOptions) throws -> Bool {
        guard let context = EVP_MD_CTX_new() else { throw NativeFailure.openSSL("Out of memory") }
        defer { EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?
        guard EVP_DigestVerifyInit(context, &keyContext, digest(options, key), nil, key.pointer) == 1 else {
            throw NativeFailure.openSSL("The key can't verify")
        }
        try prepare(keyContext, key, options)
        let result = EVP_DigestVerify(context, signature, signature.count, data, data.count)
        ERR_clear_error()
        return result == 1
    }

    private static func digest(_ options: SignatureOptions, _ key: AsymmetricKey) -> OpaquePointer? {
        options.digest.isEmpty || key.type == "ed25519" || key.type == "ed448" ? nil : Digests.find(options.digest)
    }

    private static func prepare(_ context: OpaquePointer?, _ key: AsymmetricKey, _ options: SignatureOptions) throws {
        guard options.padding != 0, key.type.hasPrefix("rsa") else { return }
        guard EVP_PKEY_CTX_set_rsa_padding(context, options.padding) == 1 else { throw NativeFailure.openSSL("Invalid padding") }
        guard options.padding == RSA_PKCS1_PSS_PADDING else { return }
        guard EVP_PKEY_CTX_set_rsa_pss_saltlen(context, options.saltLength) == 1 else { throw NativeFailure.openSSL("Invalid salt length") }
    }
}

enum RSAEncryption {
    private typealias Start = (OpaquePointer?) -> Int32
    private typealias Work = (OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>?, UnsafePointer<UInt8>?, Int) -> Int32

    /// `operation` is encrypt, decrypt, privateEncrypt or publicDecrypt.
    static func run(_ operation: String, _ data: [UInt8], with key: AsymmetricKey, padding: Int32, hash: String) throws -> [UInt8] {
        guard let context = EVP_PKEY_CTX_new(key.pointer, nil) else { throw NativeFailure.openSSL("Out of memory") }
        defer { EVP_PKEY_CTX_free(context) }
        let (start, work): (Start, Work) = switch operation {
        case "encrypt": (EVP_PKEY_encrypt_init, EVP_PKEY_encrypt)
        case "decrypt": (EVP_PKEY_decrypt_init, EVP_PKEY_decrypt)
        case "privateEncrypt": (EVP_PKEY_sign_init, EVP_PKEY_sign)
        default: (EVP_PKEY_verify_recover_init, EVP_PKEY_verify_recover)
        }
        guard start(context) == 1, EVP_PKEY_CTX_set_rsa_padding(context, padding) == 1 else { throw NativeFailure.openSSL("Invalid padding") }
        if padding == RSA_PKCS1_OAEP_PADDING {
            guard let digest = Digests.find(hash), EVP_PKEY_CTX_set_rsa_oaep_md(context, digest) == 1 else {
                throw NativeFailure(message: "Invalid digest: \(hash)", code: "ERR_OSSL_EVP_INVALID_DIGEST")
            }
        }
        var count = 0
        guard work(context, nil, &count, data, data.count) == 1 else { throw NativeFailure.openSSL("The key can't do that") }
        var result = [UInt8](repeating: 0, count: count)
        guard work(context, &result, &count, data, data.count) == 1 else { throw NativeFailure.openSSL("The key can't do that") }
        return Array(result.prefix(count))
    }
}
