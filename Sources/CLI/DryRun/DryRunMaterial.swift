import Models
import Storage
import Sync

/// All that the mirror has about one thing to run; secrets and files that wait are read later, outside of the transaction.
struct DryRunMaterial: Sendable {
    let subject: String
    let title: String
    let configID: PluginConfigID?
    let projectID: ProjectID
    private let pluginID: PluginID
    private let plugin: Plugin?
    /// nil for code that no config uses.
    private let versions: Versions?
    private let secretKeys: Set<String>
    /// As the person has it, and as the instance has it; nil when the mirror has no code.
    private var local: SourceFiles?
    private var base: SourceFiles?
    private let form: SourceForm
    private var isCodeEdited: Bool
    private var isGiven: Bool
    /// Whether the config runs as the instance has it, whatever is edited.
    private var ignoresEdits = false
    /// Events that failed once and were kept, to be run with the others.
    private let fixtures: [EventText]

    /// - Parameter edited: Only what is in here counts as edited: the rest stays as the instance has it.
    init(_ wanted: MirrorSubjects.Wanted, edited: Edited, in mirror: MirrorTransaction) throws(MirrorError) {
        switch wanted {
        case .config(let id):
            guard let row = try mirror.configs.row(id) else { preconditionFailure("a selected config is in the mirror") }
            subject = id.subject
            configID = id
            projectID = row.projectID
            pluginID = row.pluginID
            title = try mirror.title(plugin: row.pluginID, project: row.projectID)
            let known = edited.configs.first { $0.versions.id == id }?.versions
            versions = if let known { known } else { try mirror.configs.versions(id) }
        case .plugin(let id):
            subject = id.subject
            configID = nil
            pluginID = id
            projectID = try mirror.projects.all().first { $0.removedAt == nil }?.id ?? ProjectID(0)
            title = try mirror.plugins.row(id)?.plugin.name ?? id.subject
            versions = nil
        }
        plugin = try mirror.plugins.row(pluginID)?.plugin
        secretKeys = try mirror.plugins.secretKeys(pluginID).union(plugin?.schema.secretKeys ?? [])
        fixtures = try mirror.fixtures.list(plugin: pluginID, config: configID).map { EventText($0.event.text) }
        let input = edited.sources.first { [pluginID] in $0.id == pluginID }
        let source: SourceVersions? = if let input { input.versions } else { try mirror.sources.versions(pluginID) }
        form = source?.form ?? plugin.map { SourceForm(of: $0) } ?? .endpoint
        if let source {
            (local, base, isGiven) = (source.local, source.base, false)
            isCodeEdited = !source.edits.isEmpty
        } else {
            let given = try mirror.sources.files(.given, of: pluginID)
            let isKnown = !given.names.isEmpty
            (local, base, isGiven) = (isKnown ? given : nil, isKnown ? given : nil, isKnown)
            isCodeEdited = false
        }
    }

    /// What selectors mean, or everything that is edited.
    static func all(
        _ selectors: [String], edited: Edited, project: String?, in mirror: MirrorTransaction
    ) throws(MirrorError) -> [DryRunMaterial] {
        let wanted = selectors.isEmpty
            ? try MirrorSubjects.wanted(edited, in: mirror) : try MirrorSubjects.named(selectors, edited: edited, project: project, in: mirror)
        var materials: [DryRunMaterial] = []
        for thing in wanted { materials.append(try DryRunMaterial(thing, edited: edited, in: mirror)) }
        return materials
    }

    /// Why it can't be run; nil when it can.
    var unrunnable: Unrunnable? {
        guard plugin != nil else {
            return Unrunnable(subject: subject, title: title, why: "the mirror does not have its plugin", next: "phsync pull")
        }
        guard let local else {
            let isPublic = plugin?.url.map { !$0.hasPrefix("file:") } ?? false
            return Unrunnable(
                subject: subject, title: title, why: "the mirror does not have the plugin's code",
                next: "phsync source \(pluginID.subject) \(isPublic ? "--fetch" : "--from DIR")")
        }
        guard local[form.mainFile].map({ !$0.isEmpty }) ?? false else {
            let only = local.names.filter { ["site.ts", "frontend.tsx"].contains($0) }
            let why = only.isEmpty ? "the plugin has no \(form.mainFile)" : "the plugin has only \(only.joined(separator: " and ")), which runs in browsers"
            return Unrunnable(subject: subject, title: title, why: why, next: nil)
        }
        return nil
    }

    /// - Parameter addsFixtures: Runs the events that were kept of earlier failures after the others.
    func subject(
        era: EraChoice, events: DryRunEvents, _ reader: WaitingReader, addsFixtures: Bool = true
    ) throws(Problem) -> DryRunSubject {
        let events = addsFixtures ? events.adding(fixtures) : events
        guard let plugin, let local else { preconditionFailure("what can't be run is no subject") }
        let isEdited = isCodeEdited || versions.map { !$0.edits.isEmpty } ?? false
        let onInstance = ignoresEdits ? versions?.base : nil
        let content = onInstance ?? versions?.local ?? ConfigEditor.draftContent(manifestSchema(local) ?? plugin.schema)
        let now = try version(plugin, local, content, edits: onInstance == nil ? versions?.edits ?? [] : [], reader)
        var before: DryRunVersion? = isEdited ? nil : now
        // Of a draft, and of code that the instance does not have yet, there is nothing to compare with.
        let isOnInstance = versions.map { $0.base != nil } ?? true
        if isEdited, isOnInstance, let base, base[form.mainFile].map({ !$0.isEmpty }) ?? false {
            before = try version(plugin, base, versions?.base ?? content, edits: [], reader)
        }
        return DryRunSubject(subject: subject, title: title, local: now, base: before, isEdited: isEdited, next: next, era: era, events: events)
    }

