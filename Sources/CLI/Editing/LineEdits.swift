import Models
import Storage

/// The edits that the command line spells out: pairs and flags.
struct LineEdits {
    let context: CommandContext
    let target: EditTarget

    private var arguments: Arguments { context.arguments }

    /// Whether the line says what to change; if not, an editor is opened.
    var isGiven: Bool {
        !arguments.values(of: "PAIR").isEmpty
            || ["unset", "attach", "detach", "enable", "disable", "position"].contains(where: arguments.has)
    }

    /// - Parameter before: The same line's edits of another config of the plugin: what stdin or a person gave is not asked for again.
    func edits(asBefore before: NewEdits? = nil) throws(Problem) -> NewEdits {
        var pairs: [Pair] = []
        for text in arguments.values(of: "PAIR") { pairs.append(try Pair(text)) }
        guard pairs.count(where: { $0.value == .standardInput }) < 2 else {
            throw Problem(.usage, code: "one-stdin", subject: "@-", message: "stdin can be the value of one key only")
        }
        let reader = PairReader(
            context: context, selector: arguments.positional("SELECTOR") ?? "", base: target.versions?.base, schema: target.schema,
            secretKeys: target.secretKeys)
        let files = AttachmentReader(context: context, target: target)
        var edits: NewEdits = []
        for pair in pairs {
            let known = [.standardInput, .prompt].contains(pair.value) ? before?.first { $0.field == .key(pair.key) }?.input : nil
            if let known { edits.append((.key(pair.key), known)) } else { edits.append((.key(pair.key), try reader.input(pair))) }
        }
        for key in arguments.values("unset") { edits.append((.key(key), try unset(key))) }
        for text in arguments.values("attach") { edits.append(try files.attach(text)) }
        for key in arguments.values("detach") { edits.append(try files.detach(key)) }
        if arguments.has("enable") || arguments.has("disable") {
            edits.append((.enabled, .value(.bool(arguments.has("enable")))))
        }
        if let position = arguments.integer("position") { edits.append((.order, .value(JSONValue(position)))) }
        try checkOnce(edits.map(\.field))
        return edits
    }

    private func unset(_ key: String) throws(Problem) -> EditTable.Input {
        guard target.local.attachments[key] == nil else {
            throw Problem(
                .usage, code: "attachment", subject: key, message: "\(key) is a file, not a value; --detach \(key) takes it away")
        }
        return target.secretKeys.contains(key) ? .value("") : .unset
    }

    private func checkOnce(_ fields: [ConfigField]) throws(Problem) {
        for (index, field) in fields.enumerated() where fields[..<index].contains(field) {
            throw Problem(
                .usage, code: "twice", subject: field.label, message: "\(field.label) is given twice; say once what it is to be")
        }
    }
}
