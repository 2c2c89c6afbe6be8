/// The functions of the host that the JavaScript library stands on: digests, ciphers, signatures and compression.
///
/// Each becomes a function of the engine when the library first asks for it; none of them reaches outside the process.
enum NativeFunctions {
    /// Random bytes as the run wants them, usually from its seed.
    typealias RandomBytes = (_ count: Int) -> [UInt8]

    /// A function of the engine that returns the native function of a name, undefined for a name that there is none of.
    static func make(in engine: Engine, randomBytes: @escaping RandomBytes) -> EngineValue {
        engine.makeFunction("native") { [unowned engine] arguments in
            guard let name = arguments.first?.string else { return nil }
            if name == "randomBytes" { return random(in: engine, randomBytes) }
            guard let body = bodies[name] else { return nil }
            return engine.makeFunction(name) { arguments in
                do {
                    return try body(NativeArguments(engine: engine, values: arguments))
                } catch let failure as NativeFailure {
                    throw EngineError.thrown(failure.value(in: engine))
                }
            }
        }
    }

    private typealias Body = (NativeArguments) throws -> EngineValue

    private static func random(in engine: Engine, _ source: @escaping RandomBytes) -> EngineValue {
        engine.makeFunction("randomBytes") { [unowned engine] arguments in
            let count = arguments.first.map(\.number) ?? 0
            guard count <= Double(limit) else { throw EngineError.thrown(NativeFailure.tooMuch.value(in: engine)) }
            return engine.make(source(Int(count)))
        }
    }

    /// More than this many bytes are never made for a plugin at once.
    static let limit = 256 << 20

    nonisolated(unsafe) private static let bodies: [String: Body] = [
        "hash": { try $0.make(Digests.hash($0.name(0), $0.bytes(1), length: $0.integer(2))) },
        "hmac": { try $0.make(Digests.hmac($0.name(0), key: $0.bytes(1), $0.bytes(2))) },
        "pbkdf2": { try $0.make(Digests.pbkdf2($0.name(0), $0.bytes(1), salt: $0.bytes(2), iterations: $0.size(3), length: $0.size(4))) },
        "scrypt": {
            try $0.make(Digests.scrypt(
                $0.bytes(0), salt: $0.bytes(1), n: $0.size(2), r: $0.size(3), p: $0.size(4), memory: $0.size(5), length: $0.size(6)))
        },
        "cipherInfo": { Ciphers.info($0) },
        "cipher": { try Ciphers.run($0) },
        "sign": {
            let key = try AsymmetricKey(reading: $0.bytes(1), isPrivate: true, passphrase: $0.optionalBytes(2))
            return try $0.make(Signatures.sign($0.bytes(5), with: key, $0.signatureOptions))
        },
        "verify": {
            let key = try AsymmetricKey(reading: $0.bytes(1), isPrivate: false, passphrase: $0.optionalBytes(2))
            return try $0.engine.make(Signatures.verify($0.bytes(6), of: $0.bytes(5), with: key, $0.signatureOptions))
        },
        "rsa": {
            let operation = $0.name(0)
            let isPrivate = operation == "decrypt" || operation == "privateEncrypt"
            let key = try AsymmetricKey(reading: $0.bytes(1), isPrivate: isPrivate, passphrase: $0.optionalBytes(2))
            return try $0.make(RSAEncryption.run(operation, $0.bytes(5), with: key, padding: Int32($0.size(3)), hash: $0.name(4)))
        },
        "keyRead": {
            let isPrivate = $0.values[1].boolean
            return try $0.make(AsymmetricKey(reading: $0.bytes(0), isPrivate: isPrivate, passphrase: $0.optionalBytes(2)).exported(asPEM: true, isPrivate: isPrivate))
        },
        "keyType": { try $0.engine.make(AsymmetricKey(reading: $0.bytes(0), isPrivate: $0.values[1].boolean, passphrase: nil).type) },
        "keyWidth": {
            let key = try AsymmetricKey(reading: $0.bytes(0), isPrivate: $0.values[1].boolean, passphrase: $0.optionalBytes(2))
            return $0.engine.make(Double(key.width))
        },
        "keyExport": {
            let isPrivate = $0.values[1].boolean
            let key = try AsymmetricKey(reading: $0.bytes(0), isPrivate: isPrivate, passphrase: nil)
            return try $0.make(key.exported(asPEM: $0.name(3) == "pem", isPrivate: isPrivate))
        },
        "zlib": { try Compression.run($0) },
    ]
}

/// Arguments of a native function; what is missing or of the wrong kind is empty or zero, for the JavaScript in front checks them.
struct NativeArguments {
    unowned let engine: Engine
    let values: [EngineValue]

    func name(_ index: Int) -> String { index < values.count ? values[index].text : "" }

    func bytes(_ index: Int) -> [UInt8] { optionalBytes(index) ?? [] }

    func optionalBytes(_ index: Int) -> [UInt8]? { index < values.count ? values[index].bytes : nil }

    /// A whole number; nil when it is none.
    func integer(_ index: Int) -> Int? {
        guard index < values.count, values[index].isNumber else { return nil }
        return Int(exactly: values[index].number.rounded(.towardZero))
    }

    func size(_ index: Int) -> Int { integer(index) ?? 0 }

    func make(_ bytes: [UInt8]?) -> EngineValue {
        guard let bytes else { return engine.null }
        return engine.make(bytes)
    }
}

/// Why a native function gave no result; becomes an `Error` in the script.
struct NativeFailure: Error {
    var message: String
    var code: String?
    /// OpenSSL's own words, which Node puts beside the message.
    var library: String?
    var reason: String?

    static let tooMuch = NativeFailure(message: "Array buffer allocation failed", code: "ERR_MEMORY_ALLOCATION_FAILED")

    func value(in engine: Engine) -> EngineValue {
        let error = engine.makeError(message)
        for (name, text) in [("library", library), ("reason", reason), ("code", code)] {
            if let text { error.set(name, engine.make(text)) }
        }
        return error
    }
}
