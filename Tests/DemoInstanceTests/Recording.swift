import DemoInstance
import Foundation
import Models
import TestSupport

/// The recorded exchanges of one server, in order, with what has to be known to replay them.
struct Recording {
    struct Exchange {
        var file: String
        var request: DemoRequest
        var expected: Answer
    }

    struct Answer {
        var status: Int
        var contentType: String?
        var retryAfter: String?
        var body: JSONValue
        var text: String
    }

    let server: RecordedServer
    let state: JSONValue
    let files: [String]
    let clock: DemoInstant

    init(_ server: RecordedServer) throws {
        self.server = server
        state = try JSONValue(parsing: try Fixtures.bytes("\(server.folder)/state.json"))
        files = try Fixtures.names(in: server.folder, endingIn: ".json").filter { $0 != "state.json" }
        let text = state["start"]?["settings"]?[server.clockSetting]?.string ?? ""
        guard let clock = DemoInstant(String(text.prefix(20))) else { throw RecordingError(subject: "clock") }
        self.clock = clock
    }

    func start() throws -> DemoState {
        try DemoState(recorded: state, profile: server.profile)
    }

    /// Changes made behind the server's back before `file` was sent.
    func changes(before file: String) -> [JSONValue] {
        (state["out_of_band"]?.array ?? []).filter { $0["before"]?.string == file }.flatMap { $0["changes"]?.array ?? [] }
    }

    /// Every list of plugins is, also where the rows happened to come by id.
    var unordered: Set<String> {
        Set(state["row_orders"]?["recorded"]?.object?.keys ?? []).union(files.filter { $0.contains("-plugins-list") })
    }

    /// The file's exchanges in the order in which they give the recorded answers: one, or those of a race.
    func exchanges(in file: String) throws -> [Exchange] {
        let record = try JSONValue(parsing: try Fixtures.bytes("\(server.folder)/\(file)"))
        guard let race = record["concurrent"]?.array else { return [try exchange(file, record)] }
        let entry = (state["concurrent"]?.array ?? []).first { $0["name"]?.string == file }
        let order = (entry?["replay_in_order"]?.array ?? []).compactMap { $0.int.map { Int($0) } }
        return try order.map { try exchange(file, race[$0]) }
    }

    private func exchange(_ file: String, _ record: JSONValue) throws -> Exchange {
        guard let request = record["request"], let response = record["response"], let status = response["status"]?.int,
            let method = request["method"]?.string, let path = request["path"]?.string
        else { throw RecordingError(subject: file) }
        var headers = (request["headers"]?.object?.members ?? []).map { DemoHeader($0.key, $0.value.string ?? "") }
        headers.append(DemoHeader("Host", "127.0.0.1:8000"))
        let body = try body(request["body"] ?? .null, file)
        let answer = Answer(
            status: Int(status), contentType: response["headers"]?["Content-Type"]?.string,
            retryAfter: response["headers"]?["Retry-After"]?.string, body: response["body"] ?? .null, text: response["body_text"]?.string ?? "")
        return Exchange(file: file, request: DemoRequest(method, path, headers: headers, body: body), expected: answer)
    }

    private func body(_ body: JSONValue, _ file: String) throws -> [UInt8] {
        if body.isNull { return [] }
        let cut = Recording.cutBodies[file]
        if let raw = body["raw"]?.string { return cut?.bytes ?? Array(raw.utf8) }
        if let form = body["form"]?.string { return Array(form.utf8) }
        guard let parts = body["multipart"]?.array else { return Array(body.text.utf8) }
        var form = MultipartWriter(boundary: "----phsyncBoundary7MA4YWxk")
        for part in parts {
            var bytes = Array((part["text"]?.string ?? "").utf8)
            if let base64 = part["base64"]?.string, let data = Data(base64Encoded: base64) { bytes = [UInt8](data) }
            if let cut, cut.part == part["name"]?.string { bytes = cut.bytes }
            form.add(
                part["name"]?.string ?? "", bytes, fileName: part["filename"]?.string,
                contentType: part["content_type"]?.string)
        }
        return form.finished
    }

    /// Bodies that are cut in the records: the part of a form, or the whole body, as the recording's state describes it.
    private static let cutBodies: [String: (part: String?, bytes: [UInt8])] = {
        let filler = Array(repeating: UInt8(ascii: "x"), count: 22_020_096)
        let config = Array(#"{"emailSuffix": ""#.utf8) + filler + Array(#""}"#.utf8)
        return [
            "183-attach-21mb.json": ("add_attachment[database]", filler),
            "212-config-huge-form-field.json": ("config", config),
            "213-config-huge-json.json": (nil, Array(#"{"enabled": true, "x": ""#.utf8) + filler + Array(#""}"#.utf8)),
            "141-config-huge-form.json": ("config", config),
        ]
    }()
}

struct RecordingError: Error {
    var subject: String
}

/// Writes a multipart body.
struct MultipartWriter {
    let boundary: String
    private var bytes: [UInt8] = []

    init(boundary: String) {
        self.boundary = boundary
    }

    mutating func add(_ name: String, _ content: [UInt8], fileName: String? = nil, contentType: String? = nil) {
        let file = fileName.map { "; filename=\"\($0)\"" } ?? ""
        let type = contentType.map { "\r\nContent-Type: \($0)" } ?? ""
        bytes += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\(file)\(type)\r\n\r\n".utf8)
        bytes += content + Array("\r\n".utf8)
    }

    var finished: [UInt8] { bytes + Array("--\(boundary)--\r\n".utf8) }
}
