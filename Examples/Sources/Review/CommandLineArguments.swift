import Glibc
import PhsyncKit

/// What the example was asked to do; the key comes from the environment, never from the command line.
struct CommandLineArguments {
    let origin: String
    let token: String
    let directory: String
    let config: ConfigID
    let key: String
    let value: String

    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    init() throws(Mistake) {
        let words = CommandLine.arguments.dropFirst()
        guard words.count == 3, let directory = words.first, let id = Int64(words[words.startIndex + 1]),
            let equals = words[words.startIndex + 2].firstIndex(of: "=")
        else { throw Mistake(description: "usage: Review DIRECTORY CONFIG KEY=VALUE, with PHSYNC_HOST and PHSYNC_TOKEN set") }
        let pair = words[words.startIndex + 2]
        origin = try CommandLineArguments.variable("PHSYNC_HOST")
        token = try CommandLineArguments.variable("PHSYNC_TOKEN")
        self.directory = directory
        config = ConfigID(id)
        key = String(pair[..<equals])
        value = String(pair[pair.index(after: equals)...])
    }

    private static func variable(_ name: String) throws(Mistake) -> String {
        guard let value = getenv(name) else { throw Mistake(description: "\(name) is not set") }
        return String(cString: value)
    }
}

/// Says why on stderr and ends with status 1.
func stop(_ message: String) -> Never {
    let line = "Review: \(message)\n"
    _ = line.withCString { write(2, $0, strlen($0)) }
    exit(1)
}
