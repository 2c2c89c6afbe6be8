internal import CCrypto

/// Encryption and decryption with a key and an initial vector.
enum Ciphers {
    static func info(_ arguments: NativeArguments) -> EngineValue {
        let engine = arguments.engine
        guard let cipher = EVP_get_cipherbyname(arguments.name(0)) else { return engine.null }
        let result = engine.makeObject()
        result.set("name", engine.make(EVP_CIPHER_get0_name(cipher).map { String(cString: $0).lowercased() } ?? ""))
        result.set("nid", engine.make(Double(EVP_CIPHER_get_nid(cipher))))
        result.set("keyLength", engine.make(Double(EVP_CIPHER_get_key_length(cipher))))
        result.set("ivLength", engine.make(Double(EVP_CIPHER_get_iv_length(cipher))))
        result.set("blockSize", engine.make(Double(EVP_CIPHER_get_block_size(cipher))))
        result.set("mode", engine.make(mode(cipher)))
        result.set("authenticated", engine.make(isAuthenticated(cipher)))
        return result
    }

    private static func isAuthenticated(_ cipher: OpaquePointer) -> Bool {
        EVP_CIPHER_get_flags(cipher) & UInt(EVP_CIPH_FLAG_AEAD_CIPHER) != 0
    }

    private static func mode(_ cipher: OpaquePointer) -> String {
        let names: [Int32: String] = [
            EVP_CIPH_CBC_MODE: "cbc", EVP_CIPH_ECB_MODE: "ecb", EVP_CIPH_CFB_MODE: "cfb", EVP_CIPH_OFB_MODE: "ofb", EVP_CIPH_CTR_MODE: "ctr",
            EVP_CIPH_GCM_MODE: "gcm", EVP_CIPH_CCM_MODE: "ccm", EVP_CIPH_OCB_MODE: "ocb", EVP_CIPH_WRAP_MODE: "wrap", EVP_CIPH_XTS_MODE: "xts",
        ]
        return names[EVP_CIPHER_get_mode(cipher)] ?? "stream"
    }

    /// What all the data so far gives; with `final` also the end of it and, when encrypting, the tag.
    static func run(_ arguments: NativeArguments) throws -> EngineValue {
        let engine = arguments.engine
        guard let cipher = EVP_get_cipherbyname(arguments.name(1)), let context = EVP_CIPHER_CTX_new() else {
            throw NativeFailure(message: "Unknown cipher", code: "ERR_CRYPTO_UNKNOWN_CIPHER")
        }
        defer { EVP_CIPHER_CTX_free(context) }
        var job = CipherJob(context: context, isEncrypting: arguments.values[0].boolean, isAuthenticated: isAuthenticated(cipher))
        try job.start(cipher, key: arguments.bytes(2), iv: arguments.bytes(3), padding: arguments.values[5].boolean)
        job.tag = arguments.bytes(7)
        job.tagLength = min(max(arguments.size(8), 4), 16)
        let isFinal = arguments.values[9].boolean
        let output = try job.run(arguments.bytes(4), additional: arguments.bytes(6), isFinal: isFinal)
        let result = engine.makeObject()
        result.set("output", engine.make(output))
        if isFinal, job.isEncrypting, job.isAuthenticated { result.set("tag", engine.make(job.tag)) }
        return result
    }
}

private struct CipherJob {
    let context: OpaquePointer
    let isEncrypting: Bool
    let isAuthenticated: Bool
    var tag: [UInt8] = []
    var tagLength = 16

    mutating func start(_ cipher: OpaquePointer, key: [UInt8], iv: [UInt8], padding: Bool) throws {
        let direction: Int32 = isEncrypting ? 1 : 0
        guard EVP_CipherInit_ex(context, cipher, nil, nil, nil, direction) == 1 else { throw NativeFailure.openSSL("Failed to initialize cipher") }
        if isAuthenticated {
            guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, Int32(iv.count), nil) == 1 else {
                ERR_clear_error()
                throw NativeFailure(message: "Invalid initialization vector", code: "ERR_CRYPTO_INVALID_IV")
            }
        }
        guard EVP_CipherInit_ex(context, nil, nil, key, iv.isEmpty ? nil : iv, direction) == 1 else {
            throw NativeFailure.openSSL("Failed to initialize cipher")
        }
        EVP_CIPHER_CTX_set_padding(context, padding ? 1 : 0)
    }

    mutating func run(_ data: [UInt8], additional: [UInt8], isFinal: Bool) throws -> [UInt8] {
        var count: Int32 = 0
        if isAuthenticated, !isEncrypting, !tag.isEmpty {
            guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1 else {
                ERR_clear_error()
                throw NativeFailure(message: "Invalid authentication tag length: \(tag.count)", code: "ERR_CRYPTO_INVALID_AUTH_TAG")
            }
        }
        if !additional.isEmpty, EVP_CipherUpdate(context, nil, &count, additional, Int32(additional.count)) != 1 {
            throw NativeFailure.openSSL("Unsupported state")
        }
        guard data.count <= NativeFunctions.limit else { throw NativeFailure.tooMuch }
        var output = [UInt8](repeating: 0, count: data.count + 2 * Int(EVP_MAX_BLOCK_LENGTH))
        guard EVP_CipherUpdate(context, &output, &count, data, Int32(data.count)) == 1 else { throw NativeFailure.openSSL("Trying to add data in unsupported state") }
        var total = Int(count)
        if isFinal { total += try finish(&output, from: total) }
        return Array(output.prefix(total))
    }

    private mutating func finish(_ output: inout [UInt8], from start: Int) throws -> Int {
        var count: Int32 = 0
        let result = output.withUnsafeMutableBufferPointer { EVP_CipherFinal_ex(context, $0.baseAddress.map { $0 + start }, &count) }
        guard result == 1 else {
            if isAuthenticated {
                ERR_clear_error()
                throw NativeFailure(message: "Unsupported state or unable to authenticate data")
            }
            throw NativeFailure.openSSL("Unsupported state")
        }
        if isAuthenticated, isEncrypting {
            tag = [UInt8](repeating: 0, count: tagLength)
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagLength), &tag)
        }
        return Int(count)
    }
}
