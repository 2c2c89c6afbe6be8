import Glibc
import Models

/// What the command line says about a run.
struct DryRunOptions: Sendable {
    var fetch = FetchPolicy.Mode.deny
    var cassette: [CassetteEntry] = []
    /// That may be asked for real.
    var hosts: [String] = []
    /// Where real answers are kept.
    var recordPath: String?
    /// A MaxMind database, by its whole path.
    var geoipPath: String?
    var methods: [String]?
    var seed: UInt64 = 1
    /// What stand-ins for services' SDKs answer: module, call, answer.
    var answers = JSONObject()
    /// nil for the time of the newest event.
    var clock: Timestamp?
    var comparesWithBase = true
    var hasTimings = true
    /// How many sandboxes run at once.
    var jobs = 2

    /// Where time starts when there is no event: fixed, so that the same run gives the same bytes.
    static let fixedClock = Timestamp(milliseconds: 1_704_067_200_000)

    init() {}

    init(_ context: CommandContext) throws(Problem) {
        let arguments = context.arguments
        fetch = arguments.value("fetch").flatMap(FetchPolicy.Mode.init) ?? (arguments.has("cassette") ? .replay : .deny)
        if fetch == .live {
            hosts = arguments.values("allow-host")
            recordPath = arguments.value("cassette")
            guard !hosts.isEmpty else {
                throw Problem(
                    .usage, code: "no-hosts", subject: "--fetch", message: "--fetch live asks only hosts that you name",
                    next: "phsync dry-run --fetch live --allow-host HOST")
            }
        } else if let path = arguments.value("cassette") {
            cassette = try Self.cassette(path, context)
        }
        guard fetch != .replay || arguments.has("cassette") else {
            throw Problem(.usage, code: "no-cassette", subject: "--fetch", message: "--fetch replay needs the recorded answers", next: "phsync dry-run --fetch replay --cassette FILE")
        }
        geoipPath = try arguments.value("geoip").map { path throws(Problem) in try Self.geoip(path) }
        if arguments.knows("answers"), let path = arguments.value("answers") { answers = try Self.answers(path, context) }
        let named = arguments.values("method")
        if !named.isEmpty { methods = try named.map { name throws(Problem) in try Self.method(name) } }
        if let text = arguments.value("seed") {
            guard let number = UInt64(text) else {
                throw Problem(.usage, code: "bad-seed", subject: "--seed", message: "--seed takes a whole number from 0 on, not \"\(text)\"")
            }
            seed = number
        }
        if let text = arguments.value("clock") { clock = try TimeArgument.moment(text, flag: "--clock", now: context.now()) }
        comparesWithBase = arguments.value("against") != "none"
        hasTimings = !arguments.has("no-timings")
        if let count = arguments.integer("jobs") { jobs = count }
    }

    /// A word that no server calls would run nothing, and look as if all went well.
    private static func method(_ name: String) throws(Problem) -> String {
        let known = PluginContract.methodNames
        guard !known.contains(name), !name.hasPrefix("runEvery") else { return name }
        let near = NearestWord.find(name, in: known).map { "; did you mean \"\($0)\"?" } ?? "; there are \(known.joined(separator: ", "))"
        throw Problem(.usage, code: "no-such-method", subject: "--method", message: "no server calls a method \"\(name)\"\(near)")
    }

    private static func answers(_ path: String, _ context: CommandContext) throws(Problem) -> JSONObject {
        let answers = try GivenFile.object(path, for: "--answers", context)
        let known = PluginContract.standIns
        for member in answers.members {
            guard known.contains(member.key) else {
                let near = NearestWord.find(member.key, in: known).map { "; did you mean \"\($0)\"?" } ?? "; there are \(known.joined(separator: ", "))"
                throw Problem(.usage, code: "bad-answers", subject: path, message: "\(path): no stand-in is called \"\(member.key)\"\(near)")
            }
            guard member.value.object != nil else {
                throw Problem(
                    .usage, code: "bad-answers", subject: path,
                    message: "\(path): the answers of \(member.key) are \(member.value.kindInWords), and have to be an object, as in {\"\(member.key)\": {\"Client.query\": {\"rows\": []}}}")
            }
        }
        return answers
    }

