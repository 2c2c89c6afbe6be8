@testable import Runtime

/// An engine with the plugin library in it and a host that scripts can look into.
final class LibraryEngine {
    let engine = Engine()
    let library: PluginLibrary

    init(nodeVersion: Int = 18) throws {
        let host = try engine.evaluate(LibraryEngine.host, name: "host.js")
        host.set("nodeVersion", engine.make(Double(nodeVersion)))
        var state: UInt8 = 7
        library = try PluginLibrary(in: engine, host: host) { count in
            (0..<count).map { _ in
                state = state &* 13 &+ 5
                return state
            }
        }
        let library = library
        engine.global.set("host", host)
        engine.global.set("library", engine.makeFunction("library") { [unowned library] in try library.file($0[0].text) })
        engine.global.set("importModule", engine.makeFunction("importModule") { [unowned library] in try library.module($0[0].text) })
    }

    /// The text of what a script gives; of a promise, what it comes to.
    func text(_ source: String) throws -> String {
        try engine.evaluate(
            """
            (async () => { \(source) })().then((value) => { globalThis.result = value },
              (error) => { globalThis.result = error && error.name ? `${error.name}: ${error.message}` : `threw ${error}` })
            """, name: "test.js")
        return engine.global["result"].text
    }

    private static let host = """
        (() => {
          const timers = new Map();
          let id = 0;
          return {
            calls: [], requests: [], answers: {}, respond: () => ({ status: 200, headers: {}, body: "{}" }), random: () => 0.5, now: () => 0,
            setTimer(action, milliseconds) { timers.set(++id, action); return id },
            clearTimer(id) { timers.delete(id) },
            fire() { const due = [...timers.values()]; timers.clear(); for (const action of due) action() },
            recordCall(module, path, given) { this.calls.push(`${module} ${path} ${JSON.stringify(given)}`) },
            answerFetch(request) { this.requests.push(request); return this.respond(request) },
          };
        })()
        """
}
