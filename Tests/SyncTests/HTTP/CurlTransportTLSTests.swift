import Foundation
import Glibc
import TestSupport
import Testing

@testable import Sync

/// TLS: what is not trusted is refused, and there is no way around it.
@Suite struct CurlTransportTLSTests {
    @Test func aPlainServerBehindHTTPSIsATLSFailure() async throws {
        let server = try LoopbackServer(greeting: "HTTP/1.1 400 Bad Request\r\n\r\n")
        defer { server.stop() }
        let error = await CurlTransport(.init(version: "1"))
            .failure(HTTPRequest(.post, "https://127.0.0.1:\(server.port)/"))
        #expect(error?.code == .tls)
        #expect(error?.mayHaveArrived == false)
    }

    @Test func aMissingCAFileIsSaid() async throws {
        let server = try LoopbackServer(greeting: "x")
        defer { server.stop() }
        let error = await CurlTransport(.init(version: "1", caFile: "/nonexistent/ca.pem"))
            .failure(HTTPRequest(.get, "https://127.0.0.1:\(server.port)/"))
        #expect(error?.code == .untrustedCertificate)
        #expect(error?.detail.contains("/nonexistent/ca.pem") == true)
        #expect(error?.advice == .never)
    }

    @Test(.enabled(if: SelfSignedServer.isAvailable, "needs the openssl command"))
    func aSelfSignedCertificateIsRefusedUnlessItIsTheCAFile() async throws {
        let server = try SelfSignedServer()
        defer { server.stop() }
        let url = "https://127.0.0.1:\(server.port)/"
        let error = await CurlTransport(.init(version: "1")).failure(HTTPRequest(.post, url))
        #expect(error?.code == .untrustedCertificate)
        #expect(error?.mayHaveArrived == false)
        #expect(error?.advice == .never)
        let trusting = CurlTransport(.init(version: "1", caFile: server.certificate))
        #expect(try await trusting.send(HTTPRequest(.get, url)).status == 200)
        // The certificate is for 127.0.0.1 only.
        let elsewhere = await trusting.failure(HTTPRequest(.get, "https://localhost:\(server.port)/"))
        #expect(elsewhere?.code == .untrustedCertificate)
    }
}

/// `openssl s_server` with a fresh certificate for 127.0.0.1.
private final class SelfSignedServer {
    static let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first(where: FileManager.default.isExecutableFile)
    static var isAvailable: Bool { openssl != nil }

    let port: UInt16
    let certificate: String
    private let directory: TemporaryDirectory
    private let program: ChildProgram

    init() throws {
        let openssl = try #require(Self.openssl)
        directory = try TemporaryDirectory()
        certificate = directory.file("cert.pem")
        let key = directory.file("key.pem")
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(nothing) }
        let maker = try ChildProgram(
            [
                openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=phsync test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
            ], messages: nothing)
        try #require(maker.wait() == 0)
        let output = Pipe()
        program = try ChildProgram(
            [openssl, "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www"],
            input: nothing, output: output.fileHandleForWriting.fileDescriptor, messages: nothing)
        // Else the end of the program would not end its output.
        try output.fileHandleForWriting.close()
        port = try Self.readPort(output.fileHandleForReading)
    }

    func stop() { program.stop() }

    /// Waits for the line "ACCEPT 127.0.0.1:12345".
    private static func readPort(_ output: FileHandle) throws -> UInt16 {
        var text = ""
        while true {
            let more = output.availableData
            try #require(!more.isEmpty, "openssl s_server ended early: \(text)")
            text += String(decoding: more, as: UTF8.self)
            guard text.hasSuffix("\n"), let line = text.split(separator: "\n").first(where: { $0.hasPrefix("ACCEPT") }),
                let digits = line.split(separator: ":").last
            else { continue }
            return try #require(UInt16(digits))
        }
    }
}
