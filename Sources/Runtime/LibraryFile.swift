internal import CPluginLibrary
internal import Glibc

/// A JavaScript file that is built into the program.
struct LibraryFile {
    /// The text as the engine takes it: it ends with a NUL, and is there as long as the program.
    let terminated: UnsafePointer<CChar>

    /// A file of the runtime itself, else one of those that plugins can import; nil when there is none of that name.
    init?(_ name: String) {
        guard let file = LibraryFile.find(name, phsync_runtime_files) ?? LibraryFile.find(name, phsync_library_files) else { return nil }
        self = file
    }

    /// A file of the runtime itself.
    init?(ofRuntime name: String) {
        guard let file = LibraryFile.find(name, phsync_runtime_files) else { return nil }
        self = file
    }

    private init(_ file: phsync_library_file) {
        terminated = UnsafeRawPointer(file.text).assumingMemoryBound(to: CChar.self)
    }

    private static func find(_ name: String, _ list: (UnsafeMutablePointer<Int>?) -> UnsafePointer<phsync_library_file>?) -> LibraryFile? {
        var count = 0
        guard let files = list(&count) else { return nil }
        return UnsafeBufferPointer(start: files, count: count).first { strcmp(name, $0.name) == 0 }.map(LibraryFile.init)
    }
}
