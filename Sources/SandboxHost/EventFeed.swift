import Models

/// The events of a run, and those that a process has been given and not yet dealt with.
struct EventFeed {
    struct Event {
        let index: Int
        let text: EventText
    }

    private let source: () throws -> EventText?
    private var nextIndex = 0
    private var isExhausted = false
    /// Given to a process that ended before it dealt with them.
    private var returned: [Event] = []
    /// Given to the process that runs, oldest first.
    private var given: [Event] = []
    private var givenBytes = 0

    init(_ source: @escaping () throws -> EventText?) {
        self.source = source
    }

    /// Whether a process still has events to deal with.
    var hasGiven: Bool { !given.isEmpty }
    var hasReturned: Bool { !returned.isEmpty }
    /// Bytes of events that would have to be given again.
    var outstandingBytes: Int { givenBytes }

    /// The next event for the process, or nil when there are no more.
    mutating func next() throws -> Event? {
        let event: Event
        if !returned.isEmpty {
            event = returned.removeFirst()
        } else if !isExhausted, let text = try source() {
            event = Event(index: nextIndex, text: text)
            nextIndex += 1
        } else {
            isExhausted = true
            return nil
        }
        given.append(event)
        givenBytes += event.text.bytes.count
        return event
    }

    /// Everything up to `index` has been dealt with.
    mutating func settle(through index: Int) {
        let count = given.prefix { $0.index <= index }.count
        givenBytes -= given.prefix(count).reduce(0) { $0 + $1.text.bytes.count }
        given.removeFirst(count)
    }

    /// The snapshots of sessions among the events up to `index` that a process still has.
    func snapshots(through index: Int) -> Set<Int> {
        let found = given.prefix { $0.index <= index }.filter { event in
            do {
                return try JSONValue(parsing: event.text.text)["event"] == "$snapshot"
            } catch {
                // What is no JSON is no snapshot; the plugin's call has failed over it.
                return false
            }
        }
        return Set(found.map(\.index))
    }

    /// The process ended: what it had not dealt with goes to the next one.
    mutating func takeBack() {
        returned = given + returned
        given = []
        givenBytes = 0
    }

    /// The first event that nobody has dealt with.
    var firstGiven: Int? { given.first?.index }
    /// The first event that would be given next to another process.
    var firstReturned: Int? { returned.first?.index }
}
