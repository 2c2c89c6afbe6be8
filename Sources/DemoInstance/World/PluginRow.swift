extension DemoProfile {
    /// A plugin of the demo world as a server of this profile would have stored it.
    func row(for plugin: DemoPlugin) -> DemoPlugin {
        var row = plugin
        if !has(.pluginSource) {
            // Its only text is the one that was typed in; what came from elsewhere is an archive that no answer shows.
            let text = plugin.sources.first { $0.name == "index.ts" }?.text
            row.source = plugin.type == "source" ? text?.trimmed : nil
            row.sources = []
        }
        if plugins.keepsRootAddress {
            row.url = plugin.url.map { url in
                guard let end = url.firstRange(of: "/tree/")?.lowerBound else { return url }
                return String(url[..<end])
            }
        }
        return row
    }
}
