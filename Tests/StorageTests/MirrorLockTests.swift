import Foundation
import Models
import Testing

@testable import Storage

struct MirrorLockTests {
    private let folder: Folder

    init() throws {
        folder = try Folder()
    }

    private func take(_ command: String, now: Int64 = 0) throws(Problem) -> MirrorLock {
        try MirrorLock.take(directory: folder.mirror, command: command, environment: MirrorEnvironment(now: { at(now) }))
    }

    @Test func theSecondOneIsToldWhoHasIt() throws {
        let first = try take("pull")
        let problem = #expect(throws: Problem.self) { try take("push", now: 75) }
        #expect(problem?.kind == .temporary)
        #expect(problem?.code == "mirror-locked")
        #expect(problem?.message.contains("phsync pull (process \(getpid()), since 75 s)") == true)
        withExtendedLifetime(first) {}
    }

    @Test func itIsFreeWhenItsHolderLetsGo() throws {
        do {
            let first = try take("pull")
            withExtendedLifetime(first) {}
        }
        let second = try take("push")
        withExtendedLifetime(second) {}
    }

    @Test func whoHasItCanBeAskedWithoutTakingIt() throws {
        #expect(MirrorLock.holder(directory: folder.mirror) == nil)
        do {
            let lock = try take("push")
            let holder = MirrorLock.holder(directory: folder.mirror)
            #expect(holder?.command == "push" && holder?.pid == getpid())
            withExtendedLifetime(lock) {}
        }
        #expect(MirrorLock.holder(directory: folder.mirror) == nil)
        // What a killed push leaves: its line, of a process that is no more.
        try folder.write("run.lock", Array("2147483646 push 0\n".utf8))
        #expect(MirrorLock.holder(directory: folder.mirror) == nil)
    }

    @Test func itsFileIsPrivate() throws {
        let lock = try take("pull")
        #expect(try folder.permissions("run.lock") == 0o600)
        withExtendedLifetime(lock) {}
    }

    @Test func anotherProcessKeepsUsOutUntilItDies() throws {
        try folder.write("run.lock", [])
        let (input, output) = (Pipe(), Pipe())
        // Else the child would keep its own input open for ever.
        for end in [input.fileHandleForWriting, output.fileHandleForReading] {
            #expect(fcntl(end.fileDescriptor, F_SETFD, FD_CLOEXEC) == 0)
        }
        // -o: the child that only waits for the end of its input does not inherit the lock.
        let other = try spawn(
            ["flock", "-o", "\(folder.mirror)/run.lock", "sh", "-c", "echo locked; cat"],
            input: input.fileHandleForReading, output: output.fileHandleForWriting)
        #expect(try output.fileHandleForReading.read(upToCount: 7) == Data("locked\n".utf8))
        let problem = #expect(throws: Problem.self) { try take("push") }
        #expect(problem?.code == "mirror-locked")
        kill(other, SIGKILL)
        var status: Int32 = 0
        #expect(waitpid(other, &status, 0) == other)
        let lock = try take("push")
        withExtendedLifetime(lock) {}
        try input.fileHandleForWriting.close()
    }

    /// Foundation's `Process` can't tell that a process ended while its grandchild lives.
    private func spawn(_ arguments: [String], input: FileHandle, output: FileHandle) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.fileDescriptor, 0)
        posix_spawn_file_actions_adddup2(&actions, output.fileDescriptor, 1)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        try #require(posix_spawnp(&child, arguments[0], &actions, nil, &words, environ) == 0)
        return child
    }

    @Test func aFolderThatCanNotBeMadeIsNamed() throws {
        try folder.write("file", [])
        let problem = #expect(throws: Problem.self) {
            try MirrorLock.take(directory: "\(folder.mirror)/file/under", command: "pull")
        }
        #expect(problem?.kind == .failed)
    }
}
