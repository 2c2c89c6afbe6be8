import Models
import Storage

/// `phsync diff --between A B`: two projects, or two contexts with all their projects, held against each other.
struct Between: Sendable {
    let context: CommandContext

    func run(_ texts: [String]) throws(Problem) -> CommandResult {
        guard texts.count == 2 else {
            throw Problem(
                .usage, code: "two-places", subject: "--between", message: "--between compares two projects or two contexts: name both",
                next: "phsync help diff")
        }
        let instance = try context.instance()
        let projects = try known(instance)
        let left = try Place.find(texts[0], from: instance, projects: projects, in: context)
        let right = try Place.find(texts[1], from: instance, projects: projects, in: context)
        let mirrors = (try context.mirrorToRead(left.instance), try context.mirrorToRead(right.instance))
        let isSame = left.instance.name == right.instance.name
        let sides = (try read(left, mirrors.0), try read(right, mirrors.1))
        let views = try compare(sides.0, sides.1, isSame, whole: left.text == nil && right.text == nil)
        let freshness = try context.freshness(mirrors.0) + (isSame ? [] : try context.freshness(mirrors.1))
        return result(views, texts, freshness)
    }

    /// Two other contexts can be compared where the current one has no mirror yet.
    private func known(_ instance: Instance) throws(Problem) -> [ProjectRow] {
        guard try context.hasMirror(instance) else { return [] }
        return try context.mirrorToRead(instance).look { mirror in try mirror.projects.all() }
    }

    private func read(_ place: Place, _ mirror: Mirror) throws(Problem) -> [BetweenSide] {
        try mirror.look { mirror in
            if let project = try place.project(in: mirror) { return [try BetweenSide.read(project, in: mirror)] }
            if let text = place.text {
                throw Problem(
                    .usage, code: "no-such-project", subject: text, message: "\"\(text)\" is no project of \(place.instance.name)",
                    next: "phsync configs --context \(place.instance.name)")
            }
            return try mirror.projects.all().filter { $0.removedAt == nil }.map { try BetweenSide.read($0, in: mirror) }
        }
    }

    /// Of whole contexts the projects of the same name, and those that only one has.
    private func compare(_ left: [BetweenSide], _ right: [BetweenSide], _ isSame: Bool, whole: Bool) throws(Problem) -> [BetweenView] {
        if !whole {
            guard left.count == 1, right.count == 1 else {
                throw Problem(
                    .usage, code: "two-places", subject: "--between",
                    message: "a project and a whole context can't be compared; say PROJECT@CONTEXT", next: "phsync help diff")
            }
            return BetweenSide.pairs(left[0], right[0], isSameMirror: isSame)
        }
        var open = right
        var views: [BetweenView] = []
        for side in left {
            let index = open.firstIndex { $0.projectName.lowercased() == side.projectName.lowercased() }
            let other = index.map { open.remove(at: $0) } ?? BetweenSide(projectName: side.projectName, entries: [])
            views += BetweenSide.pairs(side, other, isSameMirror: isSame)
        }
        return views + open.flatMap { side in side.entries.map { BetweenView(project: side.projectName, left: nil, right: $0) } }
    }

    private func result(_ all: [BetweenView], _ names: [String], _ freshness: [Freshness]) -> CommandResult {
        let views = all.filter { $0.state != .equal }
        let equal = all.count - views.count
        let end = Line("\(names[0]) → \(names[1]): \(views.count.counted("difference")), \(equal.counted("plugin")) alike.")
        return CommandResult(
            result: .array(views.map(\.json)), text: text(views, names) + [.line(end)], freshness: freshness, hasDifferences: !views.isEmpty)
    }

    /// Projects are told apart where there are several.
    private func text(_ views: [BetweenView], _ names: [String]) -> [Block] {
        let hasProjects = Set(views.map(\.project)).count > 1
        var blocks: [Block] = []
        var last: String?
        for view in views {
            if hasProjects, view.project != last { blocks.append(.line(Line("\(view.project):", .dim))) }
            last = view.project
            blocks += view.blocks((names[0], names[1]))
        }
        return blocks
    }
}
