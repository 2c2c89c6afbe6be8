import Models
import Storage
import Sync

extension PluginMirror {
    /// All configs, by plugin and project.
    public func configs() async throws(KitError) -> [ConfigSummary] {
        try await read { mirror in
            try mirror.configs.list().map { row in
                ConfigSummary(
                    id: ConfigID(row.id.rawValue), plugin: row.pluginName, project: row.projectName, isEnabled: row.enabled, editCount: row.editCount)
            }
        }
    }

    /// One config with its fields; nil when the mirror has no such config.
    public func config(_ id: ConfigID) async throws(KitError) -> ConfigDetails? {
        try await read { mirror in
            guard let target = try EditedConfig(id, in: mirror) else { return nil }
            return target.details
        }
    }

    /// The kinds of errors that wait for somebody: what nobody has looked at first, then by time.
    ///
    /// - Parameters:
    ///   - text: Words that must all be in name, message or stack; nil for all.
    ///   - includesSettled: Also those that are muted, resolved, or of what is gone.
    public func errorGroups(
        sinceMilliseconds since: Int64? = nil, containing text: String? = nil, includesSettled: Bool = false, limit: Int = 100
    ) async throws(KitError) -> [ErrorGroup] {
        try await read { mirror in
            let filter = ErrorFilter(
                since: since.map { Timestamp(milliseconds: $0) }, search: text, isListedOnly: !includesSettled, limit: max(0, limit))
            return try mirror.errors.groups(filter).map(ErrorGroup.init)
        }
    }

    /// One kind of error with stack, failing event and days; nil when there is none of that id.
    ///
    /// - Parameter withPersonalData: The event as the instance has it. Without it, what says who somebody is was taken out of event,
    ///   message and stack.
    public func error(_ id: ErrorID, days: Int = 14, withPersonalData: Bool = false) async throws(KitError) -> ErrorDetails? {
        let now = PluginMirror.now
        return try await read { mirror in
            let group = ErrorGroupID(rawValue: id.rawValue)
            guard let row = try mirror.errors.group(group) else { return nil }
            let series = try mirror.errors.series(row, days: max(1, days), now: now)
            return ErrorDetails(
                row, try mirror.errors.occurrences(group, limit: 5), days: series.days.map(\.count), withPersonalData: withPersonalData)
        }
    }

    /// Notes what a person did to an error group.
    ///
    /// - Returns: Its state from now on; nil when there is none of that id.
    @discardableResult
    public func apply(_ action: ErrorAction, to id: ErrorID) async throws(KitError) -> ErrorGroup.State? {
        let event: InboxEvent =
            switch action {
            case .look: .looked
            case .mute: .muted
            case .unmute: .unmuted
            case .resolve: .resolved
            }
        let now = PluginMirror.now
        return try await write { mirror in
            try mirror.errors.apply(event, to: ErrorGroupID(rawValue: id.rawValue), at: now).map { ErrorGroup.State($0.after) }
        }
    }
}

extension ErrorGroup {
    init(_ row: ErrorGroupRow) {
        self.init(row, message: row.message)
    }

    fileprivate init(_ row: ErrorGroupRow, message: String) {
        id = ErrorID(row.id.rawValue)
        plugin = row.pluginName
        config = row.configID.map { ConfigID($0.rawValue) }
        project = row.projectName
        name = row.name
        self.message = message
        count = row.count
        firstSeenMilliseconds = row.firstSeen.milliseconds
        lastSeenMilliseconds = row.lastSeen.milliseconds
        state = State(row.state)
        note = row.note
    }
}

extension ErrorDetails {
    /// - Parameter occurrences: The newest first; the newest that tells a stack or an event counts.
    fileprivate init(_ row: ErrorGroupRow, _ occurrences: [ErrorRow], days: [Int], withPersonalData: Bool) {
        let stack = occurrences.lazy.compactMap { PluginError.stack(in: $0.details) }.first
        let event = occurrences.lazy.compactMap { PluginError.event(in: $0.details) }.first
        self.days = days
        if withPersonalData {
            group = ErrorGroup(row)
            self.stack = stack
            self.event = event?.prettyText
        } else {
            var scrubber = EventScrubber()
            self.event = event.map { scrubber.scrub($0).prettyText }
            group = ErrorGroup(row, message: scrubber.scrub(text: row.message))
            self.stack = stack.map { scrubber.scrub(text: $0) }
        }
    }
}
