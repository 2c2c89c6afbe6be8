extension EventDiff {
    /// Whether two events differ beyond what the server notes in them, told from their texts alone; nil when only the values can tell.
    ///
    /// Both are spelled as `JSONValue.text` would. Where this has an answer it is the one that `fields` would lead to.
    static func differ(base: UnsafeRawBufferPointer, local: UnsafeRawBufferPointer) -> Bool? {
        if JSONSpelling.areSame(base[...], local[...]) { return false }
        var walk = TextWalk(base: JSONSpelling(base), local: JSONSpelling(local))
        return switch walk.objects(isProperties: false) {
        case .same: false
        case .different: true
        case .unsure: nil
        }
    }
}

/// Goes through two objects side by side, as long as the members that both have come in the same order.
private struct TextWalk {
    enum Answer {
        case same, different, unsure
    }

    private var base: JSONSpelling
    private var local: JSONSpelling
    /// Whether both walks are behind the values that could not be told apart.
    private var canGoOn = true
    /// Where two objects differ: whether the walk stands before a value whose name is behind it.
    private var isBaseBeforeValue = false
    private var isLocalBeforeValue = false

    init(base: JSONSpelling, local: JSONSpelling) {
        self.base = base
        self.local = local
    }

    mutating func objects(isProperties: Bool) -> Answer {
        guard base.takeByte("{"), local.takeByte("{") else { return .unsure }
        let (baseStart, localStart) = (base.index, local.index)
        var isUnsure = false
        var before = TextWalk.name(&base, isFirst: true)
        var after = TextWalk.name(&local, isFirst: true)
        while before != nil || after != nil {
            // An object with this member may stand for something that JSON has no form for.
            if let before, base.equals(before, "$") { return .unsure }
            if let after, local.equals(after, "$") { return .unsure }
            if let old = before, let new = after, areSame(old, new) {
                switch values(old, isProperties) {
                case .same: break
                case .different:
                    // Of duplicate keys the last one counts.
                    return comesAgain(old, in: base) || comesAgain(new, in: local) ? .unsure : different(false, false)
                case .unsure:
                    guard canGoOn else { return .unsure }
                    isUnsure = true
                }
                before = TextWalk.name(&base, isFirst: false)
                after = TextWalk.name(&local, isFirst: false)
            } else if let new = after {
                guard isProperties && TextWalk.isNote(local, new) else {
                    return !TextWalk.isMarked(local) && lacks(base, local.bytes[new], from: baseStart) ? different(before != nil, true) : .unsure
                }
                guard local.value() else { return .unsure }
                after = TextWalk.name(&local, isFirst: false)
            } else if let old = before {
                guard isProperties && TextWalk.isNote(base, old) else {
                    return !TextWalk.isMarked(base) && lacks(local, base.bytes[old], from: localStart) ? different(true, after != nil) : .unsure
                }
                guard base.value() else { return .unsure }
                before = TextWalk.name(&base, isFirst: false)
            }
        }
        guard base.takeByte("}"), local.takeByte("}") else { return .unsure }
        return isUnsure ? .unsure : .same
    }

    private mutating func different(_ isBaseBeforeValue: Bool, _ isLocalBeforeValue: Bool) -> Answer {
        self.isBaseBeforeValue = isBaseBeforeValue
        self.isLocalBeforeValue = isLocalBeforeValue
        return .different
    }

    /// Steps to the end of the object that the walk is in.
    private static func leave(_ spelling: inout JSONSpelling, isBeforeValue: Bool) -> Bool {
        if isBeforeValue, !spelling.value() { return false }
        while spelling.takeByte(",") {
            guard spelling.string() != nil, spelling.takeByte(":"), spelling.value() else { return false }
        }
        return spelling.takeByte("}")
    }

    /// The values of a member that both have.
    private mutating func values(_ name: Range<Int>, _ isProperties: Bool) -> Answer {
        if !isProperties, base.equals(name, "properties"), base.next == UInt8(ascii: "{"), local.next == UInt8(ascii: "{") {
            let answer = objects(isProperties: true)
            if answer == .unsure { canGoOn = false }
            guard answer == .different else { return answer }
            // It stopped where they differ; what follows behind both objects is still to be looked at.
            guard TextWalk.leave(&base, isBeforeValue: isBaseBeforeValue), TextWalk.leave(&local, isBeforeValue: isLocalBeforeValue) else {
                canGoOn = false
                return .unsure
            }
            return .different
        }
        let isNote = isProperties && TextWalk.isNote(base, name)
        let (baseStart, localStart) = (base.index, local.index)
        guard base.value(), local.value() else {
            canGoOn = false
            return .unsure
        }
        let before = base.bytes[baseStart..<base.index]
        let after = local.bytes[localStart..<local.index]
        if isNote || JSONSpelling.areSame(before, after) { return .same }
        // Texts in the same spelling are the same text; other kinds have more than one spelling for a meaning.
        let quote = UInt8(ascii: "\"")
        return before.first == quote && after.first == quote ? .different : .unsure
    }

    /// Whether the object that begins at `start` has no member of that name, for certain.
    private func lacks(_ spelling: JSONSpelling, _ name: Slice<UnsafeRawBufferPointer>, from start: Int) -> Bool {
        var walk = spelling
        walk.index = start
        return TextWalk.lacks(&walk, name, isFirst: true)
    }

    /// Whether a member of that name may follow after the one whose value was just stepped over.
    private func comesAgain(_ name: Range<Int>, in spelling: JSONSpelling) -> Bool {
        var walk = spelling
        return !TextWalk.lacks(&walk, spelling.bytes[name], isFirst: false)
    }

    private static func lacks(_ walk: inout JSONSpelling, _ name: Slice<UnsafeRawBufferPointer>, isFirst: Bool) -> Bool {
        var isFirst = isFirst
        while let other = TextWalk.name(&walk, isFirst: isFirst) {
            guard !JSONSpelling.areSame(walk.bytes[other], name), walk.value() else { return false }
            isFirst = false
        }
        return walk.next == UInt8(ascii: "}")
    }

    private func areSame(_ old: Range<Int>, _ new: Range<Int>) -> Bool {
        JSONSpelling.areSame(base.bytes[old], local.bytes[new])
    }

    /// Steps to the value of the next member; nil at the end of the object.
    private static func name(_ spelling: inout JSONSpelling, isFirst: Bool) -> Range<Int>? {
        guard isFirst ? spelling.next != UInt8(ascii: "}") : spelling.takeByte(",") else { return nil }
        guard let name = spelling.string(), spelling.takeByte(":") else { return nil }
        return name
    }

    /// What the server notes about plugins.
    private static func isNote(_ spelling: JSONSpelling, _ name: Range<Int>) -> Bool { spelling.begins(name, with: "$plugins_") }

    /// Whether the value that comes next may stand for `undefined`, which counts as absent.
    private static func isMarked(_ spelling: JSONSpelling) -> Bool {
        spelling.bytes[spelling.index...].starts(with: #"{"$""#.utf8)
    }
}
