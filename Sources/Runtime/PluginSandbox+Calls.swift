import Models

/// One call of the plugin from its start until virtual time can bring nothing more.
extension PluginSandbox {
    /// Starts calls and lets time pass until they are over.
    ///
    /// - Returns: Whether there was anything to call.
    @discardableResult
    func perform(_ start: (PluginInstance) throws -> Bool) -> Bool {
        guard let instance else { return false }
        startedAt = .now
        do {
            guard try start(instance) else { return false }
            try settle(instance)
            while instance.hasMore, !wantsStartOver {
                startedAt = .now
                guard try instance.start("next") else { break }
                try settle(instance)
            }
        } catch {
            recover(from: error)
        }
        return true
    }

    /// Moves virtual time until the call is over; gives it up when time can't bring anything.
    func settle(_ instance: PluginInstance) throws {
        while !instance.isFinished {
            guard try instance.call("advance").boolean else {
                try instance.call("abandon")
                break
            }
        }
        try tellRejections(instance)
    }

    /// A plugin that can't be loaded has no methods: the server lets events pass.
    func passUntouched(_ text: String, _ index: Int) {
        guard job.methods?.contains("processEvent") ?? true else { return }
        do {
            emit(DryRunStep(method: "processEvent", event: index, outcome: .returned, result: try JSONValue(parsing: text)))
        } catch {
            emit(
                DryRunStep(
                    method: "processEvent", event: index, outcome: .failed,
                    error: DryRunError(name: "SyntaxError", message: "\(error)")))
        }
    }
}
