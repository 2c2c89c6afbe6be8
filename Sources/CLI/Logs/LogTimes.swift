import Models

/// How moments of a log are written: in UTC, or in the machine's own zone.
struct LogTimes: Sendable {
    let isLocal: Bool
    /// Without the year, and whole seconds: for narrow terminals.
    let isShort: Bool

    func text(_ time: ServerTime) -> String {
        guard isLocal else { return isShort ? String(time.text.dropFirst(5).prefix(14)).replacing("T", with: " ") : time.text }
        let local = TimeText.local(time.timestamp.milliseconds)
        return isShort ? String(local.dropFirst(5).prefix(14)).replacing("T", with: " ") : local
    }
}
