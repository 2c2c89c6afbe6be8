import Models

/// The file of the person's rules.
struct AlertFile: Sendable {
    let path: String
    let rules: [AlertRule]

    private static let largest = 1 << 20

    /// - Throws: `Problem` of kind `.usage` that names the line, when a rule is not understood.
    init(_ context: CommandContext) throws(Problem) {
        path = try context.places().configDirectory + "/alerts"
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try context.files.read(path, limit: AlertFile.largest)
        } catch {
            throw error.problem
        }
        do throws(AlertRuleMistake) {
            rules = try bytes.map { bytes throws(AlertRuleMistake) in try AlertRuleParser.rules(String(decoding: bytes, as: UTF8.self)) } ?? []
        } catch {
            throw Problem(
                .usage, code: "bad-alerts", subject: "\(path):\(error.line)", message: "\(path), line \(error.line): \(error.message)",
                next: "phsync help alerts")
        }
    }
}
