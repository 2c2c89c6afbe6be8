/// What one version of a plugin made of a failing event.
package enum ReproVerdict: Sendable, Equatable {
    /// It fails in the same way as it did there.
    case same(DryRunError)
    /// It fails, but otherwise.
    case other(DryRunError)
    /// It fails for want of an answer from the network.
    case blocked(DryRunError)
    case passes
    /// The plugin has no such method any more.
    case absent

    package var isFailure: Bool {
        switch self {
        case .same, .other, .blocked: true
        case .passes, .absent: false
        }
    }

    package var error: DryRunError? {
        switch self {
        case .same(let error), .other(let error), .blocked(let error): error
        case .passes, .absent: nil
        }
    }

    package var word: String {
        switch self {
        case .same: "same"
        case .other: "other"
        case .blocked: "blocked"
        case .passes: "passes"
        case .absent: "absent"
        }
    }
}

extension ReproVerdict {
    /// Judges a run by the group that it is to reproduce.
    ///
    /// - Parameters:
    ///   - name: The group's error name; "" when nothing tells.
    ///   - message: Its latest message.
    ///   - method: Its method; "" takes every call.
    package init(_ variant: DryRunVariant, name: String, message: String, method: String) {
        if let error = variant.loadError {
            self = ReproVerdict.isSame(error, name, message) ? .same(error) : .other(error)
            return
        }
        let refused = Set(variant.requests.filter { $0.answered == .denied }.compactMap(\.step))
        let calls = variant.steps.enumerated().filter { _, step in
            method.isEmpty || PluginMethod.normalized(step.method) == method || step.method == "setupPlugin"
        }
        let failures = calls.filter { $0.element.outcome.isFailure }
        let errors = failures.map { index, step in
            (error: step.error ?? DryRunError(name: "", message: "it ended without an error"), isBlocked: refused.contains(index))
        }
        if let same = errors.first(where: { ReproVerdict.isSame($0.error, name, message) }) {
            self = .same(same.error)
        } else if let first = errors.first {
            self = first.isBlocked ? .blocked(first.error) : .other(first.error)
        } else {
            let hasMethod = method.isEmpty || calls.contains { PluginMethod.normalized($0.element.method) == method }
            self = hasMethod ? .passes : .absent
        }
    }

    /// The same name and the same message but for its variable parts.
    private static func isSame(_ error: DryRunError, _ name: String, _ message: String) -> Bool {
        let isNamed = name.isEmpty || error.name.isEmpty || error.name == name
        return isNamed && MessageShape.of(error.message) == MessageShape.of(message)
    }
}
