package import Models
package import Storage

/// What it takes to bring a config's writable content back to an earlier version, and what can't be brought back.
///
/// Only ever edits: nothing is sent. What stands for a hidden value never becomes one.
package struct ConfigRestoration: Sendable {
    /// Why a field stays as it is.
    package enum Obstacle: Sendable, Equatable {
        /// The server never shows a secret; it may or may not have been the same.
        case secret
        case secretSetSince
        case secretClearedSince
        /// The contents of a file can't be read back.
        case file
        case fileAttachedSince
        /// The value of then can't be sent today.
        case unfit(String)
    }

    /// A field that is not brought back, with the reason.
    package struct Left: Sendable, Equatable {
        /// The field that stays.
        package let field: ConfigField
        /// Why.
        package let obstacle: Obstacle
    }

    /// What to edit.
    package let inputs: [(field: ConfigField, input: EditTable.Input)]
    /// Fields that differ, or may differ, and stay as they are.
    package let left: [Left]
    /// Edits whose place is taken.
    package let replaced: [Edit]

    /// - Parameters:
    ///   - then: The content to go back to.
    ///   - secretKeys: Every key that any known schema ever marked secret, today's included.
    ///   - only: The fields to look at; nil for all.
    package init(
        to then: ConfigContent, of versions: Versions, schema: ConfigSchema, secretKeys: Set<String>, only: Set<ConfigField>? = nil
    ) {
        let local = versions.local
        var inputs: [(field: ConfigField, input: EditTable.Input)] = []
        var left: [Left] = []
        for field in then.fields(with: local) where only?.contains(field) ?? true {
            switch ConfigRestoration.step(field, then, local, secretKeys) {
            case .same: break
            case .left(let obstacle): left.append(Left(field: field, obstacle: obstacle))
            case .input(let input): inputs.append((field, input))
            }
        }
        var wanted = local
        for (field, input) in inputs { if case .value(let value) = input { wanted.set(field, value) } else { wanted.set(field, nil) } }
        let unfit = SchemaCheck(schema: schema, secretKeys: secretKeys).issues(in: wanted)
            .filter { $0.severity == .error && $0.code != "required" }
        for issue in unfit {
            let field = ConfigField.key(issue.key)
            guard let index = inputs.firstIndex(where: { $0.field == field }) else { continue }
            inputs.remove(at: index)
            left.append(Left(field: field, obstacle: .unfit(issue.message)))
        }
        let edited = Set(inputs.map(\.field))
        self.inputs = inputs
        self.left = left
        replaced = versions.edits.filter { edited.contains($0.field) }
    }

    private enum Step {
        case same
        case left(Obstacle)
        case input(EditTable.Input)
    }

    private static func step(
        _ field: ConfigField, _ then: ConfigContent, _ local: ConfigContent, _ secretKeys: Set<String>
    ) -> Step {
        switch field {
        // Marked as deleted is nothing that an edit can say.
        case .deleted: return .same
        case .attachment(let key): return file(then.attachments[key], local.attachments[key])
        case .key(let key):
            // Told of as the file that it was or is.
            if then.attachments[key] != nil || local.attachments[key] != nil { return .same }
            let isHidden = HiddenValue.isHidden(then[field]) || HiddenValue.isHidden(local[field])
            if secretKeys.contains(key) || isHidden { return secret(then[field], local[field]) }
        case .enabled: break
        case .order: if then.order == nil { return .same }
        }
        let value = then[field]
        if value == local[field] { return .same }
        return .input(value.map(EditTable.Input.value) ?? .unset)
    }

    private static func secret(_ then: JSONValue?, _ now: JSONValue?) -> Step {
        switch (isSet(then), isSet(now)) {
        case (false, false): .same
        case (false, true): .left(.secretSetSince)
        case (true, false): .left(.secretClearedSince)
        // Equal digests are equal values; two masks say nothing.
        case (true, true): then == now && then != .string(Secret.mask) ? .same : .left(.secret)
        }
    }

    private static func isSet(_ value: JSONValue?) -> Bool {
        value.map { !$0.isNull && $0 != "" } ?? false
    }

    private static func file(_ then: AttachmentInfo?, _ now: AttachmentInfo?) -> Step {
        if then == now { return then?.isSecret == true ? .left(.file) : .same }
        return .left(then == nil ? .fileAttachedSince : .file)
    }
}

extension ConfigRestoration {
    /// Makes the edits; one that asks for what the remote has is none and goes.
    ///
    /// The config must be on the remote.
    package func store(_ id: PluginConfigID, base: ConfigContent, in mirror: MirrorTransaction, at time: Timestamp) throws(MirrorError) {
        let isHeld = try mirror.journal.holds(id)
        for (field, input) in inputs {
            let wanted: JSONValue? = if case .value(let value) = input { value } else { nil }
            if wanted != base[field] {
                try mirror.edits.put(id, field, input, at: time)
            } else if let edit = try mirror.edits.edit(id, field) {
                if isHeld { try mirror.edits.put(id, field, input, at: time) } else { try mirror.edits.remove(id, field, version: edit.version) }
            }
        }
        // A field in conflict may have got the remote's value: then it is in conflict no more.
        try Rebase.again(id, in: mirror, at: time)
    }
}
