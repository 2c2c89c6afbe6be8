import Glibc
import Models

/// What the parent sends.
enum InputMessage {
    case job(DryRunJob)
    /// The event's JSON text, not decoded: the engine reads it itself. A NUL follows it, and it lies where the line lies.
    case event(index: Int, text: UnsafeBufferPointer<UInt8>)
    case end

    /// The bytes before an event's number, exactly as the parent writes them.
    private static let eventStart = Array(#"{"type":"event","index":"#.utf8)
    private static let eventMiddle = Array(#","event":"#.utf8)
    static let answerStart = Array(#"{"type":"answer","id":"#.utf8)

    /// - Parameter line: Is written to: a NUL takes the place of an event's last byte.
    init(_ line: UnsafeMutableBufferPointer<UInt8>) throws {
        if InputMessage.has(InputMessage.eventStart, at: 0, line) {
            self = try InputMessage.event(line)
            return
        }
        let json = try JSONValue(parsing: Array(line))
        switch json["type"]?.string {
        case "job": self = .job(try DryRunJob(json))
        case "end": self = .end
        default: throw DecodeFailure(text: "a message of unknown type")
        }
    }

    private static func event(_ line: UnsafeMutableBufferPointer<UInt8>) throws -> InputMessage {
        var index = 0
        var place = eventStart.count
        while place < line.count, (0x30...0x39).contains(line[place]), index < 1 << 48 {
            index = index * 10 + Int(line[place] - 0x30)
            place += 1
        }
        guard has(eventMiddle, at: place, line), let last = line.last, last == UInt8(ascii: "}") else {
            throw DecodeFailure(text: "an event of unknown form")
        }
        line[line.count - 1] = 0
        return .event(index: index, text: UnsafeBufferPointer(rebasing: line[(place + eventMiddle.count)..<(line.count - 1)]))
    }

    private static func has(_ text: [UInt8], at place: Int, _ line: UnsafeMutableBufferPointer<UInt8>) -> Bool {
        guard let base = line.baseAddress, line.count - place >= text.count else { return false }
        return memcmp(base + place, text, text.count) == 0
    }

    /// The answer to the live request of that number.
    static func answer(_ line: [UInt8], id: Int) throws -> FetchAnswer {
        let json = try JSONValue(parsing: line)
        guard json["id"]?.int == Int64(id) else { throw DecodeFailure(text: "an answer to another request") }
        return try FetchAnswer(json)
    }
}

/// The parent and this program don't understand each other.
struct DecodeFailure: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
}
