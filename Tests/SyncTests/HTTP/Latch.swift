import Foundation

/// Something that a server's thread waits for until the test opens it.
final class Latch: Sendable {
    private let state = DispatchSemaphore(value: 0)

    func open() { state.signal() }

    func wait() {
        state.wait()
        state.signal()
    }
}
