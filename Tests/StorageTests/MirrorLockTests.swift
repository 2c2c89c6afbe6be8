import Foundation
import Models
import TestSupport
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
        let other = try ChildProgram(
            ["flock", "-o", "\(folder.mirror)/run.lock", "sh", "-c", "echo locked; cat"],
            input: input.fileHandleForReading.fileDescriptor, output: output.fileHandleForWriting.fileDescriptor)
        #expect(try output.fileHandleForReading.read(upToCount: 7) == Data("locked\n".utf8))
        let problem = #expect(throws: Problem.self) { try take("push") }
        #expect(problem?.code == "mirror-locked")
        other.stop()
        let lock = try take("push")
        withExtendedLifetime(lock) {}
        try input.fileHandleForWriting.close()
    }

    @Test func aFolderThatCanNotBeMadeIsNamed() throws {
        try folder.write("file", [])
        let problem = #expect(throws: Problem.self) {
            try MirrorLock.take(directory: "\(folder.mirror)/file/under", command: "pull")
        }
        #expect(problem?.kind == .failed)
    }
}
