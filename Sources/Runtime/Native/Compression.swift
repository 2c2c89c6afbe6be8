internal import CCrypto

/// Deflate in its wrappings, in one piece.
enum Compression {
    /// Bytes, or an object that says what zlib found wrong; `error` is "too large" for more than the allowed output.
    static func run(_ arguments: NativeArguments) throws -> EngineValue {
        let engine = arguments.engine
        var job = CompressionJob(mode: arguments.name(0), input: arguments.bytes(1))
        job.level = Int32(truncatingIfNeeded: arguments.size(2))
        job.windowBits = Int32(truncatingIfNeeded: arguments.size(3))
        job.memoryLevel = Int32(truncatingIfNeeded: arguments.size(4))
        job.strategy = Int32(truncatingIfNeeded: arguments.size(5))
        job.dictionary = arguments.bytes(6)
        job.flush = Int32(truncatingIfNeeded: arguments.size(7))
        job.maximum = min(arguments.size(8), NativeFunctions.limit)
        do {
            return engine.make(try job.run())
        } catch let problem as CompressionProblem {
            let result = engine.makeObject()
            result.set("error", engine.make(problem.message))
            result.set("errno", engine.make(Double(problem.status)))
            return result
        }
    }
}

private struct CompressionProblem: Error {
    var message: String
    var status: Int32
}

private struct CompressionJob {
    let mode: String
    let input: [UInt8]
    var level: Int32 = -1
    var windowBits: Int32 = 15
    var memoryLevel: Int32 = 8
    var strategy: Int32 = 0
    var dictionary: [UInt8] = []
    var flush: Int32 = Z_FINISH
    var maximum = NativeFunctions.limit

    init(mode: String, input: [UInt8]) {
        self.mode = mode
        self.input = input
    }

    private var deflates: Bool { mode.hasPrefix("deflate") || mode == "gzip" }

    /// How zlib is told of the wrapping: 16 more for gzip, 32 more to find out, less than zero for none.
    private var wrappedBits: Int32 {
        switch mode {
        case "gzip": windowBits + 16
        case "gunzip": windowBits + 16
        case "unzip": windowBits + 32
        case "deflateRaw", "inflateRaw": -windowBits
        default: windowBits
        }
    }

    func run() throws -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        let opened = deflates
            ? deflateInit2_(&stream, level, Z_DEFLATED, wrappedBits, memoryLevel, strategy, ZLIB_VERSION, size)
            : inflateInit2_(&stream, wrappedBits, ZLIB_VERSION, size)
        guard opened == Z_OK else { throw CompressionProblem(message: "Init error", status: opened) }
        defer { if deflates { deflateEnd(&stream) } else { inflateEnd(&stream) } }
        try setDictionary(&stream, atStart: true)
        var source = input
        return try source.withUnsafeMutableBufferPointer { try work(&stream, $0) }
    }

    private func setDictionary(_ stream: inout z_stream, atStart: Bool) throws {
        // Raw streams carry no request for their dictionary.
        guard !dictionary.isEmpty, atStart ? deflates || mode == "inflateRaw" : true else { return }
        let status = deflates
            ? deflateSetDictionary(&stream, dictionary, uInt(dictionary.count)) : inflateSetDictionary(&stream, dictionary, uInt(dictionary.count))
        guard status == Z_OK else { throw CompressionProblem(message: status == Z_DATA_ERROR ? "Bad dictionary" : "Failed to set dictionary", status: status) }
    }

    private func work(_ stream: inout z_stream, _ source: UnsafeMutableBufferPointer<UInt8>) throws -> [UInt8] {
        stream.next_in = source.baseAddress
        stream.avail_in = uInt(source.count)
        var output: [UInt8] = []
        let chunk = 64 << 10
        var piece = [UInt8](repeating: 0, count: chunk)
        while true {
            let status = piece.withUnsafeMutableBufferPointer { buffer in
                stream.next_out = buffer.baseAddress
                stream.avail_out = uInt(chunk)
                return deflates ? deflate(&stream, flush) : inflate(&stream, flush == Z_FINISH ? Z_FINISH : flush)
            }
            let made = chunk - Int(stream.avail_out)
            guard output.count + made <= maximum else { throw CompressionProblem(message: "too large", status: Z_BUF_ERROR) }
            output += piece.prefix(made)
            if status == Z_NEED_DICT {
                guard !dictionary.isEmpty else { throw CompressionProblem(message: "Missing dictionary", status: Z_NEED_DICT) }
                try setDictionary(&stream, atStart: false)
            } else if try isDone(status, &stream, made: made) {
                return output
            }
        }
    }

    private func isDone(_ status: Int32, _ stream: inout z_stream, made: Int) throws -> Bool {
        switch status {
        case Z_STREAM_END:
            // A gzip file may be several, one after the other; what follows and is none is passed over.
            guard !deflates, mode == "gunzip" || mode == "unzip", stream.avail_in > 0, stream.next_in.pointee == 0x1f else { return true }
            return inflateReset(&stream) != Z_OK
        case Z_OK:
            return stream.avail_out > 0 && stream.avail_in == 0 && flush != Z_FINISH
        case Z_BUF_ERROR:
            if made == 64 << 10 { return false }
            if flush != Z_FINISH { return true }
            throw CompressionProblem(message: "unexpected end of file", status: Z_BUF_ERROR)
        default:
            let message = stream.msg.map { String(cString: $0) } ?? "Zlib error"
            throw CompressionProblem(message: message, status: status)
        }
    }
}
