import Glibc
import Models

/// A file operation that failed, and on which path.
struct FileError: Error, Sendable, Equatable {
    let operation: Files.Operation
    let path: String
    let code: Int32

    var problem: Problem {
        Problem(
            .failed, code: code == ENOSPC ? "disk-full" : "file-error", subject: path,
            message: "can't \(operation.rawValue) \(path): \(Self.text(of: code))")
    }

    /// The system's words for an error number.
    static func text(of code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
        return buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "error \(code)" }
    }
}

/// The few operations on phsync's own small files: private from the moment they exist, replaced as a whole or not at all.
struct Files: Sendable {
    enum Operation: String, Sendable, CaseIterable {
        case makeDirectory = "make the folder"
        case inspect = "look at"
        case setMode = "set the mode of"
        case open = "open"
        case lock = "lock"
        case read = "read"
        case write = "write"
        case sync = "store"
        case rename = "replace"
        case remove = "remove"
    }

    /// Asked before each operation; an error number makes it fail with that number. For tests.
    var fault: @Sendable (Operation) -> Int32? = { _ in nil }

    /// The file's bytes; nil when it does not exist.
    ///
    /// - Parameter limit: Reading stops once there are more bytes than this, which a device would never run out of.
    func read(_ path: String, limit: Int = .max) throws(FileError) -> [UInt8]? {
        let descriptor: Int32
        do throws(FileError) {
            descriptor = try open(path, O_RDONLY)
        } catch {
            if error.code == ENOENT { return nil }
            throw error
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var status = stat()
        // Only to have the room at once, and not for more than a file here can sensibly hold: a file may claim any size.
        if fstat(descriptor, &status) == 0 { bytes.reserveCapacity(min(max(0, Int(status.st_size)), limit, 1 << 29)) }
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = try attempt(.read, path) { Glibc.read(descriptor, &buffer, buffer.count) }
            bytes += buffer[..<count]
            if count == 0 || bytes.count > limit { return bytes }
        }
    }

    /// Overwrites the file with zeros and removes it; a file system that keeps old blocks elsewhere still has them.
    func erase(_ path: String) throws(FileError) {
        do throws(FileError) {
            let descriptor = try open(path, O_WRONLY | O_NOFOLLOW)
            defer { close(descriptor) }
            var status = stat()
            try attempt(.inspect, path) { fstat(descriptor, &status) }
            let zeros = [UInt8](repeating: 0, count: 65536)
            var left = Int(status.st_size)
            while left > 0 { left -= try attempt(.write, path) { Glibc.write(descriptor, zeros, min(left, zeros.count)) } }
            try attempt(.sync, path) { fsync(descriptor) }
        } catch where error.code == ENOENT || error.code == ELOOP {
            // Gone already, or a link: what it points to is not ours.
        }
        try remove(path)
    }

