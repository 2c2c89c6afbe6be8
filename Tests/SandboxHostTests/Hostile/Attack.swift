import Models

/// A body of processEvent that tries to break out, hang, flood or confuse, and the only outcome that is safe.
struct Attack: Sendable, CustomStringConvertible {
    enum Expectation: Sendable {
        /// It found what this says, as `event.properties.found`.
        case finds(JSONValue)
        /// The call returned; what it returned is looked at by the test.
        case returns
        /// The call failed with an error whose name and message contain this.
        case fails(String)
        case timesOut
        case dropped
        /// It came back or failed, and the process went on: what the servers do with it is another test's.
        case isEndedOrReturned
        /// As before, or given up because what it returned can never settle.
        case isAnswered
        /// A limit ended it, one way or the other: as an error that the plugin met, by time, or with its process.
        case isEnded
    }

    let name: String
    let expectation: Expectation
    /// Has `event` and `meta`; what it does not return is the event itself.
    let body: String

    init(_ name: String, _ expectation: Expectation, _ body: String) {
        self.name = name
        self.expectation = expectation
        self.body = body
    }

    var description: String { name }

    static let all = time + memory + depth + floods + escapes + lies

    /// One plugin with all bodies: it is compiled once, and each run chooses by its config, or event by event.
    ///
    /// The first event meets the attack, the second one has to find a working plugin.
    static let source: String = {
        let bodies = all.map { "  [\(JSONValue.string($0.name).text)]: async function (event, meta) {\n\($0.body)\n    return event\n  }," }
        return """
            const attacks = {
            \(bodies.joined(separator: "\n"))
            }
            async function processEvent(event, meta) {
                if (event.properties.i === 0) return await attacks[event.properties.attack ?? meta.config.attack](event, meta)
                event.properties.after = true
                return event
            }
            """
    }()
}
