package import Models
package import Storage

/// What is remembered of a conflict: its three values, where they may be.
extension Versions {
    /// nil for a secret and for a file: a mask, or a name and a size, do not tell whether it is the same one again.
    package func sides(of edit: Edit, secretKeys: Set<String>) -> ConflictSides? {
        if case .attachment = edit.field { return nil }
        guard let base, let remote, !edit.isSecret(among: secretKeys) else { return nil }
        let values = [base[edit.field], edit.wanted, remote[edit.field]]
        guard !values.contains(where: { $0 == .string(Secret.mask) || $0.map(SecretRedaction.isRedacted) == true }) else { return nil }
        return ConflictSides(kind: .config, field: edit.field.text, base: values[0], local: values[1], remote: values[2])
    }
}

extension SourceVersions {
    /// The keyed digests of the file's three texts.
    package func sides(of edit: SourceEdit) -> ConflictSides {
        func value(_ text: String?) -> JSONValue? { text.map { .string(SourceForm.digest($0)) } }
        return ConflictSides(
            kind: .source, field: edit.file, base: value(base[edit.file]), local: value(edit.value.text),
            remote: value(remote[edit.file]))
    }
}

extension Edit {
    /// The value as such; nil where the key is to go, or the value is not to be seen.
    fileprivate var wanted: JSONValue? {
        if case .value(let value) = value { value } else { nil }
    }
}

extension Resolution {
    var remembered: ResolutionRow.Side {
        switch self {
        case .local: .local
        case .remote: .remote
        }
    }
}
