package import Models

extension Settlement {
    /// What a re-read tells about a write of code.
    ///
    /// The server stores file by file and reads `plugin.json` last, so a write may have arrived in part.
    /// - Parameters:
    ///   - actual: The code now; nil when the plugin is not there.
    ///   - sent: Files that the request carried.
    package static func decide(
        before: SourceState, expected: SourceState, actual: SourceState?, sent: [String]
    ) -> Settlement {
        let parts = expected.differingParts(from: before)
        guard let actual else { return .overtaken(sent, .unknown) }
        if actual == expected { return .applied }
        if actual == before { return .notApplied }
        let wrong = parts.filter { actual[$0] != expected[$0] }
        if wrong.isEmpty { return .appliedAmongOthers(actual.differingParts(from: expected).map(\.label)) }
        if wrong.contains(where: { actual[$0] != before[$0] }) { return .overtaken(wrong.map(\.label), wrong.count < parts.count ? .certain : .unknown) }
        return wrong.count == parts.count ? .notApplied : .appliedInPart(missing: wrong.map(\.label))
    }
}
