import Glibc
import Testing

/// Compares a text with a file under Tests/Fixtures/cli; PHSYNC_REWRITE_EXPECTED=1 writes the file instead.
func expectText(_ text: String, _ name: String, file: String = #filePath, location: SourceLocation = #_sourceLocation) throws {
    let tests = file.split(separator: "/").prefix { $0 != "CLITests" }.joined(separator: "/")
    let path = "/\(tests)/Fixtures/cli/\(name)"
    if getenv("PHSYNC_REWRITE_EXPECTED") != nil {
        try write(text, to: path, mode: 0o644)
        return
    }
    let expected = try contents(path)
    #expect(text == expected, "differs from \(name)", sourceLocation: location)
}
