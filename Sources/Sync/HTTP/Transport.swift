/// Carries one request to a server and its answer back.
///
/// An answer with any status but a redirect is a response, not an error. Authorization, retry and limits wrap it.
package protocol Transport: Sendable {
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse
}
