import Models
import Storage
import Sync

/// What a selector names that has versions.
enum VersionedThing: Sendable {
    case config(SelectedConfig, ConfigHistory)
    case code(CodeHistory)

    /// `plugin:5` is its code when the mirror has versions of that, else its config; anything else is a config.
    static func find(
        _ selector: String, _ project: String?, for command: String, in mirror: MirrorTransaction
    ) throws(MirrorError) -> VersionedThing {
        if let code = try CodeHistory(selector, project: project, for: command, in: mirror) { return .code(code) }
        let selected = try Selector.config(selector, project: project, for: command, in: mirror)
        guard let id = selected.id else { throw SelectorMistake.noConfig(selected, command: command) }
        return .config(selected, try ConfigHistory(id, of: selected.pluginID, in: mirror))
    }

    var title: String {
        switch self {
        case .config(let selected, _): selected.title
        case .code(let code): code.title
        }
    }

    /// "config:12", "plugin:5".
    var subject: String {
        switch self {
        case .config(_, let history): history.id.subject
        case .code(let code): code.plugin.id.subject
        }
    }

    var isEmpty: Bool { stamps.isEmpty }

    /// Numbers and times of the versions, the newest first.
    var stamps: [(version: Int64, at: Timestamp)] {
        switch self {
        case .config(_, let history): history.versions.map { ($0.row.version, $0.row.recordedAt) }
        case .code(let code): code.versions.map { ($0.row.version, $0.row.recordedAt) }
        }
    }
}

/// Which version a person means: its number, or the one that was known at some time.
enum WantedVersion: Sendable {
    case number(Int64)
    case moment(Timestamp)

    /// The number of the version in `found`.
    ///
    /// - Throws: `Problem` when there is none, with what the mirror can tell.
    func number(in found: VersionedThing) throws(Problem) -> Int64 {
        let stamps = found.stamps
        guard let oldest = stamps.last, let newest = stamps.first else {
            throw Problem(
                .failed, code: "no-versions", subject: found.subject,
                message: "the mirror has no version of \(found.title): it was never pulled or pushed", next: "phsync pull")
        }
        switch self {
        case .number(let number):
            if stamps.contains(where: { $0.version == number }) { return number }
            let range = oldest.version == newest.version ? "only version \(newest.version)" : "versions \(oldest.version) to \(newest.version)"
            throw Problem(
                .usage, code: "no-such-version", subject: found.subject,
                message: "\(found.title) has no version \(number) in the mirror; it has \(range)", next: "phsync history \(found.subject)")
        case .moment(let time):
            if let known = stamps.first(where: { $0.at <= time }) { return known.version }
            let why = oldest.version == 1 ? "the mirror first saw it on" : "the oldest version that is still kept is of"
            throw Problem(
                .failed, code: "not-known-then", subject: found.subject,
                message: "what \(found.title) was on \(TimeText.timestamp(time.milliseconds)) can't be told: \(why)"
                    + " \(TimeText.timestamp(oldest.at.milliseconds))", next: "phsync history \(found.subject)")
        }
    }
}
