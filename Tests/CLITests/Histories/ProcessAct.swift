import TestSupport

/// One thing that happens in a history of processes; persons are 0 and 1.
enum ProcessAct: Sendable, CustomStringConvertible {
    enum PushForm: String, Sendable, CaseIterable {
        case plain, atomic, ofOneConfig, resume, abort
    }

    case edit(Int, SharedField, Int)
    /// Somebody else saves a field in the web page.
    case theirs(SharedField, Int)
    case draft(Int, Int)
    case pull(Int, Mishap?)
    case push(Int, PushForm, Mishap?)
    case bothPush
    case resolve(Int, isLocal: Bool)
    case restore(Int, Int64)
    case heal(Int)
    case discard(Int, Int64)

    var description: String {
        switch self {
        case .edit(let person, let field, let number): "\(person) edits \(field) to \(number)"
        case .theirs(let field, let number): "they set \(field) to \(number)"
        case .draft(let person, let number): "\(person) drafts a config with \(number)"
        case .pull(let person, let mishap): "\(person) pulls\(mishap.map { ", \($0)" } ?? "")"
        case .push(let person, let form, let mishap): "\(person) pushes (\(form.rawValue))\(mishap.map { ", \($0)" } ?? "")"
        case .bothPush: "both push at once"
        case .resolve(let person, let isLocal): "\(person) resolves \(isLocal ? "local" : "remote")"
        case .restore(let person, let config): "\(person) restores config \(config)"
        case .heal(let person): "\(person) heals"
        case .discard(let person, let config): "\(person) discards config \(config)"
        }
    }

    /// The history of a seed: the same everywhere.
    static func history(seed: UInt64) -> [ProcessAct] {
        var random = SeededRandom(seed: seed)
        return (0..<Int.random(in: 10...22, using: &random)).map { number in act(number + 100, &random) }
    }

    private static func act(_ number: Int, _ random: inout SeededRandom) -> ProcessAct {
        let field = SharedField.all[Int.random(in: 0..<SharedField.all.count, using: &random)]
        let person = Int.random(in: 0...1, using: &random)
        switch Int.random(in: 0..<30, using: &random) {
        case 0..<9: return .edit(person, field, number)
        case 9..<12: return .theirs(field, number)
        case 12: return .draft(person, number)
        case 13..<16: return .pull(person, mishap(number, &random))
        case 16..<24:
            let form = PushForm.allCases[Int.random(in: 0..<PushForm.allCases.count, using: &random)]
            return .push(person, form, mishap(number, &random))
        case 24: return .bothPush
        case 25: return .resolve(person, isLocal: Bool.random(using: &random))
        case 26: return .restore(person, field.config)
        case 27, 28: return .heal(person)
        default: return .discard(person, field.config)
        }
    }

    private static func mishap(_ number: Int, _ random: inout SeededRandom) -> Mishap? {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return nil
        case 1: return .theirSave(SharedField.all[Int.random(in: 0..<SharedField.all.count, using: &random)], number + 500)
        default:
            let kind = Mishap.Kind.allCases[Int.random(in: 0..<Mishap.Kind.allCases.count, using: &random)]
            return .request(kind, Int.random(in: 1...16, using: &random))
        }
    }
}
