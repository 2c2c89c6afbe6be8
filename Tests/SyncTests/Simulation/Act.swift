import DemoInstance
import Models
import TestSupport

/// What people edit in the simulation: a field of a config, or a file of code, that was there from the start.
enum SimulatedField: Hashable, Sendable, CustomStringConvertible {
    case config(Int64, ConfigField)
    case code(PluginID)

    var isSecret: Bool { if case .config(_, .key("apiKey")) = self { true } else { false } }
    var isCode: Bool { if case .code = self { true } else { false } }

    var description: String {
        switch self {
        case .config(let id, let field): "\(id) \(field.label)"
        case .code(let id): "the code of \(id)"
        }
    }

    static let all: [SimulatedField] = [
        .config(1, .key("endpoint")), .config(1, .key("apiKey")), .config(1, .order), .config(1, .enabled), .config(2, .key("currency")),
        .config(2, .order), .config(3, .key("endpoint")), .config(3, .key("apiKey")), .config(3, .enabled), .code(PluginID(1)),
        .code(PluginID(2)),
    ]

    /// A value that no other number gives, where the field has that many.
    func value(_ number: Int) -> JSONValue {
        switch self {
        case .config(_, .order): JSONValue(number)
        case .config(_, .enabled): .bool(number.isMultiple(of: 2))
        case .config, .code: .string("value \(number)")
        }
    }

    /// What the instance's database holds.
    func value(in state: DemoState) -> JSONValue? {
        switch self {
        case .code(let id): state.plugins[id.rawValue].flatMap { JSONValue($0.simulatedCode) }
        case .config(let id, .order): state.configs[id].map { JSONValue($0.order) }
        case .config(let id, .enabled): state.configs[id].map { .bool($0.isEnabled) }
        case .config(let id, let field): state.configs[id]?.config[field.label]
        }
    }

    /// Saves a value as the web page does.
    func save(_ value: JSONValue, in state: inout DemoState) {
        switch self {
        case .code(let id): state.plugins[id.rawValue]?.simulatedCode = value.string
        case .config(let id, .order): state.configs[id]?.order = value.int ?? 0
        case .config(let id, .enabled): state.configs[id]?.isEnabled = value.bool ?? false
        case .config(let id, let field): state.set(id, field.label, value)
        }
    }
}

extension DemoPlugin {
    /// The one file that people edit, wherever the server keeps it.
    fileprivate(set) var simulatedCode: String? {
        get { source ?? sources.first { $0.name == "index.ts" }?.text }
        set {
            if source != nil { source = newValue }
            if let index = sources.firstIndex(where: { $0.name == "index.ts" }) { sources[index].text = newValue }
        }
    }
}

/// What goes wrong with one request of a pull or a push.
struct Trouble: Sendable, CustomStringConvertible {
    enum Kind: Sendable, CaseIterable {
        case refused, lostOnTheWay, answerLost, failsBefore, failsAfter, html, unauthorized
        /// The process dies before the instance has acted, or after.
        case killedBefore, killedAfter
        /// From this request on nothing reaches the instance.
        case offline
    }

    let kind: Kind
    /// 1 is the first request.
    let request: Int

    var description: String { "\(kind) at request \(request)" }
}

/// One thing that happens in a simulated history.
enum Act: Sendable, CustomStringConvertible {
    case edit(SimulatedField, Int)
    /// Our person wants again what the mirror shows as the remote's.
    case back(SimulatedField)
    /// Somebody else saves a field in the web page.
    case theirs(SimulatedField, Int)
    case draft(Int)
    case pull(Trouble?)
    case push(Trouble?, isAtomic: Bool)
    /// What a push that stopped has applied is taken back.
    case abort(Trouble?)
    /// The person settles all conflicts.
    case resolve(isLocal: Bool)
    case clockJump(Int64)
    /// Another project becomes the user's current one in the web page, or the first again.
    case switchProject(Int64)
    /// Somebody revokes the key, or gives it back.
    case revoke(Bool)

    var description: String {
        switch self {
        case .edit(let field, let number): "edit \(field) to \(number)"
        case .back(let field): "edit \(field) back"
        case .theirs(let field, let number): "they set \(field) to \(number)"
        case .draft(let number): "draft \(number)"
        case .pull(let trouble): "pull\(trouble.map { ", \($0)" } ?? "")"
        case .push(let trouble, let isAtomic): "\(isAtomic ? "atomic " : "")push\(trouble.map { ", \($0)" } ?? "")"
        case .abort(let trouble): "abort\(trouble.map { ", \($0)" } ?? "")"
        case .resolve(let isLocal): "resolve \(isLocal ? "local" : "remote")"
        case .clockJump(let seconds): "the clock jumps \(seconds) s"
        case .switchProject(let id): "project \(id) becomes the current one"
        case .revoke(let isRevoked): isRevoked ? "the key is revoked" : "the key is good again"
        }
    }

    /// The history of a seed: the same everywhere.
    static func history(seed: UInt64) -> [Act] {
        var random = SeededRandom(seed: seed)
        return (0..<Int.random(in: 6...24, using: &random)).map { number in act(number + 100, &random) }
    }

    private static func act(_ number: Int, _ random: inout SeededRandom) -> Act {
        let field = SimulatedField.all[Int.random(in: 0..<SimulatedField.all.count, using: &random)]
        switch Int.random(in: 0..<26, using: &random) {
        case 0..<6: return .edit(field, number)
        case 23, 24: return field.isSecret ? .edit(field, number) : .back(field)
        case 25: return .abort(trouble(&random))
        case 6..<9: return .theirs(field, number)
        case 9: return .draft(number)
        case 10..<13: return .pull(trouble(&random))
        case 13..<18: return .push(trouble(&random), isAtomic: Int.random(in: 0..<4, using: &random) == 0)
        case 18: return .resolve(isLocal: Bool.random(using: &random))
        case 19, 20: return .switchProject(Int64.random(in: 1...2, using: &random))
        case 21: return .revoke(Bool.random(using: &random))
        default: return .clockJump(Int64.random(in: -100_000...100_000, using: &random))
        }
    }

    private static func trouble(_ random: inout SeededRandom) -> Trouble? {
        guard Int.random(in: 0..<3, using: &random) > 0 else { return nil }
        let kind = Trouble.Kind.allCases[Int.random(in: 0..<Trouble.Kind.allCases.count, using: &random)]
        return Trouble(kind: kind, request: Int.random(in: 1...14, using: &random))
    }
}
