/// One field of a plugin's config schema, held against what the web pages can show and the server can keep.
struct FieldCheck {
    let check: ManifestCheck
    let key: String
    let field: JSONObject
    let path: [JSONLocator.Step]
    /// All keys of the schema.
    let keys: [String]
    /// The fields of a schema in list form, for the choices that a condition can name.
    let schema: [JSONValue]

    private static let types = ["string", "attachment", "choice", "json"]
    private static let members = [
        "key", "name", "type", "default", "hint", "markdown", "order", "required", "secret", "choices", "required_if", "visible_if", "site",
    ]

    func issues() -> [ValidationIssue] {
        type() + choices() + defaultValue() + condition("required_if") + condition("visible_if") + field.members.compactMap { unknown($0.key) }
    }

    private func issue(
        _ severity: ValidationIssue.Severity, _ code: String, _ member: String, _ message: String, fix: String? = nil
    ) -> ValidationIssue {
        check.issue(severity, code, path + (field[member] == nil ? [] : [.key(member)]), key: key, message, fix: fix)
    }

    private func type() -> [ValidationIssue] {
        guard let type = field["type"], !type.isNull else {
            return [issue(.warning, "field-untyped", "key", "\"\(key)\" has no type, so the web page shows no input for it", fix: "add \"type\": \"string\"")]
        }
        guard let name = type.string else {
            return [issue(.error, "field-unknown-type", "type", "the type of \"\(key)\" has to be a text, and is \(type.kindInWords)")]
        }
        if name == "json", !check.knowsJSONType {
            return [issue(.warning, "field-json-type", "type", "\"\(key)\" is of type json, which this instance's web page can't show", fix: "use \"string\" and read it with JSON.parse")]
        }
        guard !FieldCheck.types.contains(name) else { return [] }
        let near = NearestWord.find(name, in: FieldCheck.types).map { "did you mean \"\($0)\"?" } ?? "use one of \(FieldCheck.types.joined(separator: ", "))"
        return [issue(.warning, "field-unknown-type", "type", "\"\(key)\" is of type \"\(name)\", which no web page can show", fix: near)]
    }

    private func choices() -> [ValidationIssue] {
        let isChoice = field["type"]?.string == "choice"
        guard let value = field["choices"] else {
            return isChoice ? [issue(.error, "choice-without-choices", "type", "\"\(key)\" is a choice without \"choices\"", fix: "add \"choices\": [\"…\"]")] : []
        }
        guard isChoice else {
            return [issue(.warning, "choices-unused", "choices", "\"\(key)\" has choices, but is no choice, so anything can be entered", fix: "make its type \"choice\"")]
        }
        guard let list = value.array, !list.isEmpty, list.allSatisfy({ $0.string != nil }) else {
            return [issue(.error, "choices-type", "choices", "\"choices\" of \"\(key)\" has to be a list of texts that is not empty", fix: "put each choice in double quotes")]
        }
        if field["secret"]?.isTruthy == true {
            return [issue(.error, "choice-secret", "secret", "\"\(key)\" is a choice and secret, which the web page refuses to show", fix: "take \"secret\" out, or make it a string")]
        }
        return []
    }

    private func defaultValue() -> [ValidationIssue] {
        guard let value = field["default"], !value.isNull, value != "" else { return [] }
        if field["type"]?.string == "attachment" {
            return [issue(.warning, "default-attachment", "default", "\"\(key)\" is a file, which can't have a default", fix: "take \"default\" out")]
        }
        if field["secret"]?.isTruthy == true {
            return [issue(.warning, "default-secret", "default", "the default of the secret \"\(key)\" is readable by everybody who has the plugin", fix: "take \"default\" out")]
        }
        guard let text = value.string else {
            return [issue(.warning, "default-type", "default", "the default of \"\(key)\" is \(value.kindInWords); what a person enters is always a text", fix: "write it as a text, and convert it in the code")]
        }
        if field["type"]?.string == "choice", let list = field["choices"]?.array, !list.isEmpty, !list.contains(value) {
            return [issue(.error, "default-choice", "default", "the default \"\(text)\" of \"\(key)\" is none of its choices", fix: "use one of \(list.map { $0.string ?? $0.text }.joined(separator: ", "))")]
        }
        return []
    }

