import Models

/// Puts failures into groups and counts them, within one transaction: groups are looked up once, figures written at the end.
///
/// Call `finish()` before the transaction ends; what was added and not finished is in no figure.
final class ErrorGrouping {
    /// Texts of one group that can be searched for; more of them would find little more.
    static let maximumTexts = 16

    private let transaction: MirrorTransaction
    /// When a group was first written down here.
    private let now: Timestamp
    private var known: [Int64: [GroupCounts]] = [:]
    /// What each fingerprint has met: it meets the same group again, for that tells as much as both did.
    private var met: [ErrorFingerprint: GroupCounts] = [:]
    private var hasFilledShapes = false

    init(_ transaction: MirrorTransaction, at now: Timestamp) {
        self.transaction = transaction
        self.now = now
    }

    /// Adds a failure to its group; a new mistake gets a group of its own.
    func add(_ failure: Failure) throws(MirrorError) -> ErrorGroupID {
        let group = try group(of: failure)
        // The day of fallen figures is named in the project's zone already.
        let zone = failure.source == .figures ? .utc : try transaction.projects.zone(failure.projectID)
        group.take(failure, day: zone.dayNumber(of: failure.at))
        return group.id
    }

    /// Writes the figures of the groups that were added to.
    func finish() throws(MirrorError) {
        for group in known.values.joined().sorted(by: { $0.id < $1.id }) where group.isTouched { try write(group) }
        (known, met) = ([:], [:])
    }
}

extension ErrorGrouping {
    private func group(of failure: Failure) throws(MirrorError) -> GroupCounts {
        if let group = met[failure.fingerprint] { return group }
        let group = try look(for: failure)
        met[failure.fingerprint] = group
        return group
    }

    private func look(for failure: Failure) throws(MirrorError) -> GroupCounts {
        let shape = failure.fingerprint.shapeNumber
        if known[shape] == nil { known[shape] = try load(shape) }
        let groups = known[shape] ?? []
        if let index = ErrorFingerprint.match(failure.fingerprint, among: groups.map(\.fingerprint)) {
            groups[index].complete(failure.fingerprint)
            return groups[index]
        }
        let made = try make(failure, shape)
        known[shape, default: []].insert(made, at: 0)
        return made
    }

    /// The groups of that plugin and shape, the latest first.
    private func load(_ shape: Int64) throws(MirrorError) -> [GroupCounts] {
        if !hasFilledShapes { try fillShapes() }
        hasFilledShapes = true
        return try transaction.rows(
            "SELECT * FROM error_group WHERE shape = ?1 ORDER BY last_seen DESC, id DESC", SQLiteValue(shape), decode: GroupCounts.init)
    }

    /// Groups of an older program have no shape yet.
    private func fillShapes() throws(MirrorError) {
        let old = try transaction.rows(
            "SELECT id, plugin_id, name, message, function, method FROM error_group WHERE shape IS NULL"
        ) { (row) throws(SQLiteError) in
            (
                id: try row.integer("id"),
                shape: ErrorFingerprint(
                    pluginID: PluginID(try row.integer("plugin_id")), name: try row.text("name"),
                    messageShape: MessageShape.of(try row.text("message")), function: "", method: ""
                ).shapeNumber
            )
        }
        for group in old {
            try transaction.execute("UPDATE error_group SET shape = ?2 WHERE id = ?1", SQLiteValue(group.id), SQLiteValue(group.shape))
        }
    }

    private func make(_ failure: Failure, _ shape: Int64) throws(MirrorError) -> GroupCounts {
        let digest = failure.fingerprint.digest
        // A group of an older program whose method nobody knew, or one without occurrences: it is the same all the same.
        let same = try transaction.first(
            "SELECT * FROM error_group WHERE fingerprint = ?1", SQLiteValue(digest), decode: GroupCounts.init)
        if let same { return same }
        // Not an upsert: one that meets a known group would use up a number all the same.
        let id = try transaction.first(
            """
            INSERT INTO error_group (fingerprint, plugin_id, created_at, kind, shape, state_at, name, function, method)
            VALUES (?1, ?2, ?3, ?4, ?5, ?3, ?6, ?7, ?8) RETURNING id
            """, SQLiteValue(digest), SQLiteValue(failure.fingerprint.pluginID.rawValue), SQLiteValue(now),
            SQLiteValue(failure.kind.rawValue), SQLiteValue(shape), SQLiteValue(failure.fingerprint.name),
            SQLiteValue(failure.fingerprint.function), SQLiteValue(failure.fingerprint.method)
        ) { (row) throws(SQLiteError) in ErrorGroupID(try row.integer("id")) }
        guard let id else { preconditionFailure("an INSERT with RETURNING has a row") }
        return GroupCounts(id: id, fingerprint: failure.fingerprint, digest: digest, now: now)
    }

