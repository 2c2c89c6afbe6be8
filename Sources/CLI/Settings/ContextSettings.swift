import Models

/// What is configured for one instance.
struct ContextSettings: Sendable, Equatable {
    let name: String
    var origin: Origin
    /// The project that commands use unless told otherwise: an id or a name.
    var project: String?
    /// Accepts plain http on a host that is not this machine.
    var allowsHTTP = false
    /// A file of certificates to trust instead of the system's.
    var caFile: String?
    var proxy: String?
    /// The contract that plugins run under, where the server does not say.
    var runtimeEra: String?
    /// A shell command that prints the token.
    var tokenCommand: String?
    /// Stands in for the hosts that plugins' archives are downloaded from; on this machine only.
    var archiveOrigin: Origin?
    /// Whether a pull keeps sample events, which are personal data.
    var keepsEvents = true
    /// How many days it keeps them; nil for the usual time.
    var eventDays: Int?
    /// Log entries older than this go after a pull; nil keeps them for good.
    var logsRetentionDays: Int?
    /// Versions older than this go after a pull, 0 for never; nil for the usual time.
    var historyDays: Int?
    /// How many of the newest versions of each thing stay all the same; nil for the usual number.
    var historyVersions: Int?

    init(name: String, origin: Origin) {
        self.name = name
        self.origin = origin
    }

    /// Refuses plain http unless the host is this machine or the context allows it.
    func checkTransport() throws(Problem) {
        guard origin.needsAllowHTTP, !allowsHTTP else { return }
        throw Problem(
            .usage, code: "plain-http", subject: name,
            message: "\(origin) would send your key in the clear; plain http is for this machine only",
            next: "phsync login --context \(name) --host \(origin) --allow-http")
    }
}

extension ContextSettings {
    /// The members of a context in the config file that this version knows.
    static let keys = [
        "host", "project", "allow_http", "ca_file", "proxy", "runtime_era", "token_command", "logs_retention_days", "sample_events",
        "event_retention_days", "archive_origin", "history_days", "history_versions",
    ]

    /// Reads a context; `fail` turns a key and what is wrong with it into the error to throw.
    init(name: String, _ object: JSONObject, fail: (String, String) -> Problem) throws(Problem) {
        func text(_ key: String) throws(Problem) -> String? {
            guard let value = object[key], !value.isNull else { return nil }
            guard let text = value.string, !text.isEmpty else { throw fail(key, "has to be a text") }
            return text
        }
        func number(_ key: String, _ range: ClosedRange<Int64>) throws(Problem) -> Int? {
            guard let value = object[key], !value.isNull else { return nil }
            guard let number = value.int, range.contains(number) else {
                throw fail(key, "has to be \(range.lowerBound) to \(range.upperBound)")
            }
            return Int(number)
        }
        guard let host = try text("host") else { throw fail("host", "is missing") }
        do throws(Origin.Mistake) {
            self.init(name: name, origin: try Origin(host))
        } catch {
            throw fail("host", "is not a host: \(error.reason)")
        }
        if let allows = object["allow_http"] {
            guard let allows = allows.bool else { throw fail("allow_http", "has to be true or false") }
            allowsHTTP = allows
        }
        project = try text("project")
        caFile = try text("ca_file")
        proxy = try text("proxy")
        runtimeEra = try text("runtime_era")
        tokenCommand = try text("token_command")
        if let archives = try text("archive_origin") {
            do throws(Origin.Mistake) {
                archiveOrigin = try Origin(archives)
            } catch {
                throw fail("archive_origin", "is not a host: \(error.reason)")
            }
            guard archiveOrigin?.isLoopback == true else { throw fail("archive_origin", "has to be this machine") }
        }
        if let word = try text("sample_events") {
            guard ["on", "off"].contains(word) else { throw fail("sample_events", "has to be \"on\" or \"off\"") }
            keepsEvents = word == "on"
        }
        if let days = object["event_retention_days"], !days.isNull {
            guard let days = days.int, (1...3650).contains(days) else { throw fail("event_retention_days", "has to be 1 to 3650") }
            eventDays = Int(days)
        }
        if let days = object["logs_retention_days"], !days.isNull {
            guard let days = days.int, (1...36_500).contains(days) else {
                throw fail("logs_retention_days", "has to be a whole number of days, at least 1")
            }
            logsRetentionDays = Int(days)
        }
        historyDays = try number("history_days", 0...36_500)
        historyVersions = try number("history_versions", 1...1_000_000)
    }

    /// Puts these settings into the context's object and leaves all other members as they are.
    func write(to object: inout JSONObject) {
        object["host"] = .string(origin.description)
        object["project"] = project.map(JSONValue.string)
        object["allow_http"] = allowsHTTP ? true : nil
        object["ca_file"] = caFile.map(JSONValue.string)
        object["proxy"] = proxy.map(JSONValue.string)
        object["runtime_era"] = runtimeEra.map(JSONValue.string)
        object["logs_retention_days"] = logsRetentionDays.map { JSONValue($0) }
        object["token_command"] = tokenCommand.map(JSONValue.string)
        object["archive_origin"] = archiveOrigin.map { .string($0.description) }
        object["sample_events"] = keepsEvents ? nil : "off"
        object["history_days"] = historyDays.map { JSONValue($0) }
        object["history_versions"] = historyVersions.map { JSONValue($0) }
        object["event_retention_days"] = eventDays.map { JSONValue($0) }
    }
}