    /// A JSON array of `{method, url, status, headers, body}`.
    private static func cassette(_ path: String, _ context: CommandContext) throws(Problem) -> [CassetteEntry] {
        let bytes = try GivenFile.bytes(path, for: "--cassette", context)
        do {
            let value = try JSONValue(parsing: bytes)
            guard let entries = value.array else { throw badCassette(path, "it is \(value.kindInWords)") }
            return try entries.map { try CassetteEntry($0) }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw badCassette(path, "\(error)")
        }
    }
}

extension DryRunOptions {
    /// The database's whole path, if it is one: it is opened elsewhere, where nobody could be told that it isn't.
    private static func geoip(_ path: String) throws(Problem) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0, let whole = realpath(path, nil) else {
            throw Problem(.usage, code: "no-file", subject: path, message: "the file \(path), named by --geoip, can't be read: \(String(cString: strerror(errno)))")
        }
        defer {
            free(whole)
            close(descriptor)
        }
        // The format's marker is in the last 128 KiB.
        let size = lseek(descriptor, 0, SEEK_END)
        var end = [UInt8](repeating: 0, count: Int(min(max(size, 0), 131_072)))
        let count = pread(descriptor, &end, end.count, size - off_t(end.count))
        guard count == end.count, end.firstRange(of: [0xAB, 0xCD, 0xEF] + Array("MaxMind.com".utf8)) != nil else {
            throw Problem(
                .usage, code: "bad-geoip", subject: path, message: "\(path) is no MaxMind database; --geoip takes a .mmdb file such as GeoLite2-City.mmdb, unpacked")
        }
        return String(cString: whole)
    }

    private static func badCassette(_ path: String, _ why: String) -> Problem {
        Problem(
            .usage, code: "bad-cassette", subject: path, message: "\(path) is no cassette, a JSON list of {method, url, status, headers, body}: \(why)")
    }
}

/// Files that are named on the command line.
enum GivenFile {
    static let limit = 512 << 20

    /// The file's bytes, or those of stdin for "-".
    static func bytes(_ path: String, for flag: String, _ context: CommandContext, limit: Int = limit) throws(Problem) -> [UInt8] {
        if path == "-" { return try Input.standard.all(limit: limit) }
        let found: [UInt8]?
        do throws(FileError) {
            found = try context.files.read(path, limit: limit)
        } catch {
            throw Problem(.usage, code: "unreadable-file", subject: path, message: "the file for \(flag) can't be read: \(error.problem.message)")
        }
        guard let found else { throw Problem(.usage, code: "no-file", subject: path, message: "there is no file \(path), named by \(flag)") }
        guard found.count <= limit else {
            throw Problem(.usage, code: "too-long", subject: path, message: "\(path) is larger than \(limit >> 20) MiB")
        }
        return found
    }

    static func text(_ path: String, for flag: String, _ context: CommandContext, limit: Int = limit) throws(Problem) -> String {
        guard let text = String(validating: try bytes(path, for: flag, context, limit: limit), as: UTF8.self) else {
            throw Problem(.usage, code: "not-text", subject: path, message: "\(path) is not UTF-8 text")
        }
        return text
    }

    /// The file's JSON object: key to value.
    static func object(_ path: String, for flag: String, _ context: CommandContext) throws(Problem) -> JSONObject {
        let bytes = try bytes(path, for: flag, context, limit: 64 << 20)
        do {
            let value = try JSONValue(parsing: bytes)
            if let object = value.object { return object }
            throw Problem(.usage, code: "not-an-object", subject: path, message: "\(path) has to be one JSON object, and is \(value.kindInWords)")
        } catch let error as Problem {
            throw error
        } catch {
            throw Problem(.usage, code: "not-json", subject: path, message: "\(path): \(error)")
        }
    }
}