    private func write(_ group: GroupCounts) throws(MirrorError) {
        // Apart, for each column that is set has its indexes written anew.
        if group.hasOtherName {
            try transaction.execute(
                "UPDATE error_group SET fingerprint = ?2, name = ?3, function = ?4, method = ?5 WHERE id = ?1", SQLiteValue(group.id.rawValue),
                SQLiteValue(group.digest), SQLiteValue(group.fingerprint.name), SQLiteValue(group.fingerprint.function),
                SQLiteValue(group.fingerprint.method))
        }
        if group.isLater {
            try transaction.execute(
                """
                UPDATE error_group SET message = ?2, config_id = ?3, project_id = ?4, last_seen = ?5, state = ?6, returned_at = ?7
                WHERE id = ?1
                """, SQLiteValue(group.id.rawValue), SQLiteValue(group.message), SQLiteValue(group.configID?.rawValue),
                SQLiteValue(group.projectID?.rawValue), SQLiteValue(group.lastSeen), SQLiteValue(group.state.rawValue),
                SQLiteValue(group.returnedAt))
        }
        if group.isEarlier || !group.newTexts.isEmpty {
            try transaction.execute(
                "UPDATE error_group SET first_seen = ?2, texts = ?3 WHERE id = ?1", SQLiteValue(group.id.rawValue),
                SQLiteValue(group.firstSeen), SQLiteValue(Int64(group.textCount)))
        }
        for (config, place) in group.places { try write(place, config, of: group.id) }
        for (key, count) in group.days { try write(count, key, of: group.id) }
        if !group.newTexts.isEmpty { try writeTexts(of: group) }
    }

    /// New texts of a group are one row: what they share is in the index once.
    private func writeTexts(of group: GroupCounts) throws(MirrorError) {
        let first = group.id.rawValue << 4 | Int64(group.textCount - group.newTexts.count)
        var seen: Set<String> = []
        let frames = group.newTexts.map(\.frames).filter { seen.insert($0).inserted }
        try transaction.execute(
            "INSERT INTO error_text (rowid, name, message, stack) VALUES (?1, ?2, ?3, ?4)", SQLiteValue(first),
            SQLiteValue(group.fingerprint.name), SQLiteValue(group.newTexts.map(\.message).joined(separator: "\n")),
            SQLiteValue(frames.joined(separator: "\n")))
    }

    private func write(_ place: GroupCounts.Place, _ config: Int64, of group: ErrorGroupID) throws(MirrorError) {
        try transaction.execute(
            """
            INSERT INTO error_place (group_id, config_id, project_id, first_seen, last_seen) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (group_id, config_id) DO UPDATE SET project_id = coalesce(?3, project_id), first_seen = min(first_seen, ?4),
                last_seen = max(last_seen, ?5)
            """, SQLiteValue(group.rawValue), SQLiteValue(config), SQLiteValue(place.project?.rawValue), SQLiteValue(place.first),
            SQLiteValue(place.last))
    }

    private func write(_ count: Int64, _ key: GroupCounts.DayKey, of group: ErrorGroupID) throws(MirrorError) {
        try transaction.execute(
            """
            INSERT INTO error_day (group_id, day, config_id, source, count) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (group_id, day, config_id, source) DO UPDATE SET count = count + ?5
            """, SQLiteValue(group.rawValue), SQLiteValue(key.day), SQLiteValue(key.config), SQLiteValue(key.source.rawValue),
            SQLiteValue(count))
    }
}

/// A group while failures are added to it.
private final class GroupCounts {
    struct DayKey: Hashable {
        let day: Int64
        let config: Int64
        let source: PluginError.Source
    }

    struct Place {
        let project: ProjectID?
        var first: Timestamp
        var last: Timestamp
    }

