import Models

/// What a run still has to do when the events are through.
extension PluginSandbox {
    func runRest() {
        repeat {
            wantsStartOver = false
            perform { try $0.start("setUp") }
        } while startOver()
        for name in scheduledTasks() { perform { try $0.start("startTask", [$0.engine.make(name)]) } }
        perform { try $0.start("flushExports") }
        runJobs()
        perform { try $0.start("startTeardown") }
        runJobs()
    }

    /// Lets timers fire, such as those of buffers, and runs jobs as they become due, until nothing waits.
    func runJobs() {
        fireTimers()
        while ending.jobsRun < RunEnding.maximumJobs, perform({ try $0.start("startJob") }) {
            ending.jobsRun += 1
            fireTimers()
        }
    }

    func fireTimers() {
        guard let instance else { return }
        isIdle = true
        defer { isIdle = false }
        do {
            let limit = try instance.call("elapsed").number + RunEnding.idleMilliseconds
            for _ in 0..<RunEnding.maximumTimers {
                guard try instance.call("advance", [instance.engine.make(limit)]).boolean else { break }
                try tellRejections(instance)
            }
        } catch {
            recover(from: error)
        }
    }

    func tellRejections(_ instance: PluginInstance) throws {
        for reason in instance.takeRejections() { try instance.call("lost", [reason]) }
    }

    func scheduledTasks() -> [String] {
        do {
            let text = try instance?.call("scheduled").text ?? "[]"
            return try JSONValue(parsing: text).array?.compactMap(\.string) ?? []
        } catch {
            // Only a context that is gone refuses; then there is nothing to schedule in it.
            return []
        }
    }

    func stateAtEnd() -> JSONValue {
        do {
            return try instance.map { try JSONValue(parsing: try $0.call("ending").text) } ?? .null
        } catch {
            return .null
        }
    }
}
