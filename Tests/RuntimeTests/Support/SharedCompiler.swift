import Foundation
import Models
@testable import Runtime
import Synchronization

/// One Babel for all tests, which takes longer to start than most tests run.
enum SharedCompiler {
    static func compile(_ source: String, file: String = "index.ts", era: Era, taskTimeoutSeconds: Int = 30) throws -> CompileResult {
        try lock.withLock { _ in
            try compiler.compile(source, file: file, era: era, taskTimeoutSeconds: taskTimeoutSeconds)
        }
    }

    private static let lock = Mutex(0)
    /// Used by whoever holds `lock`, and by nobody else.
    nonisolated(unsafe) private static let compiler = Compiler(babel: readBabel)

    /// Where Debian puts Babel, or another copy.
    static func readBabel() throws -> String {
        let path = ProcessInfo.processInfo.environment["PHSYNC_BABEL"] ?? "/usr/share/nodejs/@babel/standalone/babel.min.js"
        return try String(contentsOfFile: path, encoding: .utf8)
    }
}
