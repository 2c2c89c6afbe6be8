package import Models

extension MirrorError {
    /// What the person is told, and the command to type next.
    package var problem: Problem {
        switch code {
        case .aborted(let problem): problem
        case .missing:
            Problem(
                .failed, code: "mirror-missing", subject: path, message: "There is no mirror yet.", next: "phsync pull")
        case .damaged: damaged("Edits that were not pushed may still be in it.")
        case .fromNewerVersion(let found, let known):
            Problem(
                .failed, code: "mirror-from-newer-version", subject: path,
                message: "The mirror was written by a newer phsync (schema \(found), this one knows \(known)). "
                    + "It was not touched: install that version, or a later one.",
                next: "phsync --version")
        case .fromUnknownProgram:
            Problem(
                .failed, code: "mirror-from-unknown-program", subject: path,
                message: "This is a database of another program, not a mirror. It was not touched: move it away.",
                next: moveAway)
        case .otherIdentity(let bound, let asked): otherIdentity(bound: bound, asked: asked)
        case .full, .readOnly, .locked, .io, .bug: failedOperation
        }
    }

    /// Like `problem`, and of a damaged mirror how many edits `Mirror.salvageEdits` could still read.
    package func problem(readableEdits count: Int) -> Problem {
        guard code == .damaged, count > 0 else { return problem }
        let edits = count == 1 ? "1 edit that was not pushed" : "\(count) edits that were not pushed"
        return damaged("\(edits) can still be read from it.")
    }

    private func damaged(_ edits: String) -> Problem {
        Problem(
            .failed, code: "mirror-damaged", subject: path,
            message: "The mirror is damaged\(reason). It is kept as it is. \(edits) Move its folder away and keep it "
                + "until your edits are made again.",
            next: moveAway)
    }

    private var failedOperation: Problem {
        switch code {
        case .full:
            Problem(
                .failed, code: "disk-full", subject: path,
                message: "The disk with \(folder) is full. What was in the mirror is still there: "
                    + "free some space and repeat the command.", next: "df -h \(folder.shellQuoted)")
        case .readOnly:
            Problem(
                .failed, code: "mirror-read-only", subject: path,
                message: "The mirror in \(folder) can't be written\(reason). Give yourself read and write access to that folder and "
                    + "its files, then repeat the command.", next: "ls -la \(folder.shellQuoted)")
        case .locked:
            Problem(
                .temporary, code: "mirror-busy", subject: path,
                message: "Another phsync is writing to the mirror. Nothing was changed: repeat the command in a moment.")
        case .io:
            Problem(
                .failed, code: "mirror-io", subject: path,
                message: "The mirror in \(folder) could not be read or written\(reason). What was stored before is still there.",
                next: "phsync doctor")
        default:
            Problem(
                .failed, code: "mirror-bug", subject: path,
                message: "phsync has asked its mirror for something impossible\(reason). "
                    + "Nothing of this step was stored. This is a bug: please report it.")
        }
    }

    private func otherIdentity(bound: Identity, asked: Identity) -> Problem {
        let difference =
            if bound.origin != asked.origin {
                "\(bound.origin), but the key is for \(asked.origin)"
            } else if bound.organizationID != asked.organizationID {
                "the organization \"\(bound.organizationName)\", but the key is for \"\(asked.organizationName)\""
            } else {
                "\(bound.userEmail), but the key is of \(asked.userEmail)"
            }
        return Problem(
            .failed, code: "mirror-of-another-identity", subject: path,
            message: "This mirror belongs to \(difference). Nothing was written: use another context for the other one.",
            next: "phsync context list")
    }

    private var reason: String { detail.isEmpty ? "" : " (\(detail))" }

    private var folder: String {
        path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    }

    /// A command that moves the file and its log away together, so that they stay a pair.
    private var moveAway: String {
        "mv \(folder.shellQuoted) \((folder + ".damaged").shellQuoted) && phsync pull"
    }
}
