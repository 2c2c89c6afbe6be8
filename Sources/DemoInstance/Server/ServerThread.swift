import Glibc

/// A thread of one's own for blocking calls: the cooperative pool is only as wide as the cores.
struct ServerThread: Sendable {
    private let handle: pthread_t

    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// Nil when the system gives no more threads.
    static func start(_ body: @escaping @Sendable () -> Void) -> ServerThread? {
        var handle = pthread_t()
        let work = Unmanaged.passRetained(Work(body))
        let code = pthread_create(
            &handle, nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body()
                return nil
            }, work.toOpaque())
        guard code == 0 else {
            work.release()
            return nil
        }
        return ServerThread(handle: handle)
    }

    /// Waits for its end; once only.
    func join() {
        pthread_join(handle, nil)
    }
}
