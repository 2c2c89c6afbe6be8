extension ReportModel {
    /// The same for scripts; times in UTC, days as they are named in the report.
    package var json: JSONValue {
        let health = health
        return [
            "origin": .string(subject.origin), "organization": .string(subject.organization), "project": JSONValue(subject.project),
            "made_at": .string(madeAt.iso8601), "since": .string(since.iso8601), "days": .array(days.map(JSONValue.string)), "timezone": JSONValue(zone),
            "personal_data": .bool(hasPersonalData),
            "health": [
                "level": .string(health.level.rawValue), "sentence": .string(health.sentence),
                "findings": .array(
                    health.findings.map { ["level": .string($0.level.rawValue), "part": .string($0.part.rawValue), "text": .string($0.text)] }),
            ],
            "totals": .array(dayTotals.map { $0?.json ?? .null }), "configs": .array(configs.map(\.json)), "silent_configs": JSONValue(silentConfigCount),
            "errors": .array(errors.map(\.json)), "error_count": JSONValue(errorCount), "unseen_error_count": JSONValue(unseenErrorCount),
            "changes": .array(changes.map(\.json)), "has_more_changes": .bool(hasMoreChanges), "waiting": waiting.json,
            "freshness": .array(freshness.map(\.json)), "archived_at": JSONValue(archivedAt?.iso8601),
        ]
    }
}

extension ReportConfig {
    fileprivate var json: JSONValue {
        [
            "config_id": JSONValue(id.rawValue), "plugin": .string(pluginName), "project": .string(projectName), "state": .string(state.rawValue),
            "enabled": .bool(isEnabled), "edited": .bool(isEdited), "days": .array(days.map { $0?.json ?? .null }),
            "total": total?.json ?? .null,
        ]
    }
}

extension ReportError {
    fileprivate var json: JSONValue {
        [
            "id": .string(id), "place": .string(place), "config": JSONValue(configSubject), "name": .string(name), "message": .string(message),
            "count": JSONValue(count), "has_more": .bool(hasMore), "first_seen": .string(firstSeen.iso8601),
            "last_seen": .string(lastSeen.iso8601), "state": .string(state.rawValue), "note": .string(note), "days": .array(days.map { JSONValue($0) }),
            "change_before": cause.map { ["at": .string($0.at.iso8601), "text": .string($0.text), "author": .string($0.author)] } ?? .null,
            "stack": JSONValue(stack), "event": event ?? .null, "left_out": JSONValue(hidden.total),
        ]
    }
}

extension ReportChange {
    fileprivate var json: JSONValue {
        [
            "at": .string(at.iso8601), "kind": .string(kind.rawValue), "title": .string(title), "subject": .string(subject),
            "author": author.isEmpty ? .null : .string(author), "origin": .string(origin), "changes": .array(lines.map(JSONValue.string)),
        ]
    }
}

extension ReportWaiting {
    fileprivate var json: JSONValue {
        [
            "edited": .array(
                items.map {
                    [
                        "subject": .string($0.subject), "title": .string($0.title), "changes": .array($0.changes.map(JSONValue.string)),
                        "conflicts": .array($0.conflicts.map(JSONValue.string)),
                    ]
                }), "unsettled_steps": JSONValue(unsettledSteps),
        ]
    }
}

extension ReportFreshness {
    fileprivate var json: JSONValue {
        [
            "collection": .string(collection), "pulled_at": JSONValue(pulledAt?.iso8601), "complete": .bool(isComplete), "detail": .string(detail),
        ]
    }
}
