import Models

/// What goes on in a new context: a plugin whose call had to be ended, and one whose setup the older servers try again.
extension PluginSandbox {
    /// The context is unusable: says so, makes a new one and sets it up again without repeating what it tells.
    func recover(from error: any Error) {
        let isTerminated = if case .terminated? = error as? EngineError { true } else { false }
        let text = isTerminated ? SandboxLimit.callTime(job.limits.wallSecondsPerCall) : "the runtime failed: \(error)"
        emit(
            DryRunStep(
                method: current.method, event: current.event, outcome: .timedOut,
                error: DryRunError(name: SandboxLimit.name, message: text)))
        ending.stateLosses += 1
        do {
            isMuted = true
            defer { isMuted = false }
            instance = nil
            _ = try makeInstance()
            _ = perform { try $0.start("setUp") }
            isAfterStateLoss = true
        } catch {
            instance = nil
        }
    }

    /// Whether the whole plugin was made anew because its setup failed.
    func startOver() -> Bool {
        guard wantsStartOver, let old = instance else { return false }
        do {
            let state = try old.call("saved")
            let wait = 3000.0 * Double(1 << (creations - 1))
            let elapsed = try old.call("elapsed").number + wait
            let text = state.text
            creations += 1
            _ = try makeInstance()
            guard let instance else { return false }
            try instance.call("restore", [instance.engine.make(text)])
            try instance.call("moveTo", [instance.engine.make(elapsed)])
            return true
        } catch {
            recover(from: error)
            return false
        }
    }
}
