internal import CPluginLibrary

/// A JavaScript file that is built into the program.
enum LibraryFile {
    /// The file's text: of the runtime itself, else of what plugins can import; nil when there is none of that name.
    static func text(_ name: String) -> String? {
        runtimeText(name) ?? find(name, phsync_library_files)
    }

    /// Of the runtime itself only.
    static func runtimeText(_ name: String) -> String? {
        find(name, phsync_runtime_files)
    }

    private static func find(_ name: String, _ list: (UnsafeMutablePointer<Int>?) -> UnsafePointer<phsync_library_file>?) -> String? {
        var count = 0
        guard let files = list(&count) else { return nil }
        for file in UnsafeBufferPointer(start: files, count: count) where name == String(cString: file.name) {
            return String(decoding: UnsafeBufferPointer(start: file.text, count: file.size), as: UTF8.self)
        }
        return nil
    }
}
