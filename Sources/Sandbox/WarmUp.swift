import Glibc
import Runtime

/// Makes the engine do once what it can't do for the first time later: read the time zone, start its threads, collect.
///
/// What `Intl` knows lies in the memory of a library. Reading it here would take half of a cold start, and most plugins never ask.
enum WarmUp {
    /// - Returns: The engine, in which nothing has changed that a script could see.
    static func run() -> Engine {
        let engine = Engine()
        do {
            try engine.evaluate(
                """
                new Date(0).toString(); JSON.parse("[1]"); Math.random(); new Uint8Array(8); (async () => {})();
                """)
        } catch {
            // Whatever failed here fails again where it counts, with a place to report it.
        }
        engine.collectGarbage()
        return engine
    }

    /// The parent turns it off by the environment.
    static var usesJIT: Bool {
        getenv("JSC_useJIT").map { String(cString: $0) } != "0"
    }

    /// The library that is loaded, as it names itself by functions of its other interface.
    static var engine: String {
        typealias Version = @convention(c) () -> UInt32
        let parts = ["major", "minor", "micro"].compactMap { part in
            // All three have this type: jsc/JSCVersion.h.
            dlsym(nil, "jsc_get_\(part)_version").map { String(unsafeBitCast($0, to: Version.self)()) }
        }
        return (["JavaScriptCore"] + (parts.isEmpty ? [] : [parts.joined(separator: ".")])).joined(separator: " ")
    }
}
