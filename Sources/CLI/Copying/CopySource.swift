import Models
import Storage

/// The config that is copied, as the person has it here.
struct CopySource: Sendable {
    let selected: SelectedConfig
    let plugin: Plugin
    let projectName: String
    let content: ConfigContent
    let secretKeys: Set<String>
    /// Files whose contents are here, because no push has sent them yet.
    let waitingFiles: [String: WaitingFile]

    static func find(_ selector: String, _ project: String?, in mirror: MirrorTransaction) throws -> CopySource {
        let selected = try Selector.config(selector, project: project, for: "copy", in: mirror)
        let target = try EditTarget.of(selected, in: mirror)
        guard let versions = target.versions else { throw SelectorMistake.noConfig(selected, command: "copy") }
        let files = versions.edits.reduce(into: [String: WaitingFile]()) { files, edit in
            if case .attachment(let key) = edit.field, case .file(let file) = edit.value { files[key] = file }
        }
        return CopySource(
            selected: selected, plugin: target.plugin, projectName: try mirror.projects.name(selected.projectID),
            content: versions.local, secretKeys: target.secretKeys, waitingFiles: files)
    }
}
