import Models
import Storage
import Sync

/// A plugin's code, and configs of it, to be checked.
struct ValidationTarget: Sendable {
    /// A config's values, held against the schema that goes with the code.
    struct Values: Sendable {
        let subject: String
        let title: String
        let content: ConfigContent
        let secretKeys: Set<String>
    }

    /// "plugin:5" or a folder.
    let subject: String
    let title: String
    let era: Era
    /// nil when the code is not known; then values alone are checked.
    let version: DryRunVersion?
    let schema: ConfigSchema
    let values: [Values]

    init(folder: FolderSubject, era: Era, _ context: CommandContext) {
        subject = folder.path
        title = folder.version.plugin.name
        self.era = era
        version = folder.version
        schema = PluginManifest(folder.manifest)?.schema ?? ConfigSchema(.array([]))
        var content = ConfigContent(enabled: true, order: nil, values: folder.version.config)
        for (key, file) in folder.version.attachments {
            content.attachments[key] = AttachmentInfo(
                uid: AttachmentInfo.unknownUID, sizeBytes: Int64(file.contents?.count ?? 0), name: file.fileName, contentType: file.contentType)
        }
        // Without a config there is nothing that anybody has entered.
        values = context.arguments.has("config") ? [Values(subject: context.arguments.value("config") ?? "", title: title, content: content, secretKeys: schema.secretKeys)] : []
    }

    init(subject: String, title: String, era: Era, version: DryRunVersion?, schema: ConfigSchema, values: [Values]) {
        self.subject = subject
        self.title = title
        self.era = era
        self.version = version
        self.schema = schema
        self.values = values
    }

    /// One target for each plugin, with the configs of it that are meant.
    static func inMirror(
        _ selectors: [String], edited: Edited, _ mirror: Mirror, _ instance: Instance, _ context: CommandContext
    ) throws(Problem) -> (targets: [ValidationTarget], unchecked: [String]) {
        let project = instance.project
        let (materials, facts) = try mirror.look { mirror in
            (try DryRunMaterial.all(selectors, edited: edited, project: project, in: mirror), try MirrorSubjects.facts(in: mirror))
        }
        let era = try EraChoice.choose(context, instance, facts: facts)
        var targets: [ValidationTarget] = []
        var unchecked = [era.note].compactMap { $0 }
        for material in materials {
            let version = material.codeToCheck
            if version == nil, let why = material.unrunnable { unchecked.append("code of \(why.text)") }
            let values = material.valuesToCheck
            if let index = targets.firstIndex(where: { $0.subject == material.pluginSubject }) {
                let known = targets[index]
                targets[index] = ValidationTarget(
                    subject: known.subject, title: known.title, era: known.era, version: known.version, schema: known.schema, values: known.values + values)
            } else {
                targets.append(
                    ValidationTarget(
                        subject: material.pluginSubject, title: material.pluginTitle, era: era.era, version: version, schema: material.schema, values: values))
            }
        }
        return (targets, Array(Set(unchecked)).sorted())
    }
}
