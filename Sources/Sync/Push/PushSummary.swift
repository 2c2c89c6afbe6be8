package import Models

/// What became of one step.
package struct StepOutcome: Sendable, Equatable {
    /// How the step ended, as far as the instance has shown it.
    package enum State: Sendable, Equatable {
        /// The remote was read back and is what was meant.
        case applied
        /// The same, but these others moved at the same moment: somebody saved too.
        case appliedAmongOthers([String])
        /// Some of it arrived, the rest is kept: the instance stores files one after the other, after the values.
        case inPart
        /// Written, and taken back, since another step did not end as meant.
        case takenBack
        /// Taken, but as a hog function in the place of the config.
        case handedOver
        /// Not written, and why.
        case refused
        /// Sent; the instance could not be asked what became of it. The next push or pull settles it first.
        case unknown
        /// The remote was no longer what the plan was made for; not sent.
        case moved
        /// Not reached, because an earlier step stopped the push.
        case skipped

        package var word: String {
            switch self {
            case .applied: "applied"
            case .appliedAmongOthers: "applied among others"
            case .inPart: "applied in part"
            case .takenBack: "taken back"
            case .handedOver: "handed over"
            case .refused: "refused"
            case .unknown: "unknown"
            case .moved: "moved"
            case .skipped: "skipped"
            }
        }

        package var isApplied: Bool {
            switch self {
            case .applied, .appliedAmongOthers: true
            case .inPart, .takenBack, .handedOver, .refused, .unknown, .moved, .skipped: false
            }
        }

        /// Whether the instance is not what it was before, by this step, for all that is known.
        package var hasWritten: Bool { isApplied || self == .inPart }
    }

    /// As it was planned.
    package let step: PlanStep
    /// What became of it.
    package let state: State
    /// The config as it is known now: of a create, the id that the instance gave it; nil for a step about code.
    package let configID: PluginConfigID?

    package init(step: PlanStep, state: State, configID: PluginConfigID?) {
        self.step = step
        self.state = state
        self.configID = configID
    }
}

/// What a push did, step by step; problems first to last.
package struct PushSummary: Sendable {
    /// In the plan's order, each once.
    package var steps: [StepOutcome] = []
    /// Notices too, in the order in which they came up.
    package var problems: [Problem] = []
    /// Of each write of a config that arrived, what it was made from and has left.
    var saved: [SavedConfig] = []

    package var appliedCount: Int { steps.count { $0.state.isApplied } }
    /// Whether any step has left something on the instance.
    package var hasWritten: Bool { steps.contains(where: \.state.hasWritten) }
    package var isComplete: Bool { steps.allSatisfy(\.state.isApplied) }

    /// Whether a push alone does not settle what is left.
    package var needsDecision: Bool { problems.contains { ["handed-over", "create-untraceable"].contains($0.code) } }

    package init() {}

    /// A push that wrote nothing, because these steps, by their index, moved before the first was sent.
    init(_ plan: Plan, moved: [Int: Problem]) {
        steps = plan.steps.enumerated().map { index, step in
            StepOutcome(step: step, state: moved[index] == nil ? .skipped : .moved, configID: step.configID)
        }
        problems = moved.sorted { $0.key < $1.key }.map(\.value)
    }
}

/// Something that happens during a push and is worth a line of progress.
package enum PushEvent: Sendable {
    case checking(step: Int, of: Int)
    case sending(PlanStep, step: Int, of: Int)
    case settled(StepOutcome, step: Int, of: Int)
}
