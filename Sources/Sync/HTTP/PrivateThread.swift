import Glibc

/// A thread of its own for blocking C code, which must stay off the cooperative pool.
final class PrivateThread: Sendable {
    // A thread id is a number on Linux.
    private let id: pthread_t

    /// - Returns: nil when the system has no more threads to give; the body is then never called.
    init?(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Body(body))
        var id = pthread_t()
        let status = pthread_create(&id, nil, { context in
            guard let context else { return nil }
            // SIGINT belongs to the main thread. SIGPIPE comes from OpenSSL's writes to a closed socket, which libcurl
            // leaves alone under CURLOPT_NOSIGNAL: unblocked, it would end the process.
            var all = sigset_t()
            sigfillset(&all)
            pthread_sigmask(SIG_BLOCK, &all, nil)
            Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
            return nil
        }, box.toOpaque())
        guard status == 0 else {
            box.release()
            return nil
        }
        self.id = id
    }

    /// Waits for the end of the body; to be called exactly once. From the thread itself it only lets go of it.
    func join() {
        if pthread_equal(id, pthread_self()) != 0 {
            pthread_detach(id)
        } else {
            pthread_join(id, nil)
        }
    }
}

private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
