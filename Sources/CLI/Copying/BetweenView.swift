import Models

/// One plugin of two projects: what differs between its configs, or that only one has it.
struct BetweenView: Sendable {
    enum State: String, Sendable {
        case equal, differs
        case onlyLeft = "only_a"
        case onlyRight = "only_b"
    }

    let project: String
    let left: BetweenSide.Entry?
    let right: BetweenSide.Entry?
    /// The switch, values and files, secrets only as set or not set; without the order.
    let changes: [Change]

    init(project: String, left: BetweenSide.Entry?, right: BetweenSide.Entry?) {
        self.project = project
        self.left = left
        self.right = right
        changes = BetweenView.changes(left, right)
    }

    var state: State {
        guard left != nil else { return .onlyRight }
        guard right != nil else { return .onlyLeft }
        return changes.isEmpty && !hasOtherVersion ? .equal : .differs
    }

    private var hasOtherVersion: Bool { left?.plugin.tag != right?.plugin.tag }
    private var name: String { left?.plugin.name ?? right?.plugin.name ?? "" }

    private static func changes(_ left: BetweenSide.Entry?, _ right: BetweenSide.Entry?) -> [Change] {
        guard let left, let right else { return [] }
        let secretKeys = left.secretKeys.union(right.secretKeys)
        return left.content.fields(with: right.content).filter { $0 != .order && $0 != .deleted }.compactMap { field in
            let isSecret = field.isSecret(among: secretKeys)
            let change = Change(field: field, before: shown(left, field, isSecret), after: shown(right, field, isSecret))
            return change.before == change.after ? nil : change
        }
    }

    /// An absent secret is one that is not set.
    private static func shown(_ entry: BetweenSide.Entry, _ field: ConfigField, _ isSecret: Bool) -> ShownValue {
        let shown = ShownValue(entry.content[field], isSecret: isSecret)
        return isSecret && shown == .absent ? .secret(isSet: false) : shown
    }
}

extension BetweenView {
    func blocks(_ names: (left: String, right: String)) -> [Block] {
        switch state {
        case .equal: return []
        case .onlyLeft: return [.line(Line(name, .bold) + Line(" only in \(names.left)"))]
        case .onlyRight: return [.line(Line(name, .bold) + Line(" only in \(names.right)"))]
        case .differs:
            let ids = "\(left?.id.subject ?? "") → \(right?.id.subject ?? "")"
            return [.line(Line("\(name) (\(ids))", .bold))] + version + changes.lines
        }
    }

    private var version: [Block] {
        guard hasOtherVersion else { return [] }
        let tags = [left, right].map { $0?.plugin.tag ?? "(none)" }
        return [.line(Line("  plugin version: ") + Line(tags[0], .bad) + Line(" → ") + Line(tags[1], .good))]
    }

    var json: JSONValue {
        [
            "plugin": .string(name), "project": .string(project), "state": .string(state.rawValue), "a": json(of: left), "b": json(of: right),
            "changes": .array(changes.map { ["field": .string($0.field.text), "a": $0.before.json, "b": $0.after.json] }),
        ]
    }

    private func json(of entry: BetweenSide.Entry?) -> JSONValue {
        guard let entry else { return .null }
        return ["config": .string(entry.id.subject), "tag": JSONValue(entry.plugin.tag), "enabled": .bool(entry.content.enabled)]
    }
}
