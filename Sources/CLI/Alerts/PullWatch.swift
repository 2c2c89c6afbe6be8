import Models
import Sync

/// Pulls again and again, for a small machine that is always on; goes on over what is temporary, ends at what is not.
struct PullWatch: Sendable {
    let round: PullRound
    let minutes: Int
    let clock: any WaitingClock

    private var context: CommandContext { round.context }

    /// Goes on until it is interrupted or something fails for good.
    func run(full: Bool) async throws(Problem) -> CommandResult {
        guard context.format != .json else {
            throw Problem(
                .usage, code: "endless", subject: "--watch", message: "--watch has no end, and -o json is one document",
                next: "phsync pull --watch \(minutes) -o ndjson")
        }
        var pace = WatchPace(minutes: minutes)
        var isFull = full
        while true {
            do throws(Problem) {
                let outcome = try await round.run(full: isFull)
                tell(outcome)
                if let stopped = outcome.summary.stopped { throw stopped }
                isFull = false
                pace.succeeded()
            } catch where error.kind == .temporary {
                pace.failed()
                context.complain(error)
            }
            context.progress.update("next pull in \(Int(pace.seconds / 60)) min")
            do throws(CancellationError) {
                try await clock.sleep(seconds: pace.seconds)
            } catch {
                throw Problem(.interrupted, code: "interrupted", message: "Stopped watching.")
            }
        }
    }

    private func tell(_ outcome: PullRound.Outcome) {
        let summary = outcome.summary
        for problem in outcome.told + summary.problems { context.complain(problem) }
        let time = TimeText.timestamp(context.clock.nowMilliseconds())
        let new = summary.collections.reduce(0) { $0 + $1.inserted }
        let changed = summary.collections.reduce(0) { $0 + $1.changed }
        let state = summary.stopped == nil ? "pulled" : "stopped"
        context.say(
            Line("\(time)  \(state)", summary.stopped == nil ? .good : .warning)
                + Line("  \(new) new, \(changed) changed, \(outcome.alerts.count.counted("alert")), \(outcome.unseen) unseen"))
        context.emit([
            "at": .string(time), "state": .string(state), "inserted": JSONValue(new), "changed": JSONValue(changed),
            "unseen_errors": JSONValue(outcome.unseen), "alerts": .array(outcome.alerts.map(\.json)),
        ])
    }
}

/// How long to wait until the next pull: the interval, and longer with each failure in a row.
struct WatchPace: Sendable, Equatable {
    private static let longest = 3600.0

    private let interval: Double
    private var failures = 0

    init(minutes: Int) {
        interval = Double(minutes) * 60
    }

    var seconds: Double {
        guard failures > 0 else { return interval }
        return min(max(interval, WatchPace.longest), interval * Double(1 << min(failures - 1, 10)))
    }

    mutating func succeeded() { failures = 0 }
    mutating func failed() { failures += 1 }
}
