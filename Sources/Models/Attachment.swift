/// What the server tells about a file that is attached to a config; its contents can't be read back.
package struct AttachmentInfo: Sendable, Hashable {
    /// -1 when the schema marks the attachment secret.
    package let uid: Int64
    package let sizeBytes: Int64
    package let name: String
    package let contentType: String

    /// Takes exactly the descriptor that the server puts in a config's place for the file, else nil.
    package init?(_ value: JSONValue) {
        guard let object = value.object, Set(object.keys) == ["uid", "saved", "size", "name", "type"],
            object["saved"] == true, let uid = object["uid"]?.int, let size = object["size"]?.int,
            let name = object["name"]?.string, let type = object["type"]?.string
        else { return nil }
        self.uid = uid
        sizeBytes = size
        self.name = name
        contentType = type
    }

    package var isSecret: Bool { uid == -1 }
}
