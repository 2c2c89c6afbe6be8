/// One occurrence of an error that a plugin has had, as the server told it.
package struct PluginError: Sendable, Equatable {
    /// Where it was told: in the config, in the plugin (old versions), in the error details of the metrics, in the config's log;
    /// or what the mirror has seen happen: a config that went off (`switch`), figures that fell.
    package enum Source: String, Sendable, CaseIterable {
        case config, plugin, metric, log, `switch`, figures
    }

    package let source: Source
    /// The same for the same occurrence, whenever it is read: the server's own id, or a digest where it has none.
    package let key: String
    package let pluginID: PluginID
    /// nil for an error of the plugin as such.
    package let configID: PluginConfigID?
    package let projectID: ProjectID?
    /// "processEvent", …; nil for errors of configs and plugins, which don't say.
    package let category: String?
    /// The metrics' `error_type`; nil for errors of configs and plugins.
    package let type: String?
    /// "TypeError"; "" when something else than an Error was thrown.
    package let name: String
    package let message: String
    /// The server's own text; "" when it didn't say.
    package let atText: String
    /// The server's object, whole: message, stack, failing event.
    package let details: JSONValue

    package init(
        source: Source, key: String, pluginID: PluginID, configID: PluginConfigID?, projectID: ProjectID?, category: String?, type: String?,
        name: String, message: String, atText: String, details: JSONValue
    ) {
        self.source = source
        self.key = key
        self.pluginID = pluginID
        self.configID = configID
        self.projectID = projectID
        self.category = category
        self.type = type
        self.name = name
        self.message = message
        self.atText = atText
        self.details = details
    }

    package var kind: Failure.Kind {
        switch source {
        case .config, .plugin, .metric, .log: .error
        case .switch: .switchedOff
        case .figures: .delivery
        }
    }

    package var fingerprint: ErrorFingerprint {
        if kind != .error, let configID { return ErrorFingerprint(config: configID, of: pluginID, kind: kind) }
        let frames = stack.map(StackFrame.all) ?? []
        let method = category.map(PluginMethod.normalized) ?? PluginMethod.of(stack: frames)
        return ErrorFingerprint(
            pluginID: pluginID, name: name, messageShape: MessageShape.of(message), function: frames.first(where: \.isOwn)?.function ?? "",
            method: method ?? "")
    }

    package var stack: String? { PluginError.stack(in: details) }

    /// In metrics the error is a member of its own, beside the event.
    static func error(in details: JSONValue) -> JSONValue { details["error"]?.object == nil ? details : details["error"] ?? details }

    /// The stack in an occurrence's details.
    package static func stack(in details: JSONValue) -> String? { error(in: details)["stack"]?.string }

    /// The event that was being processed; personal data. nil when there was none.
    package static func event(in details: JSONValue) -> JSONValue? {
        guard let event = details["event"], !event.isNull else { return Optional<JSONValue>.none }
        return event
    }

    /// How many events an occurrence was about, where the server counts them (exports).
    package static func eventCount(in details: JSONValue) -> Int64? { details["eventCount"]?.int }
}

extension PluginError {
    /// The last error of a config, nil when it has none.
    package init?(_ config: PluginConfig) {
        guard let error = config.json["error"], error.object != nil else { return nil }
        self.init(
            source: .config, entity: config.id.rawValue, error, pluginID: config.pluginID, configID: config.id, projectID: config.projectID)
    }

    /// The last error of a plugin; only versions up to 1.18 have one.
    package init?(_ plugin: Plugin) {
        guard let error = plugin.json["error"], error.object != nil else { return nil }
        self.init(source: .plugin, entity: plugin.id.rawValue, error, pluginID: plugin.id, configID: nil, projectID: nil)
    }

    private init(
        source: Source, entity: Int64, _ error: JSONValue, pluginID: PluginID, configID: PluginConfigID?, projectID: ProjectID?
    ) {
        self.source = source
        key = "\(source.rawValue):" + ([JSONValue(entity), error] as JSONValue).digest
        self.pluginID = pluginID
        self.configID = configID
        self.projectID = projectID
        category = nil
        type = nil
        name = error["name"]?.string ?? ""
        message = error["message"]?.string ?? ""
        atText = error["time"]?.string ?? ""
        details = error
    }

    /// One row of a config's error details; nil when it lacks what makes it one.
    /// - Source: docs/api.md, "App metrics".
    package init?(
        metric row: JSONValue, config: PluginConfigID, plugin: PluginID, project: ProjectID, category: String, type: String
    ) {
        guard let uuid = row["error_uuid"]?.string, !uuid.isEmpty, let details = row["error_details"] else { return nil }
        let error = PluginError.error(in: details)
        source = .metric
        key = "metric:\(uuid)"
        pluginID = plugin
        configID = config
        projectID = project
        self.category = category
        self.type = type
        let name = error["name"]?.string ?? type
        let message = error["message"]?.string ?? details["error"]?.string ?? ""
        // A string that was thrown comes as a name that no error has.
        let isThrownText = message.isEmpty && error["stack"]?.string == nil && !name.hasSuffix("Error")
        (self.name, self.message) = isThrownText ? ("", name) : (name, message)
        atText = row["timestamp"]?.string ?? ""
        self.details = details
    }
}

extension PluginError {
    /// A config that the server has switched off by itself.
    package init(_ switchOff: SwitchOff, of plugin: PluginID, in project: ProjectID) {
        source = .switch
        key = "switch:\(switchOff.configID):\(switchOff.seenAt.milliseconds)"
        pluginID = plugin
        configID = switchOff.configID
        projectID = project
        category = nil
        type = nil
        name = "Switched off"
        message = "the server switched the config off by itself"
        atText = switchOff.seenAt.iso8601
        details = [
            "after": .string(switchOff.after.iso8601), "seen_at": .string(switchOff.seenAt.iso8601),
            "updated_at": JSONValue(switchOff.updatedAfter),
        ]
    }

    /// A day on which a config delivered less than it used to; the same day again is the same occurrence.
    package init(_ fall: DeliveryFall, config: PluginConfigID, of plugin: PluginID, in project: ProjectID) {
        source = .figures
        key = "figures:\(config):\(fall.day.day)"
        pluginID = plugin
        configID = config
        projectID = project
        category = nil
        type = nil
        name = "Delivery fell"
        message = fall.text
        atText = fall.day.day
        details = [
            "day": .string(fall.day.day), "delivered": JSONValue(fall.day.delivered), "failed": JSONValue(fall.day.failed),
            "usual_rate": JSONNumber("\(fall.usual)").map(JSONValue.number) ?? .null,
        ]
    }
}
