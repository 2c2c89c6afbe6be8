extension DryRunJob {
    /// SHA-256 of all that makes the plugin's code, in hexadecimal: names, texts and plugin.json.
    package var sourceHash: String {
        var hashed: [UInt8] = []
        func add(_ text: String) {
            // Lengths before texts, so that no two lists of files give the same bytes.
            hashed += Array("\(text.utf8.count):".utf8)
            hashed += Array(text.utf8)
        }
        add(pluginJSON)
        for (name, text) in files.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            add(name)
            add(text)
        }
        return SHA256.hexadecimal(of: hashed)
    }
}
