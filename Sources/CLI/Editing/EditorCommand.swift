import Models
import Storage

/// `edit-config` without anything to change.
struct EditorCommand {
    let context: CommandContext
    let mirror: Mirror
    let target: EditTarget

    func run() async throws(Problem) -> CommandResult {
        throw Problem(
            .usage, code: "nothing-to-change",
            message: "say what to change: KEY=VALUE, --unset KEY, --attach KEY=PATH, --detach KEY, --enable, --disable or --position N",
            next: "phsync help edit-config")
    }
}
