import Glibc
import Models

/// A plugin that lies in a folder, without any mirror: what its author works on.
struct FolderSubject: Sendable {
    let path: String
    let version: DryRunVersion
    /// plugin.json as it is, for what can't be read in it.
    let manifest: String

    /// - Throws: `Problem` of kind `.usage` when the folder holds no plugin.
    init(_ path: String, _ context: CommandContext) throws(Problem) {
        self.path = path
        let manifest = try Self.text(path, PluginManifest.fileName, context)
        guard let manifest else {
            var status = stat()
            let isThere = stat(path, &status) == 0
            let isFolder = isThere && status.st_mode & S_IFMT == S_IFDIR
            if isThere, !isFolder {
                let folder = path.split(separator: "/").dropLast().joined(separator: "/")
                let above = path.hasPrefix("/") ? "/\(folder)" : folder.isEmpty ? "." : folder
                throw Problem(
                    .usage, code: "no-folder", subject: path, message: "\(path) is a file; a plugin is a folder with a plugin.json", next: "phsync validate --plugin \(above.shellQuoted)")
            }
            throw Problem(
                .usage, code: isFolder ? "no-plugin-json" : "no-folder", subject: path,
                message: isFolder ? "\(path) holds no plugin.json" : "there is no folder \(path)", next: "phsync new-plugin \(path.shellQuoted)")
        }
        self.manifest = manifest
        let json = PluginManifest.json(manifest)?.object
        var files = [PluginManifest.fileName: manifest]
        let lib = json?["lib"]?.string ?? "lib.js"
        for name in (PluginManifest(manifest)?.mainCandidates ?? ["index.js", "index.ts"]) + [lib] where Self.isInside(name) {
            files[name] = try Self.text(path, name, context)
        }
        for name in ["site.ts", "frontend.tsx"] { files[name] = try Self.text(path, name, context) }
        var config = Self.defaults(json)
        var notes = [DryRunVersion.startsEmpty]
        if context.arguments.knows("config"), let file = context.arguments.value("config") {
            let defaults = config
            config = try GivenFile.object(file, for: "--config", context)
            notes += Self.lacking(config, of: defaults, file)
        } else if !config.isEmpty {
            notes = ["without --config, the defaults of the schema were taken"] + notes
        }
        var version = DryRunVersion(
            plugin: PluginIdentity(name: json?["name"]?.string ?? Self.folderName(path)), configID: 0, projectID: ProjectID(1), manifest: manifest, files: files,
            entry: nil, config: config, notChecked: notes)
        version.attachments = try Attachments.given(context)
        version.secrets = ConfigSchema(json?["config"] ?? .array([])).secretKeys.compactMap { key in
            config[key]?.string.flatMap { $0.isEmpty ? nil : $0 }
        }.sorted()
        self.version = version
    }

    /// A plugin without a name is called after its folder, as servers do.
    private static func folderName(_ path: String) -> String {
        guard let whole = realpath(path, nil) else { return "plugin" }
        defer { free(whole) }
        return String(cString: whole).split(separator: "/").last.map(String.init) ?? "plugin"
    }

    /// What the web page fills in for a new config: the default of every field that has a key.
    private static func defaults(_ manifest: JSONObject?) -> JSONObject {
        var values = JSONObject()
        for field in ConfigSchema(manifest?["config"] ?? .array([])).fields where field.type != .attachment {
            if let value = field.defaultValue { values[field.key] = value }
        }
        return values
    }

    /// A config is run as it is stored: plugin servers add no defaults to one that was saved without them.
    private static func lacking(_ config: JSONObject, of defaults: JSONObject, _ file: String) -> [String] {
        let keys = defaults.keys.filter { config[$0] == nil }
        guard !keys.isEmpty else { return [] }
        return ["\(file) lacks \(keys.joined(separator: ", ")): servers add no defaults to a saved config, so the plugin ran without"]
    }

    /// The server reads nothing outside of the plugin's folder.
    private static func isInside(_ name: String) -> Bool { !name.hasPrefix("/") && !name.split(separator: "/").contains("..") }

    private static func text(_ folder: String, _ name: String, _ context: CommandContext) throws(Problem) -> String? {
        let path = "\(folder)/\(name)"
        let found: [UInt8]?
        do throws(FileError) {
            found = try context.files.read(path, limit: SourceLimits.fileBytes)
        } catch {
            if error.code == ENOTDIR { return nil }
            throw Problem(.usage, code: "unreadable-file", subject: path, message: "\(path) can't be read: \(error.problem.message)")
        }
        guard let found else { return nil }
        guard let text = String(validating: found, as: UTF8.self) else {
            throw Problem(.invalid, code: "not-text", subject: path, message: "\(path) is not UTF-8 text")
        }
        return text
    }
}

extension FolderSubject {
    /// The folder as something to run, against nothing.
    func subject(_ context: CommandContext) throws(Problem) -> DryRunSubject {
        let era = EraChoice.flag(context) ?? EraChoice(era: .december2023, note: nil)
        var version = version
        var events = DryRunEvents.none
        if let path = context.arguments.value("events") {
            let bytes = try GivenFile.bytes(path, for: "--events", context)
            // A folder belongs to no project; events of a plugin server say whose they are.
            if let team = Self.team(in: bytes) { version.projectID = team }
            let input = EventInput(projectID: version.projectID, siteURL: "", keepsIP: era.era <= .august2022)
            events = try DryRunEvents.parse(bytes, from: path, input)
        }
        return DryRunSubject(subject: path, title: version.plugin.name, local: version, base: nil, isEdited: true, era: era, events: events)
    }

    /// The team that the first event names.
    private static func team(in bytes: [UInt8]) -> ProjectID? {
        let line = bytes.drop { $0 == 0x0A || $0 == 0x0D || $0 == 0x20 }.prefix { $0 != 0x0A }
        // What is no event is told of when the events are read.
        guard let event = try? JSONValue(parsing: Array(line)), let team = event["team_id"]?.number?.int, team > 0 else { return nil }
        return ProjectID(team)
    }
}

/// `--attach KEY=PATH`: files that a run gets in the place of uploaded ones.
enum Attachments {
    static func given(_ context: CommandContext) throws(Problem) -> [String: AttachmentFile] {
        guard context.arguments.knows("attach") else { return [:] }
        var files: [String: AttachmentFile] = [:]
        for text in context.arguments.values("attach") {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex, text.index(after: equals) != text.endIndex else {
                throw Problem(.usage, code: "bad-attach", subject: "--attach", message: "\"\(text)\" names no file: write --attach KEY=PATH")
            }
            let path = String(text[text.index(after: equals)...])
            let bytes = try GivenFile.bytes(path, for: "--attach", context, limit: AttachmentReader.maximumBytes)
            let name = AttachmentName.sent(path)
            files[String(text[..<equals])] = AttachmentFile(contentType: AttachmentName.contentType(name), fileName: name, contents: bytes)
        }
        return files
    }
}
