package import Models
package import Storage

/// What a person wants of one config, field by field, before it is stored as edits.
package struct ConfigEdits: Sendable {
    package typealias Item = (field: ConfigField, input: EditTable.Input)

    /// In the order in which they were given; at most one of each field.
    package let items: [Item]

    package init(_ items: [Item]) {
        self.items = items
    }

    /// The config as it would be.
    ///
    /// - Parameter local: As it is with the edits that wait already.
    package func content(on local: ConfigContent) -> ConfigContent {
        var content = local
        for (field, input) in items {
            switch input {
            case .value(let value): content.set(field, value)
            case .unset: content.set(field, nil)
            case .secret: content.set(field, .string(Secret.mask))
            case .file(let file):
                guard case .attachment(let key) = field else { preconditionFailure("only an attachment is a file") }
                content.attachments[key] = AttachmentInfo(
                    uid: AttachmentInfo.unknownUID, sizeBytes: Int64(file.bytes.count), name: file.name,
                    contentType: file.contentType)
            }
        }
        return content
    }

    /// What does not fit the schema in the keys that are edited, and what is required and missing anywhere.
    package func issues(on local: ConfigContent, schema: ConfigSchema, secretKeys: Set<String>) -> [ValidationIssue] {
        let keys = Set(items.compactMap(\.field.key))
        return SchemaCheck(schema: schema, secretKeys: secretKeys).issues(in: content(on: local))
            .filter { keys.contains($0.key) || $0.code == "required" }
    }

    /// Stores them, all or none with the transaction; what brings a field back to the base takes its edit away, unless a push has it
    /// in hand: what the remote will have then is not known, and the way back is an edit like any other.
    package func store(in id: PluginConfigID, of mirror: MirrorTransaction, at time: Timestamp) throws(MirrorError) {
        let versions = try mirror.configs.versions(id)
        let base = versions?.base
        let isHeld = try mirror.journal.holds(id)
        for (field, input) in items {
            let known = try mirror.edits.edit(id, field)
            // In a conflict the base is what neither side has: to want it is to want something.
            let isAgreed = versions?.remote.map { $0[field] == base?[field] } ?? true
            let isNothing = (isAgreed && isBase(input, base?[field], hasBase: base != nil)) || isNoFile(field, input, hasBase: base != nil)
            if !isNothing || known?.state == .inFlight || (known != nil && isHeld) {
                try mirror.edits.put(id, field, input, at: time)
            } else if let known {
                try mirror.edits.remove(id, field, version: known.version)
            }
        }
    }

    private func isBase(_ input: EditTable.Input, _ value: JSONValue?, hasBase: Bool) -> Bool {
        guard hasBase else { return false }
        switch input {
        case .value(let wanted): return wanted == value
        case .unset: return value == nil
        case .secret, .file: return false
        }
    }

    /// Of a draft nothing has to be taken away: the server has no file of it.
    private func isNoFile(_ field: ConfigField, _ input: EditTable.Input, hasBase: Bool) -> Bool {
        guard case .attachment = field else { return false }
        return !hasBase && input == .unset
    }
}
