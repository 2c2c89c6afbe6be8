import Glibc
import Models
import Sync

/// A folder or an archive with the code of a plugin, read file by file and never unpacked.
struct CodeArchive {
    private enum Kind {
        case folder
        /// Read with `unzip`.
        case zip(prefix: String)
        /// Read with `tar`.
        case tarGzip(prefix: String)
    }

    let path: String
    private let kind: Kind
    private let files: Files
    private static let listLimit = 4 << 20

    /// - Parameter subfolder: Where in the root folder the plugin lies.
    init(_ path: String, format: PluginArchive.Format? = nil, subfolder: String = "", files: Files) throws(Problem) {
        self.files = files
        // A path is absolute before a program gets it: one that begins with a hyphen would be an option.
        self.path = path.hasPrefix("/") ? path : CodeArchive.currentFolder + "/" + path
        var status = stat()
        guard stat(self.path, &status) == 0 else {
            throw Problem(.usage, code: "unreadable-file", subject: path, message: "\(path) can't be read: \(FileError.text(of: errno))")
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            kind = .folder
        } else if format == .tarGzip || path.hasSuffix(".tgz") || path.hasSuffix(".tar.gz") {
            let names = try CodeArchive.output(["tar", "-tzf", self.path], package: "tar", limit: Self.listLimit)
            kind = .tarGzip(prefix: try CodeArchive.root(names, of: path) + CodeArchive.folder(subfolder))
        } else {
            let names = try CodeArchive.output(["unzip", "-Z1", self.path], package: "unzip", limit: Self.listLimit)
            kind = .zip(prefix: try CodeArchive.root(names, of: path) + CodeArchive.folder(subfolder))
        }
    }

    /// The file's bytes; nil when the archive has no such file.
    func read(_ name: String) throws(Problem) -> [UInt8]? {
        switch kind {
        case .folder:
            do throws(FileError) {
                return try files.read(path + "/" + name, limit: SourceLimits.fileBytes)
            } catch {
                throw error.problem
            }
        case .zip(let prefix): return try CodeArchive.member(["unzip", "-P", "", "-p", path, CodeArchive.literal(prefix + name)])
        case .tarGzip(let prefix): return try CodeArchive.member(["tar", "-xzOf", path, "--", prefix + name])
        }
    }

    private static func folder(_ subfolder: String) -> String { subfolder.isEmpty ? "" : subfolder + "/" }

    private static var currentFolder: String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        return getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? "."
    }

    /// "name/" of the one folder that everything lies in; "" when plugin.json lies at the top.
    private static func root(_ list: [UInt8], of path: String) throws(Problem) -> String {
        let names = String(decoding: list, as: UTF8.self).split(separator: "\n")
        if names.contains("plugin.json") { return "" }
        let roots = Set(names.map { $0.prefix { $0 != "/" } })
        guard roots.count == 1, let root = roots.first, !root.hasPrefix("-") else {
            throw Problem(
                .invalid, code: "no-root-folder", subject: path, message: "\(path) does not hold one folder with a plugin in it")
        }
        return root + "/"
    }

    /// `unzip` takes names for patterns.
    private static func literal(_ name: String) -> String {
        name.map { "*?[]\\".contains($0) ? "\\\($0)" : String($0) }.joined()
    }

    /// A program that can't give a file is one that found none; whether it is the right one shows at plugin.json.
    private static func member(_ arguments: [String]) throws(Problem) -> [UInt8]? {
        let outcome = try ChildProcess.output(arguments, limit: SourceLimits.fileBytes)
        return outcome.status == 0 ? outcome.output : nil
    }

    private static func output(_ arguments: [String], package: String, limit: Int) throws(Problem) -> [UInt8] {
        let outcome: ChildProcess.Outcome
        do throws(Problem) {
            outcome = try ChildProcess.output(arguments, limit: limit)
        } catch where error.code == "not-started" {
            throw Problem(
                .failed, code: "no-unpacker", subject: arguments[0],
                message: "reading this archive needs the program \(arguments[0]), which is not installed", next: "apt-get install \(package)")
        }
        guard outcome.status == 0 else {
            throw Problem(
                .invalid, code: "unreadable-archive", subject: arguments.last ?? "",
                message: "\(arguments.last ?? "it") can't be read as an archive (\(arguments[0]) ended with status \(outcome.status))")
        }
        return outcome.output
    }
}
