import Glibc

/// The few file operations that the mirror needs beside SQLite, each private to the person: files 0600, folders 0700.
package struct FileSystem: Sendable {
    /// The system call that is about to be made, for tests that let it fail.
    package enum Operation: String, Sendable, CaseIterable {
        case makeDirectory = "mkdir"
        case create, open, write, read, sync, remove, list
        case protect = "chmod"
        case access
    }

    /// Called before each operation; an errno other than 0 is its outcome. Tests fail the N-th one with it.
    private let fault: @Sendable (Operation, String) -> Int32

    package init(fault: @escaping @Sendable (Operation, String) -> Int32 = { _, _ in 0 }) {
        self.fault = fault
    }

    /// Makes the folder and those above it where they are missing, private whatever the umask says.
    ///
    /// One that is there already loses the rights of others.
    func makeDirectory(_ path: String) throws(FileError) {
        if let mode = mode(path) {
            if mode & 0o077 != 0 { try check(.protect, path) { chmod(path, 0o700) } }
            return
        }
        let parent = FileSystem.parent(path)
        if mode(parent) == nil { try makeDirectory(parent) }
        try check(.makeDirectory, path) { mkdir(path, 0o700) == 0 || errno == EEXIST ? 0 : -1 }
        // The umask may have taken the owner's own rights.
        try check(.protect, path) { chmod(path, 0o700) }
        try syncDirectory(parent)
    }

    /// Makes an empty file if there is none; false when there is one.
    @discardableResult
    func createIfMissing(_ path: String) throws(FileError) -> Bool {
        if let mode = mode(path) {
            if mode & 0o077 != 0 { try check(.protect, path) { chmod(path, 0o600) } }
            return false
        }
        let descriptor = try check(.create, path) { Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
        defer { Glibc.close(descriptor) }
        try check(.protect, path) { fchmod(descriptor, 0o600) }
        try syncDirectory(FileSystem.parent(path))
        return true
    }

    /// Makes a file that did not exist, with all of `bytes` and its folder entry on the disk when this returns.
    ///
    /// When it throws, nothing is left of it, as far as that can be done.
    func writeNew(_ path: String, _ bytes: [UInt8]) throws(FileError) {
        let descriptor = try check(.create, path) { Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
        do {
            defer { Glibc.close(descriptor) }
            try check(.protect, path) { fchmod(descriptor, 0o600) }
            var written = 0
            while written < bytes.count {
                written += Int(try check(.write, path) {
                    bytes[written...].withUnsafeBytes { Int32(clamping: Glibc.write(descriptor, $0.baseAddress, $0.count)) }
                })
            }
            try check(.sync, path) { fsync(descriptor) }
            try syncDirectory(FileSystem.parent(path))
        } catch {
            unlink(path)
            throw error
        }
    }

    /// The whole file; nil when there is none.
    func read(_ path: String) throws(FileError) -> [UInt8]? {
        let descriptor: Int32
        do {
            descriptor = try check(.open, path) { Glibc.open(path, O_RDONLY | O_CLOEXEC) }
        } catch where error.errno == ENOENT {
            return nil
        }
        defer { Glibc.close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = try check(.read, path) { Int32(clamping: Glibc.read(descriptor, &buffer, buffer.count)) }
            if count == 0 { return bytes }
            bytes += buffer[..<Int(count)]
        }
    }

    /// Removes the file for good; false when there was none.
    @discardableResult
    func remove(_ path: String) throws(FileError) -> Bool {
        do {
            try check(.remove, path) { unlink(path) }
        } catch where error.errno == ENOENT {
            return false
        }
        try syncDirectory(FileSystem.parent(path))
        return true
    }

    /// Names in the folder, without "." and ".."; empty when there is no folder.
    func list(_ path: String) throws(FileError) -> [String] {
        let injected = fault(.list, path)
        if injected != 0 { throw FileError(operation: .list, path: path, errno: injected) }
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw FileError(operation: .list, path: path, errno: errno)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Bytes in the file; nil when there is none.
    func size(_ path: String) -> Int64? {
        var info = stat()
        return stat(path, &info) == 0 ? Int64(info.st_size) : nil
    }

    func isWritable(_ path: String) -> Bool { fault(.access, path) == 0 && access(path, W_OK) == 0 }

    /// Why an existing file can't be read; nil when it can, or is not there.
    func refusal(toRead path: String) -> FileError? {
        guard size(path) != nil else { return nil }
        let injected = fault(.access, path)
        if injected != 0 { return FileError(operation: .open, path: path, errno: injected) }
        return access(path, R_OK) == 0 ? nil : FileError(operation: .open, path: path, errno: errno)
    }

    private func mode(_ path: String) -> UInt32? {
        var info = stat()
        return stat(path, &info) == 0 ? info.st_mode & 0o7777 : nil
    }

    private func syncDirectory(_ path: String) throws(FileError) {
        let descriptor = try check(.open, path) { Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        defer { Glibc.close(descriptor) }
        try check(.sync, path) { fsync(descriptor) }
    }

    /// Runs a system call, again when a signal interrupts it.
    @discardableResult
    private func check(_ operation: Operation, _ path: String, _ call: () -> Int32) throws(FileError) -> Int32 {
        let injected = fault(operation, path)
        if injected != 0 { throw FileError(operation: operation, path: path, errno: injected) }
        while true {
            let result = call()
            if result >= 0 { return result }
            if errno != EINTR { throw FileError(operation: operation, path: path, errno: errno) }
        }
    }

    static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
