import CLinux
import Glibc
import Models

/// Gives up what plugin code must not have; none of it can be had again by this process.
///
/// - Source: docs/threat-model.md.
enum Lockdown {
    /// Beside what the plugin may use: the engine's further contexts, stacks of its threads, this program's own buffers.
    private static let ownBytes: UInt64 = 96 << 20
    /// What the compiler needs where the job does not bring its outcome.
    private static let compilerBytes: UInt64 = 256 << 20
    /// A backstop for a parent that is gone or stuck; the parent's own watch is much shorter.
    private static let processorSeconds: UInt64 = 3600

    /// Before the engine starts: what needs no warm-up.
    static func closeDescriptors() -> (closed: Int, gap: String?) {
        var closed: UInt32 = 0
        let code = phsync_close_descriptors(3, &closed)
        return (Int(closed), code == 0 ? nil : "inherited descriptors: \(reason(code))")
    }

    /// After the engine's warm-up, before anything of the plugin is looked at by it.
    static func close(limits: SandboxLimits, needsCompiler: Bool, closedDescriptors: (closed: Int, gap: String?)) -> SandboxProtections {
        var protections = SandboxProtections(closedDescriptors: closedDescriptors.closed)
        protections.gaps = [closedDescriptors.gap].compactMap { $0 }
        func attempt(_ name: String, _ code: Int32) {
            if code != 0 { protections.gaps.append("\(name): \(reason(code))") }
        }
        attempt("working directory", chdir("/") == 0 ? 0 : errno)
        attempt("privileges", phsync_give_up_privileges())
        attempt("parent and tracing", phsync_hide_and_follow_parent())
        for (name, code) in resourceLimits(limits, needsCompiler: needsCompiler) {
            attempt(name, code)
            if code == 0 { protections.limits.append(name) }
        }
        attempt("system-call filter", phsync_filter_system_calls())
        protections.hasNoNewPrivileges = phsync_has_given_up_privileges()
        protections.filtersSystemCalls = phsync_filters_system_calls() && phsync_cannot_open_files()
        if !protections.filtersSystemCalls, protections.gaps.isEmpty { protections.gaps = ["system-call filter: files can be opened"] }
        return protections
    }

    private static func resourceLimits(_ limits: SandboxLimits, needsCompiler: Bool) -> [(String, Int32)] {
        let reserved = phsync_address_space()
        let budget = UInt64(limits.memoryBytes) + ownBytes + (needsCompiler ? compilerBytes : 0)
        return [
            // The engine reserves gigabytes at its start, so only what comes on top can be limited.
            ("AS", reserved == 0 ? EIO : phsync_limit(PHSYNC_LIMIT_ADDRESS_SPACE, reserved + budget)),
            ("CORE", phsync_limit(PHSYNC_LIMIT_CORE, 0)),
            ("FSIZE", phsync_limit(PHSYNC_LIMIT_FILE_SIZE, 0)),
            ("NOFILE", phsync_limit(PHSYNC_LIMIT_DESCRIPTORS, UInt64(PHSYNC_DESCRIPTORS))),
            ("MEMLOCK", phsync_limit(PHSYNC_LIMIT_LOCKED_MEMORY, 0)),
            ("MSGQUEUE", phsync_limit(PHSYNC_LIMIT_MESSAGE_QUEUES, 0)),
            ("CPU", phsync_limit(PHSYNC_LIMIT_PROCESSOR_TIME, processorSeconds)),
        ]
    }

    private static func reason(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}
