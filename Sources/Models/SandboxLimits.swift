/// What one run may use up; a limit that is hit is reported about the plugin and the event, and the run goes on.
package struct SandboxLimits: Sendable, Equatable {
    /// The server's TASK_TIMEOUT, in virtual time: its texts name this number.
    package var taskTimeoutSeconds = 30
    /// Wall time for one call of the plugin, a backstop that only a machine-bound loop meets.
    package var wallSecondsPerCall = 10.0
    /// What the plugin may add to the engine's own memory.
    package var memoryBytes = 256 << 20
    package var stackBytes = 4 << 20
    /// Over the whole run of a config; what follows is counted and dropped, and said.
    package var maximumLogEntries = 10_000
    /// Of results, logs and requests together, over the whole run.
    package var maximumOutputBytes = 1 << 30
    /// Of the result of one call, or of one log message or request: a larger one is a failure of that call.
    package var maximumResultBytes = 16 << 20
    package var maximumRequests = 10_000

    package init() {}
}

extension SandboxLimits {
    package var json: JSONValue {
        [
            "task_timeout_seconds": JSONValue(taskTimeoutSeconds),
            "wall_milliseconds_per_call": JSONValue(Int((wallSecondsPerCall * 1000).rounded())),
            "memory_bytes": JSONValue(memoryBytes), "stack_bytes": JSONValue(stackBytes),
            "maximum_log_entries": JSONValue(maximumLogEntries), "maximum_output_bytes": JSONValue(maximumOutputBytes),
            "maximum_result_bytes": JSONValue(maximumResultBytes), "maximum_requests": JSONValue(maximumRequests),
        ]
    }

    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "limits")
        taskTimeoutSeconds = try fields.int("task_timeout_seconds")
        wallSecondsPerCall = Double(try fields.int("wall_milliseconds_per_call")) / 1000
        memoryBytes = try fields.int("memory_bytes")
        stackBytes = try fields.int("stack_bytes")
        maximumLogEntries = try fields.int("maximum_log_entries")
        maximumOutputBytes = try fields.int("maximum_output_bytes")
        maximumResultBytes = try fields.int("maximum_result_bytes")
        maximumRequests = try fields.int("maximum_requests")
    }
}
