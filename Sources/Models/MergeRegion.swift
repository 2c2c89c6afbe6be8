/// A run of lines of the base that one side or both have changed, as wide as the changes that touch each other.
struct MergeRegion: Equatable {
    enum Side {
        case local, remote, both
    }

    private(set) var base: Range<Int>
    private(set) var side: Side
    /// How many lines more each side has there than the base.
    private(set) var localGrowth = 0
    private(set) var remoteGrowth = 0

    /// The regions in order, none touching the next.
    static func all(_ local: [LineChange], _ remote: [LineChange]) -> [MergeRegion] {
        let changes = (local.map { MergeRegion($0, .local) } + remote.map { MergeRegion($0, .remote) })
            .sorted { ($0.base.lowerBound, $0.base.upperBound) < ($1.base.lowerBound, $1.base.upperBound) }
        var regions: [MergeRegion] = []
        for change in changes {
            // Ranges that only meet touch as well: which of two lines added at one place comes first is not for a program to say.
            if let last = regions.last, change.base.lowerBound <= last.base.upperBound {
                regions[regions.count - 1].absorb(change)
            } else {
                regions.append(change)
            }
        }
        return regions
    }

    private init(_ change: LineChange, _ side: Side) {
        base = change.base
        self.side = side
        let growth = change.other.count - change.base.count
        if side == .local { localGrowth = growth } else { remoteGrowth = growth }
    }

    private mutating func absorb(_ other: MergeRegion) {
        base = base.lowerBound..<max(base.upperBound, other.base.upperBound)
        if side != other.side { side = .both }
        localGrowth += other.localGrowth
        remoteGrowth += other.remoteGrowth
    }
}
