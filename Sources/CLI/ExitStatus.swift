import Models

/// The exit status of phsync, the same for all commands.
///
/// When several apply the most severe wins. From the most severe down: `usage` (nothing was even tried), `partlyApplied`
/// (the remote was changed in part: more urgent than why it stopped), `interrupted`, `failed`, `permission`, `moved`,
/// `invalid`, `conflicts`, `temporary`, `differences`, `done`. So a script that sees `temporary` knows that repeating
/// is all that is needed.
enum ExitStatus: Int32, Sendable, CaseIterable {
    case done = 0
    case failed = 1
    case differences = 2
    case conflicts = 3
    case permission = 4
    case partlyApplied = 5
    case moved = 6
    case invalid = 7
    case usage = 64
    case temporary = 75
    case interrupted = 130

    init(_ kind: Problem.Kind) {
        self =
            switch kind {
            case .notice: .done
            case .failed: .failed
            case .conflict: .conflicts
            case .permission: .permission
            case .partlyApplied: .partlyApplied
            case .moved: .moved
            case .invalid: .invalid
            case .usage: .usage
            case .temporary: .temporary
            case .interrupted: .interrupted
            }
    }

    /// The most severe of these; `done` when there are none.
    static func worst(_ statuses: [ExitStatus]) -> ExitStatus {
        statuses.max { $0.severity < $1.severity } ?? .done
    }

    /// The word for the envelope's "outcome" when the command has no better one.
    var outcome: String {
        switch self {
        case .done: "done"
        case .failed: "failed"
        case .differences: "differences"
        case .conflicts: "conflicts"
        case .permission: "permission"
        case .partlyApplied: "partly-applied"
        case .moved: "moved"
        case .invalid: "invalid"
        case .usage: "usage"
        case .temporary: "temporary"
        case .interrupted: "interrupted"
        }
    }

    private var severity: Int {
        switch self {
        case .done: 0
        case .differences: 1
        case .temporary: 2
        case .conflicts: 3
        case .invalid: 4
        case .moved: 5
        case .permission: 6
        case .failed: 7
        case .interrupted: 8
        case .partlyApplied: 9
        case .usage: 10
        }
    }
}
