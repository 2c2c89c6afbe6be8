internal import CCrypto

/// A private or public key, read from PEM or DER.
final class AsymmetricKey {
    let pointer: OpaquePointer

    /// A public key is also what a private key or a certificate contains.
    init(reading data: [UInt8], isPrivate: Bool, passphrase: [UInt8]?) throws {
        let secret = (passphrase ?? []) + [0]
        let key = isPrivate
            ? AsymmetricKey.readPrivate(data, secret)
            : AsymmetricKey.readPublic(data) ?? AsymmetricKey.readCertificate(data) ?? AsymmetricKey.readPrivate(data, secret)
        guard let key else { throw NativeFailure.openSSL("error:1E08010C:DECODER routines::unsupported") }
        ERR_clear_error()
        pointer = key
    }

    deinit { EVP_PKEY_free(pointer) }

    private static func withMemory<Result>(_ data: [UInt8], _ read: (OpaquePointer) -> Result?) -> Result? {
        guard let memory = BIO_new_mem_buf(data, Int32(data.count)) else { return nil }
        defer { BIO_free(memory) }
        return read(memory)
    }

    private static func readPrivate(_ data: [UInt8], _ secret: [UInt8]) -> OpaquePointer? {
        withMemory(data) { memory in
            // With a passphrase of our own OpenSSL never asks a terminal for one.
            var secret = secret
            return secret.withUnsafeMutableBytes { PEM_read_bio_PrivateKey(memory, nil, nil, $0.baseAddress) }
        } ?? withMemory(data) { d2i_PrivateKey_bio($0, nil) }
    }

    private static func readPublic(_ data: [UInt8]) -> OpaquePointer? {
        withMemory(data) { PEM_read_bio_PUBKEY($0, nil, nil, nil) } ?? withMemory(data) { d2i_PUBKEY_bio($0, nil) } ?? readRSA(data)
    }

    /// The older form, `BEGIN RSA PUBLIC KEY`.
    private static func readRSA(_ data: [UInt8]) -> OpaquePointer? {
        withMemory(data) { memory in
            var key: OpaquePointer?
            guard let decoder = OSSL_DECODER_CTX_new_for_pkey(&key, nil, nil, "RSA", 0, nil, nil) else { return nil }
            defer { OSSL_DECODER_CTX_free(decoder) }
            return OSSL_DECODER_from_bio(decoder, memory) == 1 ? key : nil
        }
    }

    private static func readCertificate(_ data: [UInt8]) -> OpaquePointer? {
        guard let certificate = withMemory(data, { PEM_read_bio_X509($0, nil, nil, nil) }) else { return nil }
        defer { X509_free(certificate) }
        return X509_get_pubkey(certificate)
    }

    /// Node's name of the key's kind.
    var type: String {
        let names: [Int32: String] = [
            EVP_PKEY_RSA: "rsa", EVP_PKEY_RSA_PSS: "rsa-pss", EVP_PKEY_DSA: "dsa", EVP_PKEY_EC: "ec", EVP_PKEY_ED25519: "ed25519",
            EVP_PKEY_ED448: "ed448", EVP_PKEY_X25519: "x25519", EVP_PKEY_X448: "x448", EVP_PKEY_DH: "dh",
        ]
        return names[EVP_PKEY_get_base_id(pointer)] ?? "unknown"
    }

    /// Bytes of one of the two numbers in a signature.
    var width: Int { (Int(EVP_PKEY_get_bits(pointer)) + 7) / 8 }

    /// PKCS#8 or SubjectPublicKeyInfo.
    func exported(asPEM: Bool, isPrivate: Bool) throws -> [UInt8] {
        guard let memory = BIO_new(BIO_s_mem()) else { throw NativeFailure.openSSL("Out of memory") }
        defer { BIO_free(memory) }
        let written = switch (asPEM, isPrivate) {
        case (true, true): PEM_write_bio_PKCS8PrivateKey(memory, pointer, nil, nil, 0, nil, nil)
        case (true, false): PEM_write_bio_PUBKEY(memory, pointer)
        case (false, true): i2d_PKCS8PrivateKey_bio(memory, pointer, nil, nil, 0, nil, nil)
        case (false, false): i2d_PUBKEY_bio(memory, pointer)
        }
        guard written == 1 else { throw NativeFailure.openSSL("The key can't be exported") }
        var result = [UInt8](repeating: 0, count: Int(BIO_ctrl_pending(memory)))
        let count = BIO_read(memory, &result, Int32(result.count))
        return Array(result.prefix(Int(max(count, 0))))
    }
}
