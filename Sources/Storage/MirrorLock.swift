package import Models

/// The run lock of pull and push: held by one process, or one instance in it, and free again when its holder dies.
package final class MirrorLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }
}