    struct Text {
        let message: String
        /// Its frames alone: the message is on top of them once more.
        let frames: String
    }

    let id: ErrorGroupID
    private(set) var fingerprint: ErrorFingerprint
    private(set) var digest: String
    private(set) var message = ""
    private(set) var configID: PluginConfigID?
    private(set) var projectID: ProjectID?
    private(set) var firstSeen: Timestamp
    private(set) var lastSeen: Timestamp
    private(set) var state: InboxState
    private(set) var returnedAt: Timestamp?
    private(set) var textCount: Int
    private(set) var newTexts: [Text] = []
    private(set) var places: [Int64: Place] = [:]
    private(set) var days: [DayKey: Int64] = [:]
    private(set) var isTouched = false
    /// Whether it became better known than it was.
    private(set) var hasOtherName = false
    /// Whether its latest occurrence or its state is another.
    private(set) var isLater = false
    /// Whether its first occurrence is another.
    private(set) var isEarlier = false
    private let stateAt: Timestamp
    private var hasOccurred: Bool
    private var texts: Set<String> = []

    init(id: ErrorGroupID, fingerprint: ErrorFingerprint, digest: String, now: Timestamp) {
        self.id = id
        self.fingerprint = fingerprint
        self.digest = digest
        (firstSeen, lastSeen, stateAt) = (now, now, now)
        state = .new
        textCount = 0
        hasOccurred = false
    }

    init(_ row: Row) throws(SQLiteError) {
        id = ErrorGroupID(try row.integer("id"))
        message = try row.text("message")
        let kind = try row.closed("kind", Failure.Kind.init)
        configID = try row.optionalInteger("config_id").map { PluginConfigID($0) }
        projectID = try row.optionalInteger("project_id").map { ProjectID($0) }
        let plugin = PluginID(try row.integer("plugin_id"))
        if kind != .error, let config = try row.optionalInteger("config_id") {
            fingerprint = ErrorFingerprint(config: PluginConfigID(config), of: plugin, kind: kind)
        } else {
            fingerprint = ErrorFingerprint(
                pluginID: plugin, name: try row.text("name"), messageShape: MessageShape.of(message),
                function: try row.text("function"), method: try row.text("method"))
        }
        digest = try row.text("fingerprint")
        firstSeen = try row.time("first_seen")
        lastSeen = try row.time("last_seen")
        state = try row.closed("state", InboxState.init)
        stateAt = try row.time("state_at")
        returnedAt = try row.optionalTime("returned_at")
        textCount = Int(try row.integer("texts"))
        hasOccurred = textCount > 0
        texts = [message]
    }

    /// Takes in what a failure tells beyond what the group was known by.
    func complete(_ other: ErrorFingerprint) {
        let whole = fingerprint.completed(by: other)
        guard whole != fingerprint else { return }
        fingerprint = whole
        digest = whole.digest
        hasOtherName = true
    }

    /// - Parameter day: Of the failure, on the clock of its project.
    func take(_ failure: Failure, day: Int64) {
        isTouched = true
        if !hasOccurred || failure.at >= lastSeen {
            message = failure.message
            configID = failure.configID
            projectID = failure.projectID
            isLater = true
        }
        if !hasOccurred || failure.at < firstSeen {
            firstSeen = failure.at
            isEarlier = true
        }
        lastSeen = hasOccurred ? max(lastSeen, failure.at) : failure.at
        hasOccurred = true
        let next = state.after(failure.at > stateAt ? .occurredSince : .occurredBefore)
        if next != state {
            if next == .returned { returnedAt = failure.at }
            state = next
            isLater = true
        }
        count(failure, day)
        guard textCount < ErrorGrouping.maximumTexts, texts.insert(failure.message).inserted || textCount == 0 else { return }
        newTexts.append(Text(message: failure.message, frames: failure.stack.map(LoggedError.frames) ?? ""))
        textCount += 1
    }

    private func count(_ failure: Failure, _ day: Int64) {
        let config = failure.configID?.rawValue ?? 0
        days[DayKey(day: day, config: config, source: failure.source), default: 0] += 1
        if let place = places[config] {
            places[config]?.first = min(place.first, failure.at)
            places[config]?.last = max(place.last, failure.at)
        } else {
            places[config] = Place(project: failure.projectID, first: failure.at, last: failure.at)
        }
    }
}
