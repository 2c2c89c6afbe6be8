import Glibc
import Models
import SandboxHost

extension DoctorCheck {
    /// Starts a sandbox and asks it what the system enforces here: nothing of it is assumed.
    static let sandbox = DoctorCheck(name: "sandbox") { context in
        do throws(Problem) {
            let settings = try Services.sandboxSettings(context)
            do throws(SandboxError) {
                return finding(settings, try await SandboxRuns(settings: settings).protections())
            } catch {
                return .failed(error.message, next: "sudo apt-get install libjavascriptcoregtk-4.1-0")
            }
        } catch {
            return .failed(error)
        }
    }

    /// Whether plugins can be compiled.
    static let compiler = DoctorCheck(name: "compiler") { context in
        let path = context.environment[.phsyncBabel] ?? SandboxProgram.defaultCompilerPath
        guard access(path, R_OK) == 0 else {
            let next = context.environment[.phsyncBabel] == nil ? "sudo apt-get install node-babel7-standalone" : nil
            return .failed("Babel, which compiles plugins, can't be read from \(path): \(FileError.text(of: errno))", next: next)
        }
        return .good("Babel at \(path)")
    }

    private static func finding(_ settings: SandboxSettings, _ protections: SandboxProtections) -> Finding {
        let program = "\(settings.program.path), \(protections.engine)"
        if protections.areComplete {
            let limits = protections.limits.joined(separator: ", ")
            return .good("\(program); system calls are filtered, privileges given up, limits on \(limits)")
        }
        let gaps = protections.gaps.joined(separator: "; ")
        if settings.allowsGaps {
            return .notice("\(program); plugins run although the system does not enforce everything: \(gaps)")
        }
        return .failed(
            "\(program); plugins are not run here, because the system does not enforce everything: \(gaps)",
            next: "PHSYNC_SANDBOX_UNPROTECTED=1 phsync dry-run, for plugins that you trust")
    }
}
