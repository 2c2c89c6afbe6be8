import Glibc
import Models
import Storage

/// The events of a run, as lines that the sandbox gets.
struct DryRunEvents: Sendable {
    /// One JSON object each, as a plugin server hands it to a plugin.
    let lines: [EventText]
    /// What has to be known about where they come from.
    let notes: [String]
    /// The time of the newest; nil when none says it.
    let newest: Timestamp?

    init(lines: [EventText], notes: [String], newest: Timestamp?) {
        self.lines = lines
        self.notes = notes
        self.newest = newest
    }

    static let none = DryRunEvents(lines: [], notes: ["no event was run"], newest: nil)

    var count: Int { lines.count }

    /// With events that failed once and were kept.
    func adding(_ kept: [EventText]) -> DryRunEvents {
        guard !kept.isEmpty else { return self }
        return DryRunEvents(lines: lines + kept, notes: notes.filter { $0 != "no event was run" }, newest: newest)
    }

    /// The event as a value.
    func value(_ index: Int) -> JSONValue {
        do {
            return try JSONValue(parsing: lines[index].text)
        } catch {
            // The line was JSON when it was read; a string can't make it worse, and nothing is written from it.
            return .string(lines[index].text)
        }
    }
}

extension DryRunEvents {
    /// Reads NDJSON: empty lines are skipped, a line that is no event stops with its number.
    static func parse(_ bytes: [UInt8], from path: String, _ input: EventInput) throws(Problem) -> DryRunEvents {
        var lines: [EventText] = []
        var newest: Timestamp?
        // Some editors put a mark at the beginning that is no part of the text.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        for (index, range) in lineRanges(bytes, from: bytes.starts(with: mark) ? mark.count : 0).enumerated() {
            let line = bytes[range]
            guard line.contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) else { continue }
            if case .asText(let time) = line.withUnsafeBytes({ EventInput.passage($0) }) {
                lines.append(EventText(bytes: line))
                newest = later(newest, time)
                continue
            }
            do {
                guard let text = String(validating: line, as: UTF8.self) else { throw EventInput.Mistake.notJSON("not UTF-8") }
                let event = try input.event(line: text)
                lines.append(EventText(event.text))
                newest = later(newest, event["timestamp"]?.string)
            } catch {
                throw Problem(
                    .usage, code: "bad-event", subject: path, message: "line \(index + 1) of \(path == "-" ? "the events" : path) is no event: \(error)")
            }
        }
        return DryRunEvents(lines: lines, notes: lines.isEmpty ? none.notes : [], newest: newest)
    }

    /// Where the lines lie, without their ends.
    private static func lineRanges(_ bytes: [UInt8], from start: Int) -> [Range<Int>] {
        bytes.withUnsafeBytes { bytes in
            var ranges: [Range<Int>] = []
            var start = start
            while let base = bytes.baseAddress, let end = memchr(base + start, 0x0A, bytes.count - start) {
                let place = base.distance(to: UnsafeRawPointer(end))
                ranges.append(start..<place)
                start = place + 1
            }
            return ranges + [start..<bytes.count]
        }
    }

    /// The sample events that the mirror has of a project, the oldest first.
    static func samples(of project: ProjectID, _ input: EventInput, in mirror: MirrorTransaction) throws(MirrorError) -> DryRunEvents {
        let samples = try mirror.events.latest(project, limit: EventTable.maximumCount).reversed()
        var lines: [EventText] = []
        var newest: Timestamp?
        for sample in samples {
            do {
                let event = try input.event(sample.json)
                lines.append(EventText(event.text))
                newest = later(newest, event["timestamp"]?.string)
            } catch {
                // A sample event has a name, else the mirror would not have taken it as one.
                continue
            }
        }
        guard !lines.isEmpty else { return DryRunEvents(lines: [], notes: ["the mirror has no sample events of the project, so no event was run"], newest: nil) }
        return DryRunEvents(lines: lines, notes: storedNotes, newest: newest)
    }

    /// What is true of every stored event.
    private static let storedNotes = [
        "sample events are stored ones: they have been through the plugins already",
        "events that plugins dropped were never stored, so they are missing from the samples",
    ]

    private static func later(_ newest: Timestamp?, _ text: String?) -> Timestamp? {
        guard let time = text.flatMap({ Timestamp(iso8601: $0) }) else { return newest }
        return newest.map { max($0, time) } ?? time
    }
}
