import Glibc
package import Models

/// The run lock of pull and push: held by one process, or one instance in it, and free again when its holder dies.
///
/// Reading and editing never take it. It is free again when the last reference to it goes.
package final class MirrorLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        // The holder's line goes first, so that nobody reads it without the lock being held.
        ftruncate(descriptor, 0)
        close(descriptor)
    }

    /// Takes the lock or says at once who has it.
    ///
    /// - Parameters:
    ///   - directory: The mirror's; made if it is missing.
    ///   - command: "pull" or "push", told to whoever comes second.
    /// - Throws: `Problem`: `.temporary` with "mirror-locked", or why the lock's file can't be made.
    package static func take(
        directory: String, command: String, environment: MirrorEnvironment = MirrorEnvironment()
    ) throws(Problem) -> MirrorLock {
        let path = "\(directory)/run.lock"
        do {
            try environment.files.makeDirectory(directory)
            try environment.files.createIfMissing(path)
        } catch {
            throw MirrorError(error).problem
        }
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw MirrorError(FileError(operation: .open, path: path, errno: errno)).problem
        }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            let reason = errno
            let holder = reason == EWOULDBLOCK ? Holder(descriptor: descriptor) : nil
            close(descriptor)
            guard reason == EWOULDBLOCK else {
                throw MirrorError(FileError(operation: .open, path: path, errno: reason)).problem
            }
            throw locked(by: holder, path: path, command: command, now: environment.now())
        }
        write(Holder(pid: getpid(), command: command, startedAt: environment.now()), to: descriptor)
        return MirrorLock(descriptor: descriptor)
    }

    /// Who works on the mirror at this moment, as far as the lock's file tells; nil when nobody does.
    ///
    /// For messages only: the lock is not touched, since looking must not keep away a push that begins now.
    package static func holder(directory: String) -> (command: String, pid: Int32)? {
        let descriptor = open("\(directory)/run.lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // A holder that was killed has left its line behind.
        guard let holder = Holder(descriptor: descriptor), kill(holder.pid, 0) == 0 || errno == EPERM else { return nil }
        return (holder.command, holder.pid)
    }

    private static func locked(by holder: Holder?, path: String, command: String, now: Timestamp) -> Problem {
        let who =
            holder.map { "phsync \($0.command) (process \($0.pid), since \(now.seconds(since: $0.startedAt)) s)" }
            ?? "Another phsync"
        return Problem(
            .temporary, code: "mirror-locked", subject: path,
            message: "\(who) is working on this mirror. Reading and editing don't have to wait for it; this does.",
            next: "phsync \(command)")
    }

    /// The line is a courtesy: the lock is what counts, so a full disk does not keep anybody from working.
    private static func write(_ holder: Holder, to descriptor: Int32) {
        let bytes = Array(holder.line.utf8)
        ftruncate(descriptor, 0)
        _ = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, bytes.count, 0) }
    }
}

/// Who has the lock, as its file says.
private struct Holder {
    let pid: Int32
    let command: String
    let startedAt: Timestamp

    init(pid: Int32, command: String, startedAt: Timestamp) {
        self.pid = pid
        self.command = command
        self.startedAt = startedAt
    }

    /// nil when the holder has not written its line yet.
    init?(descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        let words = String(decoding: buffer[..<count], as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 3, let pid = Int32(words[0]), let started = Int64(words[2]) else { return nil }
        self.init(pid: pid, command: String(words[1]), startedAt: Timestamp(milliseconds: started))
    }

    var line: String { "\(pid) \(command) \(startedAt.milliseconds)\n" }
}
