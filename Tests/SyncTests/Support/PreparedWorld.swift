import DemoInstance
import Foundation
import Storage
import TestSupport

/// A world that was set up once, to begin each of many cases from a copy of it: pulling anew takes longer than most cases.
final class PreparedWorld: Sendable {
    private let directory: TemporaryDirectory
    private let state: DemoState
    private let clock: DemoInstant
    private let time: Int64

    /// Closes the world's mirror and keeps its folder, the instance, and both clocks.
    init(_ world: SyncWorld) async {
        await world.mirror.close()
        directory = world.directory
        state = world.transport.state
        clock = world.transport.clock
        time = world.time
    }

    /// The same world again, with a folder and an instance of its own.
    func copy(environment: MirrorEnvironment = SyncWorld.environment) throws -> SyncWorld {
        let copy = try TemporaryDirectory()
        try FileManager.default.copyItem(atPath: directory.file("mirror"), toPath: copy.file("mirror"))
        return try SyncWorld(copy, InstanceTransport(state, clock: clock), time: time, environment: environment)
    }
}
