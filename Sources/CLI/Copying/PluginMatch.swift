import Models
import Storage

/// Which plugins of two mirrors, or of one, are the same app: by url, then by name.
enum PluginMatch {
    /// The candidates with its url, else those with its name; the plugin itself where it is one of them.
    static func candidates(for plugin: Plugin, in others: [Plugin], isSameMirror: Bool) -> [Plugin] {
        if isSameMirror, let same = others.first(where: { $0.id == plugin.id }) { return [same] }
        if let url = url(plugin) {
            let alike = others.filter { self.url($0) == url }
            if !alike.isEmpty { return alike }
        }
        return others.filter { $0.name.lowercased() == plugin.name.lowercased() }
    }

    /// Without what makes no difference to where it leads.
    private static func url(_ plugin: Plugin) -> String? {
        guard var url = plugin.url?.lowercased(), !url.isEmpty else { return nil }
        while url.hasSuffix("/") { url.removeLast() }
        return url.hasSuffix(".git") ? String(url.dropLast(4)) : url
    }
}

extension PluginTable {
    /// All plugins that are not marked as removed, by id.
    func present() throws(MirrorError) -> [Plugin] {
        var plugins: [Plugin] = []
        for id in try presentIDs().sorted() {
            if let plugin = try row(id)?.plugin { plugins.append(plugin) }
        }
        return plugins
    }
}
