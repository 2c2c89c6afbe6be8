/// What a dry run found: base and local side by side.
package struct DryRunReport: Sendable, Equatable {
    /// nil when there is nothing to compare with.
    package var base: DryRunVariant?
    package var local: DryRunVariant
    package var differences: [DryRunDifference]
    package var summary: DryRunSummary
    package var notChecked: [String]

    package init(
        local: DryRunVariant, base: DryRunVariant? = nil, differences: [DryRunDifference] = [], summary: DryRunSummary,
        notChecked: [String] = []
    ) {
        self.local = local
        self.base = base
        self.differences = differences
        self.summary = summary
        self.notChecked = notChecked
    }

    package var json: JSONValue { json(withTimings: true) }

    package func json(withTimings: Bool) -> JSONValue {
        let variants: JSONValue = [
            "local": local.json(withTimings: withTimings), "base": base?.json(withTimings: withTimings) ?? .null,
        ]
        return .object(JSONObject([.init(key: "variants", value: variants)] + (jsonWithoutVariants.object?.members ?? [])))
    }

    /// What is left when the steps have been told already.
    package var jsonWithoutVariants: JSONValue {
        [
            "differences": .array(differences.map(\.json)), "summary": summary.json,
            "not_checked": .array(notChecked.map(JSONValue.string)),
        ]
    }

    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "report")
        let variants = try DecodedFields(try fields.value("variants"), of: "report")
        local = try DryRunVariant(try variants.value("local"))
        if let json = variants.optional("base") { base = try DryRunVariant(json) } else { base = nil }
        differences = try fields.array("differences").map { value throws(DecodeError) in try DryRunDifference(value) }
        summary = try DryRunSummary(try fields.value("summary"))
        notChecked = try fields.strings("not_checked")
    }
}

/// One field of one event's result that differs; nil where that side has no such field.
package struct DryRunDifference: Sendable, Equatable {
    package var event: Int
    /// "properties.amount_eur".
    package var path: String
    package var base: JSONValue?
    package var local: JSONValue?

    package init(event: Int, path: String, base: JSONValue?, local: JSONValue?) {
        self.event = event
        self.path = path
        self.base = base
        self.local = local
    }

    /// A side that has no such field lacks the member: null is a value.
    package var json: JSONValue {
        var object = JSONObject([.init(key: "event", value: JSONValue(event)), .init(key: "path", value: .string(path))])
        object["base"] = base
        object["local"] = local
        return .object(object)
    }

    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "difference")
        event = try fields.int("event")
        path = try fields.string("path")
        base = json["base"]
        local = json["local"]
    }
}

/// How many events went which way, compared with base.
package struct DryRunSummary: Sendable, Equatable {
    package var events = 0
    package var unchanged = 0
    package var changed = 0
    package var dropped = 0
    package var newlyFailing = 0
    package var fixed = 0

    package init() {}

    package var json: JSONValue {
        [
            "events": JSONValue(events), "unchanged": JSONValue(unchanged), "changed": JSONValue(changed),
            "dropped": JSONValue(dropped), "newly_failing": JSONValue(newlyFailing), "fixed": JSONValue(fixed),
        ]
    }

    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "summary")
        events = try fields.int("events")
        unchanged = try fields.int("unchanged")
        changed = try fields.int("changed")
        dropped = try fields.int("dropped")
        newlyFailing = try fields.int("newly_failing")
        fixed = try fields.int("fixed")
    }
}
