import Models
import Storage

/// A plugin and its code as the instance shows them at this moment.
struct CurrentSource: Sendable {
    let plugin: Plugin
    let files: SourceFiles

    var state: SourceState {
        SourceState(files: files, form: SourceForm(of: plugin), name: plugin.name, schema: plugin.schema)
    }
}

/// Re-reads a plugin's code, right before it is sent and right after.
struct SourceReader: Sendable {
    let api: PostHogAPI
    let mirror: Mirror

    /// The code as it is now; nil when the instance says that the plugin is not there.
    func source(of id: PluginID) async throws(Problem) -> CurrentSource? {
        let organization = try await mirror.organization()
        do throws(APIError) {
            let plugin = try await plugin(id, organization)
            if SourceForm(of: plugin) == .field {
                return SourceForm.field.files(in: plugin).map { CurrentSource(plugin: plugin, files: $0) }
            }
            return CurrentSource(plugin: plugin, files: try await api.source(of: id, organization))
        } catch {
            if error.code == .notFound { return nil }
            throw error.problem("The code of \(id.subject) could not be read", subject: id.subject, next: "phsync push")
        }
    }

    private func plugin(_ id: PluginID, _ organization: OrganizationID) async throws(APIError) -> Plugin {
        let json = try await api.plugin(id, of: organization)
        let subject = "GET \(api.profile.pluginPath(id, of: organization))"
        do {
            let plugin = try Plugin(json)
            if plugin.id == id { return plugin }
            throw APIError(.notTheAPI, subject: subject, detail: "the answer is about \(plugin.id.subject)", mayHaveTakenEffect: true)
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(.notTheAPI, subject: subject, detail: "\(error)", mayHaveTakenEffect: true)
        }
    }
}
