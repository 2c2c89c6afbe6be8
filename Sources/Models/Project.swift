/// A project of the organization; configs belong to one.
package struct Project: Sendable, Equatable {
    package let id: ProjectID
    package let name: String
    package let json: JSONValue

    package init(_ json: JSONValue) throws(DecodeError) {
        let id = try json.id("id", of: "project")
        self.id = ProjectID(id)
        name = json["name"]?.string ?? "project \(id)"
        self.json = json
    }
}

/// Who the key belongs to, and what it can reach: what a mirror is bound to.
package struct Identity: Sendable, Equatable {
    /// Scheme, host and port, without a slash at the end.
    package let origin: String
    package let organizationID: OrganizationID
    package let organizationName: String
    package let userID: String
    package let userEmail: String

    package init(
        origin: String, organizationID: OrganizationID, organizationName: String, userID: String, userEmail: String
    ) {
        self.origin = origin
        self.organizationID = organizationID
        self.organizationName = organizationName
        self.userID = userID
        self.userEmail = userEmail
    }
}