    /// Puts a new file of mode 0600 in the place of `path`; after a failure or a crash the old one is still whole.
    ///
    /// A symbolic link stays one: what it points to is replaced. The caller holds the folder's lock.
    func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
        let target = resolved(path)
        let fresh = target + ".new"
        // What an interrupted earlier write left behind; the lock says that nobody is writing it now.
        unlink(fresh)
        do throws(FileError) {
            try create(fresh, bytes)
            try attempt(.rename, path) { Glibc.rename(fresh, target) }
        } catch {
            unlink(fresh)
            throw error
        }
        try syncDirectory(of: target)
    }

    /// Adds bytes to the end of a file, which is made when it is missing; one write, so that lines of several writers don't mix.
    func append(_ bytes: [UInt8], to path: String) throws(FileError) {
        let descriptor = try attempt(.write, path) { Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600) }
        defer { close(descriptor) }
        _ = try attempt(.write, path) { bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } }
    }

    func remove(_ path: String) throws(FileError) {
        do throws(FileError) {
            try attempt(.remove, path) { unlink(path) }
        } catch where error.code == ENOENT {
            return
        }
        try syncDirectory(of: path)
    }

    /// Removes a folder that is empty.
    func removeDirectory(_ path: String) throws(FileError) {
        try attempt(.remove, path) { rmdir(path) }
    }

    /// Makes the folder and those above it where missing, each of mode 0700; one that is open to others is closed.
    func makePrivateDirectory(_ path: String) throws(FileError) {
        var prefix = ""
        for part in path.split(separator: "/") {
            prefix += "/" + part
            var status = stat()
            if stat(prefix, &status) == 0 { continue }
            do throws(FileError) {
                try attempt(.makeDirectory, prefix) { mkdir(prefix, 0o700) }
            } catch where error.code == EEXIST {
                continue
            }
        }
        _ = try makePrivate(path, mode: 0o700)
    }

    /// Takes the rights of group and others away.
    ///
    /// - Returns: Whether there were any; false when there is no such file.
    /// - Throws: `FileError` when it belongs to somebody else or the mode can't be set.
    func makePrivate(_ path: String, mode: mode_t) throws(FileError) -> Bool {
        var status = stat()
        do throws(FileError) {
            try attempt(.inspect, path) { stat(path, &status) }
        } catch where error.code == ENOENT {
            return false
        }
        guard status.st_uid == geteuid() else { throw FileError(operation: .inspect, path: path, code: EPERM) }
        guard status.st_mode & 0o077 != 0 else { return false }
        try attempt(.setMode, path) { chmod(path, mode) }
        return true
    }

    /// Waits until no other phsync changes this folder; the caller releases it.
    func lock(_ directory: String) throws(FileError) -> FolderLock {
        let descriptor = try open(directory, O_RDONLY | O_DIRECTORY)
        do throws(FileError) {
            try attempt(.lock, directory) { flock(descriptor, LOCK_EX) }
        } catch {
            close(descriptor)
            throw error
        }
        return FolderLock(descriptor: descriptor)
    }

    /// The same without waiting; nil when another process has it, or when the folder is gone.
    func lockIfFree(_ directory: String) throws(FileError) -> FolderLock? {
        let descriptor: Int32
        do throws(FileError) {
            descriptor = try open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        } catch where [ENOENT, ENOTDIR, ELOOP].contains(error.code) {
            return nil
        }
        do throws(FileError) {
            try attempt(.lock, directory) { flock(descriptor, LOCK_EX | LOCK_NB) }
        } catch {
            close(descriptor)
            if error.code == EWOULDBLOCK { return nil }
            throw error
        }
        return FolderLock(descriptor: descriptor)
    }

    /// The names of what is in a folder; empty when it does not exist.
    func names(in directory: String) throws(FileError) -> [String] {
        guard let stream = opendir(directory) else {
            if errno == ENOENT { return [] }
            throw FileError(operation: .open, path: directory, code: errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}

extension Files {
    private func create(_ path: String, _ bytes: [UInt8]) throws(FileError) {
        let descriptor = try open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            written += try attempt(.write, path) { bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } }
        }
        try attempt(.sync, path) { fsync(descriptor) }
    }

    private func syncDirectory(of path: String) throws(FileError) {
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = try open(directory.isEmpty ? "/" : directory, O_RDONLY | O_DIRECTORY)
        defer { close(descriptor) }
        try attempt(.sync, directory) { fsync(descriptor) }
    }

    private func open(_ path: String, _ flags: Int32) throws(FileError) -> Int32 {
        try attempt(.open, path) { Glibc.open(path, flags | O_CLOEXEC, 0o600) }
    }

    /// The path with symbolic links followed; itself when nothing is there yet.
    private func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    @discardableResult
    private func attempt<Number: BinaryInteger>(_ operation: Operation, _ path: String, _ call: () -> Number) throws(FileError) -> Number {
        if let code = fault(operation) { throw FileError(operation: operation, path: path, code: code) }
        while true {
            let result = call()
            if result >= 0 { return result }
            guard errno == EINTR else { throw FileError(operation: operation, path: path, code: errno) }
        }
    }
}

/// Keeps other phsync processes from changing a folder; a crash releases it too.
struct FolderLock {
    fileprivate let descriptor: Int32

    func release() { close(descriptor) }
}
