import Models
import Storage
import Sync

/// An offline mirror of one PostHog instance's plugins: what an app opens first and keeps.
///
/// Reading and editing need no network and never wait for a pull or a push, whichever process does it. Nothing here prints, asks, or
/// reads the environment. Every call throws `KitError`.
public final class PluginMirror: Sendable {
    let mirror: Storage.Mirror

    private init(_ mirror: Storage.Mirror) {
        self.mirror = mirror
    }

    /// Opens the mirror in a folder, and makes both when they are missing.
    ///
    /// - Parameter directory: An absolute path that belongs to this mirror alone; it is made private (0700).
    public static func open(directory: String) throws(KitError) -> PluginMirror {
        do {
            return PluginMirror(try Storage.Mirror.open(directory: directory, mode: .readWriteCreate))
        } catch {
            throw KitError(error.problem)
        }
    }

    /// Closes the file; a later call opens it again.
    public func close() async {
        await mirror.close()
    }

    static var now: Timestamp { MirrorEnvironment.wallClock() }

    func read<T: Sendable>(_ body: @Sendable (MirrorTransaction) throws -> T) async throws(KitError) -> T {
        do {
            return try await mirror.read(body)
        } catch {
            throw KitError(error.problem)
        }
    }

    func write<T: Sendable>(_ body: @Sendable (MirrorTransaction) throws -> T) async throws(KitError) -> T {
        do {
            return try await mirror.write(.immediate, body)
        } catch {
            throw KitError(error.problem)
        }
    }
}
