package import Models

/// Where the public archive of an installed plugin lies: the form of address that the server itself downloads.
///
/// - Source: docs/api.md, "Source of a plugin".
package struct PluginArchive: Sendable, Equatable {
    /// How the archive is packed.
    package enum Format: Sendable {
        case zip, tarGzip
    }

    /// https, and one of three hosts; nothing is sent along.
    package let url: String
    /// As the host packs it.
    package let format: Format
    /// The folder inside the archive's root that the plugin lies in; "" for the root itself.
    package let subfolder: String

    /// - Parameter loopback: The origin that stands in for all three hosts; for tests.
    /// - Throws: `Problem` for a plugin that has no public archive.
    package init(of plugin: Plugin, loopback: String? = nil) throws(Problem) {
        guard let address = plugin.url, let tag = plugin.tag, !tag.isEmpty else {
            throw PluginArchive.problem(plugin, "it has no address or no version")
        }
        guard PluginArchive.isPlain(tag) else { throw PluginArchive.problem(plugin, "its version \"\(tag)\" is no name of one") }
        let parts = address.split(separator: "/").map(String.init)
        guard parts.count >= 4, parts[0] == "https:", parts.dropFirst(2).allSatisfy(PluginArchive.isPlain) else {
            throw PluginArchive.problem(plugin, "\(address) is none of GitHub, GitLab or npm")
        }
        let path = Array(parts[2...])
        let found: (host: String, path: String, Format, String)?
        switch parts[1] {
        case "github.com", "www.github.com": found = PluginArchive.gitHub(path, tag)
        case "gitlab.com", "www.gitlab.com": found = PluginArchive.gitLab(path, tag)
        case "www.npmjs.com", "npmjs.com": found = PluginArchive.npm(path, tag)
        default: found = nil
        }
        guard let found else { throw PluginArchive.problem(plugin, "\(address) is none of GitHub, GitLab or npm") }
        url = (loopback ?? "https://\(found.host)") + found.path
        format = found.2
        subfolder = found.3
    }

    /// `github.com/O/R` redirects to this host, and no redirect is followed.
    private static func gitHub(_ path: [String], _ tag: String) -> (host: String, path: String, Format, String) {
        let subfolder = ["tree", "commit"].contains(path.count > 2 ? path[2] : "") ? path.dropFirst(4).joined(separator: "/") : ""
        return ("codeload.github.com", "/\(path[0])/\(path[1])/zip/\(tag)", .zip, subfolder)
    }

    private static func gitLab(_ path: [String], _ tag: String) -> (host: String, path: String, Format, String) {
        let project = path.prefix { $0 != "-" }.joined(separator: "%2F")
        return ("gitlab.com", "/api/v4/projects/\(project)/repository/archive.zip?sha=\(tag)", .zip, "")
    }

    private static func npm(_ path: [String], _ tag: String) -> (host: String, path: String, Format, String)? {
        guard path[0] == "package" else { return nil }
        let isScoped = path[1].hasPrefix("@")
        guard !isScoped || path.count > 2 else { return nil }
        let name = isScoped ? "\(path[1])/\(path[2])" : path[1]
        return ("registry.npmjs.org", "/\(name)/-/\(isScoped ? path[2] : path[1])-\(tag).tgz", .tarGzip, "")
    }

    /// Nothing that could lead to another path, query or host.
    private static func isPlain(_ text: String) -> Bool {
        !text.split(separator: "/", omittingEmptySubsequences: false).contains { $0.isEmpty || $0 == "." || $0 == ".." }
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E, 0x2F, 0x40, 0x5F: true  // digits, letters, + - . / @ _
                default: false
                }
            }
    }

    private static func problem(_ plugin: Plugin, _ why: String) -> Problem {
        Problem(
            .failed, code: "no-archive", subject: plugin.id.subject,
            message: "the code of \(plugin.name) can't be downloaded: \(why)", next: "phsync source \(plugin.id.subject) --from DIR")
    }
}

extension PluginArchive {
    /// What an archive may have at most.
    package static let maximumBytes = 64 << 20

    /// Downloads the archive; no key, no cookie, no redirect.
    package func download(_ transport: any Transport, of plugin: Plugin) async throws(Problem) -> [UInt8] {
        var request = HTTPRequest(.get, url)
        request.maximumBodyBytes = PluginArchive.maximumBytes
        let what = "the archive of \(plugin.name) can't be downloaded from \(url)"
        let response: HTTPResponse
        do {
            response = try await transport.send(request)
        } catch {
            throw APIError(error).problem(what, subject: plugin.id.subject, next: "phsync source \(plugin.id.subject) --fetch")
        }
        guard response.status == 200 else {
            let isTemporary = response.status >= 500 || response.status == 429
            throw Problem(
                isTemporary ? .temporary : .failed, code: "no-archive", subject: plugin.id.subject,
                message: "\(what): the host answered \(response.status)", next: "phsync source \(plugin.id.subject) --from DIR")
        }
        return response.body
    }
}
