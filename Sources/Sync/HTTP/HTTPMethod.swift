/// What a request asks for.
package enum HTTPMethod: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"

    /// Whether a second copy of the request changes nothing on the server.
    ///
    /// PUT and DELETE count as writes although the standard calls them idempotent: somebody else's change may lie
    /// between the two copies.
    package var isRead: Bool {
        switch self {
        case .get, .head: true
        case .post, .put, .patch, .delete: false
        }
    }
}