    private func condition(_ name: String) -> [ValidationIssue] {
        guard let value = field[name], !value.isNull else { return [] }
        let form = "[[\"KEY\", \"VALUE\"]]"
        guard let pairs = value.array else {
            return [issue(.error, "condition-type", name, "\"\(name)\" of \"\(key)\" has to be a list of pairs", fix: "write it as \(form)")]
        }
        return pairs.enumerated().flatMap { index, pair -> [ValidationIssue] in
            guard let items = pair.array, (1...2).contains(items.count), let other = items[0].string else {
                return [issue(.error, "condition-type", name, "pair \(index + 1) of \"\(name)\" of \"\(key)\" has to be a key and a value", fix: "write it as \(form)")]
            }
            guard keys.contains(other) else {
                let near = NearestWord.find(other, in: keys).map { "did you mean \"\($0)\"?" } ?? "name one of \(keys.joined(separator: ", "))"
                return [issue(.error, "condition-key", name, "\"\(name)\" of \"\(key)\" depends on \"\(other)\", which is no field", fix: near)]
            }
            guard items.count == 2, !items[1].isNull, let choices = choicesOf(other), !choices.contains(items[1]) else { return [] }
            return [
                issue(
                    .error, "condition-value", name, "\"\(name)\" of \"\(key)\" waits for \"\(items[1].string ?? items[1].text)\", which is none of the choices of \"\(other)\"",
                    fix: "use one of \(choices.map { $0.string ?? $0.text }.joined(separator: ", "))")
            ]
        }
    }

    private func choicesOf(_ key: String) -> [JSONValue]? {
        schema.first { $0["key"]?.string == key && $0["type"]?.string == "choice" }?["choices"]?.array
    }

    private func unknown(_ member: String) -> ValidationIssue? {
        guard !FieldCheck.members.contains(member), let near = NearestWord.find(member, in: FieldCheck.members) else { return nil }
        return issue(.warning, "field-unknown-member", member, "nothing reads \"\(member)\" of \"\(key)\"", fix: "did you mean \"\(near)\"?")
    }
}

/// `publicJobs` of a plugin.json: jobs that a person can start from the web page.
struct PublicJobsCheck {
    let check: ManifestCheck

    private static let types = ["string", "boolean", "json", "number", "date", "daterange"]

    func issues(_ value: JSONValue?) -> [ValidationIssue] {
        guard let value, !value.isNull else { return [] }
        guard let jobs = value.object else {
            return [check.issue(.error, "jobs-type", [.key("publicJobs")], "\"publicJobs\" has to be an object, and is \(value.kindInWords)")]
        }
        return jobs.effective.flatMap { job -> [ValidationIssue] in
            let path: [JSONLocator.Step] = [.key("publicJobs"), .key(job.key)]
            guard let specification = job.value.object else {
                return [check.issue(.error, "jobs-type", path, "the public job \"\(job.key)\" has to be an object, and is \(job.value.kindInWords)")]
            }
            guard let payload = specification["payload"] else { return [] }
            guard let fields = payload.object else {
                return [check.issue(.error, "jobs-type", path + [.key("payload")], "\"payload\" of \"\(job.key)\" has to be an object, and is \(payload.kindInWords)")]
            }
            return fields.effective.compactMap { field in
                guard let type = field.value["type"]?.string, PublicJobsCheck.types.contains(type) else {
                    return check.issue(
                        .error, "jobs-field", path + [.key("payload"), .key(field.key)], "\"\(field.key)\" of the public job \"\(job.key)\" has no type that the web page knows",
                        fix: "use one of \(PublicJobsCheck.types.joined(separator: ", "))")
                }
                return nil
            }
        }
    }
}

/// The form of `posthogVersion`, as the server's Python reads it: `>=1.24.0,<2`, wildcards, `^` and `~`.
enum VersionSpecification {
    static func isValid(_ text: String) -> Bool {
        let clauses = text.filter { $0 != " " }.split(separator: ",", omittingEmptySubsequences: false)
        return clauses.allSatisfy { isClause($0) }
    }

    private static func isClause(_ clause: Substring) -> Bool {
        var rest = clause
        for sign in ["==", "!=", "<=", ">=", "<", ">", "~", "^", "="] where rest.hasPrefix(sign) {
            rest = rest.dropFirst(sign.count)
            break
        }
        // What comes after the three numbers is a pre-release or a build, of letters, digits, dots and hyphens.
        let numbers = rest.prefix { $0 != "-" && $0 != "+" }
        let parts = numbers.split(separator: ".", omittingEmptySubsequences: false)
        let isSuffixPlain = rest.dropFirst(numbers.count).allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-+.".contains($0)) }
        return (1...3).contains(parts.count) && isSuffixPlain && parts.allSatisfy { part in
            ["*", "x", "X"].contains(part) || (!part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) })
        }
    }
}
