import Dispatch

/// Runs what a blocked test waits for: on a machine with two cores the shared threads may all be waiting.
final class OwnQueue: TaskExecutor {
    static let shared = OwnQueue()

    private let queue = DispatchQueue(label: "own-queue")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