    private var next: String {
        isCodeEdited ? "phsync edit-source \(pluginID.subject)" : "phsync diff \(subject)"
    }

    /// The same with other code: as it is installed, and as a newer version has it.
    func upgraded(from installed: SourceFiles, to candidate: SourceFiles) -> DryRunMaterial {
        var material = self
        (material.base, material.local, material.isCodeEdited, material.isGiven) = (installed, candidate, true, false)
        material.ignoresEdits = true
        return material
    }

    // MARK: For checks that run nothing

    var pluginSubject: String { pluginID.subject }
    var pluginTitle: String { plugin?.name ?? pluginID.subject }
    var schema: ConfigSchema { local.flatMap(manifestSchema) ?? plugin?.schema ?? ConfigSchema(.array([])) }

    var valuesToCheck: [ValidationTarget.Values] {
        guard let versions else { return [] }
        return [.init(subject: subject, title: title, content: versions.local, secretKeys: secretKeys)]
    }

    /// The code without any config's values; nil when the mirror does not have it.
    var codeToCheck: DryRunVersion? {
        guard let plugin, let local, !local.names.isEmpty else { return nil }
        return version(plugin, local)
    }

    private func manifestSchema(_ files: SourceFiles) -> ConfigSchema? {
        files[PluginManifest.fileName].flatMap { PluginManifest($0) }?.schema
    }

    private func version(
        _ plugin: Plugin, _ files: SourceFiles, _ content: ConfigContent, edits: [Edit], _ reader: WaitingReader
    ) throws(Problem) -> DryRunVersion {
        var version = version(plugin, files)
        version.notChecked.append(DryRunVersion.startsEmpty)
        if isGiven { version.notChecked.append("the code was given by hand, not read from the instance") }
        if configID == nil { version.notChecked.append("no config uses the plugin: the defaults of its schema were taken") }
        try ConfigFilling(content: content, edits: edits, secretKeys: secretKeys, reader: reader).fill(&version)
        return version
    }

    private func version(_ plugin: Plugin, _ files: SourceFiles) -> DryRunVersion {
        var texts: [String: String] = [:]
        for name in files.names { texts[name] = files[name] }
        return DryRunVersion(
            plugin: PluginIdentity(name: plugin.name, id: Int(plugin.id.rawValue), url: plugin.url, tag: plugin.tag),
            configID: configID.map { max(0, Int($0.rawValue)) } ?? 0, projectID: projectID,
            manifest: files[PluginManifest.fileName] ?? DryRunMaterial.manifest(of: plugin), files: texts, entry: form.mainFile, config: JSONObject())
    }

    /// For servers that keep no plugin.json: what they have of it.
    private static func manifest(of plugin: Plugin) -> String {
        let json: JSONValue = ["name": .string(plugin.name), "config": plugin.schema.json]
        return json.text
    }
}

/// Reads secrets and files that wait for a push.
struct WaitingReader: Sendable {
    let mirror: Mirror

    func secret(_ reference: String) throws(Problem) -> Secret? {
        do {
            return try mirror.secrets.read(reference)
        } catch {
            throw MirrorError(error).problem
        }
    }

    func file(_ reference: String) throws(Problem) -> [UInt8]? {
        do {
            return try mirror.attachments.read(reference)
        } catch {
            throw MirrorError(error).problem
        }
    }
}

/// Puts a config's values and files into a version: stand-ins for secrets that only the instance has, and no file whose contents
/// only it has.
struct ConfigFilling {
    let content: ConfigContent
    let edits: [Edit]
    let secretKeys: Set<String>
    let reader: WaitingReader

    func fill(_ version: inout DryRunVersion) throws(Problem) {
        for member in content.values.effective {
            version.config[member.key] = try value(member, &version)
        }
        for (key, info) in content.attachments.sorted(by: { $0.key < $1.key }) {
            guard case .file(let file) = edit(.attachment(key)), let bytes = try reader.file(file.reference) else {
                version.notChecked.append(DryRunVersion.absent(key))
                continue
            }
            version.attachments[key] = AttachmentFile(contentType: info.contentType, fileName: info.name, contents: bytes)
            if secretKeys.contains(key), let text = String(validating: bytes, as: UTF8.self) { version.secrets.append(text) }
        }
    }

    private func value(_ member: JSONObject.Member, _ version: inout DryRunVersion) throws(Problem) -> JSONValue {
        if case .secret(let reference) = edit(.key(member.key)), let secret = try reader.secret(reference) {
            let text = secret.reveal()
            version.secrets.append(text)
            return .string(text)
        }
        guard member.value == .string(Secret.mask) || SecretRedaction.isRedacted(member.value) else { return member.value }
        version.notChecked.append("the secret \(member.key) is only on the instance: \(ConfigFilling.standIn(for: member.key)) stood in for it")
        return .string(ConfigFilling.standIn(for: member.key))
    }

    private func edit(_ field: ConfigField) -> Edit.Value? { edits.first { $0.field == field }?.value }

    static func standIn(for key: String) -> String { "phsync-secret-\(key)" }
}
