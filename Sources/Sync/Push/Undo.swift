package import Models
import Storage

/// Takes back what a push has applied, as far as the server lets it: each thing by a write that brings back what was there.
///
/// Such a write is a step like any other: held against what the push has left there, journalled, read back. What it takes back is
/// an edit again before it is sent, so nothing that somebody wanted is lost, wherever the program or the network dies: if the write
/// did not arrive, that edit is what the instance has, and goes by itself.
package struct Undo: Sendable {
    let pusher: Pusher
    let mirror: Mirror
    let now: NowSource

    /// What became of taking back.
    package struct Report: Sendable {
        /// The subjects ("config:12") that are as they were before.
        package var takenBack: Set<String> = []
        /// Why others are not.
        package var problems: [Problem] = []

        package init() {}
    }

    func takeBack(run: Int64) async throws(Problem) -> Report {
        var report = Report()
        for reversal in try await mirror.reading({ mirror in try Reversal.all(of: run, in: mirror) }) {
            do throws(Problem) {
                if !reversal.isEmpty { try await write(reversal) }
                let remainder = reversal.remainder
                report.problems += remainder
                guard remainder.allSatisfy({ $0.kind == .notice }) else { continue }
                report.takenBack.insert(reversal.name)
                let now = now()
                try await mirror.writing { mirror in try reversal.markTakenBack(in: mirror, at: now) }
            } catch {
                report.problems.append(reversal.failure(error))
            }
        }
        return report
    }

    private func write(_ reversal: Reversal) async throws(Problem) {
        let now = now()
        let plan: Plan? = try await mirror.writing { mirror in try reversal.prepare(in: mirror, at: now) }
        guard let plan else { return }
        let summary: PushSummary
        do throws(Problem) {
            summary = try await pusher.push(plan, isAtomic: false, detail: RunRow.undo)
        } catch {
            try await mirror.writing { mirror in try reversal.dropWhatIsThere(in: mirror) }
            throw error
        }
        guard summary.isComplete else {
            let isOpen = summary.steps.contains { $0.state == .unknown }
            if !isOpen { try await mirror.writing { mirror in try reversal.dropWhatIsThere(in: mirror) } }
            throw summary.problems.first ?? Problem(.failed, code: "not-taken-back", subject: reversal.name, message: "It was not written.")
        }
    }
}
