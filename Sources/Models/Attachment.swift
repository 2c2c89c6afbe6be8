/// What the server tells about a file that is attached to a config; its contents can't be read back.
package struct AttachmentInfo: Sendable, Hashable {
    /// -1 when the schema marks the attachment secret, `unknownUID` of a file that the server has not numbered yet.
    package let uid: Int64
    package let sizeBytes: Int64
    package let name: String
    package let contentType: String

    /// No file of the server has it.
    package static let unknownUID: Int64 = 0
    /// How the server shows any file of a secret key.
    package static let masked = AttachmentInfo(
        uid: -1, sizeBytes: -1, name: Secret.mask, contentType: "application/octet-stream")

    package init(uid: Int64, sizeBytes: Int64, name: String, contentType: String) {
        self.uid = uid
        self.sizeBytes = sizeBytes
        self.name = name
        self.contentType = contentType
    }

    /// Takes exactly the descriptor that the server puts in a config's place for the file, else nil.
    package init?(_ value: JSONValue) {
        guard value["saved"] == true, value.object?.effective.count == 5 else { return nil }
        self.init(fields: value)
    }

    /// Takes the descriptor as `json` gives it, and as the server does; nil for anything else.
    package init?(shown value: JSONValue) {
        let isStored = value["saved"] == nil && value.object?.effective.count == 4
        guard isStored else {
            self.init(value)
            return
        }
        self.init(fields: value)
    }

    private init?(fields value: JSONValue) {
        guard let uid = value["uid"]?.int, let size = value["size"]?.int, let name = value["name"]?.string,
            let type = value["type"]?.string
        else { return nil }
        self.init(uid: uid, sizeBytes: size, name: name, contentType: type)
    }

    package var isSecret: Bool { uid == -1 }

    /// The descriptor that the server puts in a config's place for the file.
    package var served: JSONValue {
        ["uid": JSONValue(uid), "saved": true, "size": JSONValue(sizeBytes), "name": .string(name), "type": .string(contentType)]
    }

    /// The descriptor as the mirror's history keeps it.
    package var json: JSONValue {
        ["uid": JSONValue(uid), "size": JSONValue(sizeBytes), "name": .string(name), "type": .string(contentType)]
    }
}

/// A file that the person attached; its contents wait in a private file of their own, known by this reference.
package struct WaitingFile: Sendable, Equatable {
    package let reference: String
    package let name: String
    package let contentType: String
    package let sizeBytes: Int64

    package init(reference: String, name: String, contentType: String, sizeBytes: Int64) {
        self.reference = reference
        self.name = name
        self.contentType = contentType
        self.sizeBytes = sizeBytes
    }

    /// What the server will tell about it, but for the number that it gives.
    package var info: AttachmentInfo {
        AttachmentInfo(uid: AttachmentInfo.unknownUID, sizeBytes: sizeBytes, name: name, contentType: contentType)
    }
}

/// A file that a person attaches, still in hand; its contents may be secret and are never printed.
package struct NewFile: Sendable, Equatable {
    package let name: String
    package let contentType: String
    package let bytes: [UInt8]

    package init(name: String, contentType: String, bytes: [UInt8]) {
        self.name = name
        self.contentType = contentType
        self.bytes = bytes
    }
}

extension NewFile: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(name), \(bytes.count) bytes" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["bytes": bytes.count]) }
}
