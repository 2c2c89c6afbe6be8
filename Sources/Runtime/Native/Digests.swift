internal import CCrypto

/// Digests of bytes by OpenSSL's name; nil for a name that it doesn't know.
enum Digests {
    static func find(_ name: String) -> OpaquePointer? {
        if let digest = EVP_get_digestbyname(name) { return digest }
        guard name.hasPrefix("rsa-") else { return nil }
        return EVP_get_digestbyname(String(name.dropFirst(4)))
    }

    /// - Parameter length: For digests whose length may be chosen.
    static func hash(_ name: String, _ data: [UInt8], length: Int? = nil) throws -> [UInt8]? {
        guard let digest = find(name), let context = EVP_MD_CTX_new() else { return nil }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestInit_ex(context, digest, nil) == 1, EVP_DigestUpdate(context, data, data.count) == 1 else {
            ERR_clear_error()
            return nil
        }
        if let length, EVP_MD_get_flags(digest) & UInt(EVP_MD_FLAG_XOF) != 0 {
            guard (0...NativeFunctions.limit).contains(length) else { throw NativeFailure.tooMuch }
            var result = [UInt8](repeating: 0, count: length)
            return EVP_DigestFinalXOF(context, &result, length) == 1 ? result : nil
        }
        var result = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard EVP_DigestFinal_ex(context, &result, &count) == 1 else { return nil }
        if let length, length != Int(count) { throw NativeFailure(message: "Unsupported state or unable to set output length") }
        return Array(result.prefix(Int(count)))
    }

    static func hmac(_ name: String, key: [UInt8], _ data: [UInt8]) throws -> [UInt8]? {
        guard let digest = find(name) else { return nil }
        var result = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard HMAC(digest, key, Int32(key.count), data, data.count, &result, &count) != nil else {
            ERR_clear_error()
            return nil
        }
        return Array(result.prefix(Int(count)))
    }

    static func pbkdf2(_ name: String, _ password: [UInt8], salt: [UInt8], iterations: Int, length: Int) throws -> [UInt8]? {
        guard let digest = find(name) else { return nil }
        guard (0...NativeFunctions.limit).contains(length) else { throw NativeFailure.tooMuch }
        // Work that no event could wait for; the engine's own limit can't end it.
        guard iterations <= 10_000_000, length / 16 * iterations <= 40_000_000 else { throw tooMuchWork }
        var result = [UInt8](repeating: 0, count: length)
        let secret = password.map(CChar.init(bitPattern:))
        guard length == 0 || PKCS5_PBKDF2_HMAC(secret, Int32(secret.count), salt, Int32(salt.count), Int32(iterations), digest, Int32(length), &result) == 1
        else { throw NativeFailure.openSSL("PBKDF2 failed") }
        return result
    }

    /// nil for parameters that scrypt doesn't take.
    static func scrypt(_ password: [UInt8], salt: [UInt8], n: Int, r: Int, p: Int, memory: Int, length: Int) throws -> [UInt8]? {
        guard n > 1, r > 0, p > 0, memory >= 0, (0...NativeFunctions.limit).contains(length) else { return nil }
        guard n <= 1 << 24, r <= 1 << 10, p <= 1 << 10, n * r * p <= 1 << 26 else { throw tooMuchWork }
        var result = [UInt8](repeating: 0, count: length)
        let secret = password.map(CChar.init(bitPattern:))
        let bound = UInt64(min(memory, NativeFunctions.limit))
        guard EVP_PBE_scrypt(secret, secret.count, salt, salt.count, UInt64(n), UInt64(r), UInt64(p), bound, &result, length) == 1 else {
            ERR_clear_error()
            return nil
        }
        return result
    }

    private static let tooMuchWork = NativeFailure(message: "The derivation would take too long for this runtime", code: "ERR_OUT_OF_RANGE")
}
