import Models
import Storage

extension Puller {
    /// Marks the mirror as all there is: the instance answers 404 for plugins altogether. Nothing in it is touched.
    ///
    /// - Returns: What the person is told.
    func archive(_ reach: Reach) async throws(Problem) -> Problem {
        let now = now()
        let isBound = try await mirror.writing { mirror in
            guard try mirror.meta.identity() != nil else { return false }
            try mirror.meta.bind(reach.identity)
            try mirror.meta.setArchived(now)
            return true
        }
        return Problem(
            .failed, code: "plugins-removed", subject: reach.identity.origin,
            message: "\(reach.identity.origin) offers no plugins any more: it answers 404 for all of them."
                + (isBound ? " Nothing was taken for deleted: the mirror stays as it was, as an archive that can be read." : ""),
            next: isBound ? "phsync status" : "phsync doctor")
    }
}
