import Models

/// What became of one subject.
struct DryRunOutcome: Sendable {
    let subject: DryRunSubject
    let comparison: DryRunComparison
    let notChecked: [String]
    let clock: Timestamp

    var report: DryRunReport { comparison.report(notChecked: notChecked) }
}

/// Runs subjects in sandboxes, several at once, each version in one of its own.
struct DryRunner: Sendable {
    let sandbox: SandboxService
    let options: DryRunOptions
    /// Whether the fields of changed events are wanted where there is no base; with one they always are.
    var hasFields = true
    /// Makes who is told of each step of a variant as it happens.
    var observer: @Sendable (DryRunSubject, _ variant: String) -> StepObserver = { _, _ in StepObserver() }

    /// In the order of the subjects; the first that could not be run at all stops everything.
    func run(_ subjects: [DryRunSubject], progress: Progress) async throws(Problem) -> [DryRunOutcome] {
        let runs = subjects.indices.flatMap { index -> [Run] in
            let subject = subjects[index]
            let local = Run(index: index, isLocal: true, job: job(subject.local, subject))
            guard options.comparesWithBase, subject.isEdited, let base = subject.base else { return [local] }
            return [Run(index: index, isLocal: false, job: job(base, subject)), local]
        }
        let results = try await perform(runs, subjects, progress)
        return subjects.enumerated().map { index, subject in
            let local = results[Key(index: index, isLocal: true)]
            guard let local else { preconditionFailure("every subject has a local version that was run") }
            // What is not edited was run once, and is its own base.
            let base = results[Key(index: index, isLocal: false)] ?? (options.comparesWithBase && !subject.isEdited ? local : nil)
            return outcome(subject, base: base, local: local)
        }
    }

    private func outcome(_ subject: DryRunSubject, base: DryRunVariant?, local: DryRunVariant) -> DryRunOutcome {
        let comparison = DryRunComparison(
            base: base, local: local, eventCount: subject.events.count, hasFields: hasFields || base != nil,
            inputText: { subject.events.lines[$0] }, input: { subject.events.value($0) })
        var notes: [String] = []
        for note in subject.notChecked + local.notChecked + (base?.notChecked ?? []) where !notes.contains(note) { notes.append(note) }
        return DryRunOutcome(subject: subject, comparison: comparison, notChecked: notes, clock: clock(subject))
    }

    private func job(_ version: DryRunVersion, _ subject: DryRunSubject) -> DryRunJob {
        version.job(.run, options, era: subject.era.era, clock: clock(subject))
    }

    private func clock(_ subject: DryRunSubject) -> Timestamp { options.clock ?? subject.events.newest ?? DryRunOptions.fixedClock }
}

// MARK: Several at once

extension DryRunner {
    private struct Run: Sendable {
        let index: Int
        let isLocal: Bool
        let job: DryRunJob
        /// Equal for runs that share what the compiler makes of them.
        let code: String

        init(index: Int, isLocal: Bool, job: DryRunJob) {
            self.index = index
            self.isLocal = isLocal
            self.job = job
            code = "\(job.sourceHash) \(job.configID)"
        }
    }

    private struct Key: Hashable, Sendable {
        let index: Int
        let isLocal: Bool
    }

    private func perform(_ runs: [Run], _ subjects: [DryRunSubject], _ progress: Progress) async throws(Problem) -> [Key: DryRunVariant] {
        let results = await withTaskGroup(of: (Run, Result<DryRunVariant, Problem>).self) { group in
            var waiting = runs
            var results: [Key: Result<DryRunVariant, Problem>] = [:]
            // Two versions with the same code: the second waits, and finds it compiled.
            var compiling: Set<String> = []
            var compiled: Set<String> = []
            func startNext() {
                guard let index = waiting.firstIndex(where: { compiled.contains($0.code) || !compiling.contains($0.code) }) else { return }
                let run = waiting.remove(at: index)
                compiling.insert(run.code)
                group.addTask { (run, await one(run, subjects[run.index])) }
            }
            for _ in 0..<max(1, options.jobs) { startNext() }
            var running = runs.count - waiting.count
            while let (run, result) = await group.next() {
                results[Key(index: run.index, isLocal: run.isLocal)] = result
                compiled.insert(run.code)
                running -= 1
                progress.update("dry run \(results.count) of \(runs.count)")
                if case .failure = result {
                    group.cancelAll()
                    waiting = []
                }
                while running < max(1, options.jobs) {
                    let before = waiting.count
                    startNext()
                    guard waiting.count < before else { break }
                    running += 1
                }
            }
            return results
        }
        var variants: [Key: DryRunVariant] = [:]
        // What was cancelled because another one failed is not the reason.
        let failures = results.values.compactMap { if case .failure(let problem) = $0 { problem } else { nil } }
        if let failure = failures.first(where: { $0.kind != .interrupted }) ?? failures.first { throw failure }
        for (key, result) in results { if case .success(let variant) = result { variants[key] = variant } }
        return variants
    }

    private func one(_ run: Run, _ subject: DryRunSubject) async -> Result<DryRunVariant, Problem> {
        do throws(Problem) {
            try Interruption.check()
            let name = run.isLocal ? "local" : "base"
            var variant = try await sandbox.run(run.job, subject.events.lines, observer(subject, name))
            if !options.hasTimings { variant.forgetTimings() }
            return .success(variant)
        } catch {
            return .failure(error)
        }
    }
}

extension DryRunVariant {
    fileprivate mutating func forgetTimings() {
        for index in steps.indices {
            steps[index].durationMicroseconds = nil
            steps[index].memoryKilobytes = nil
        }
    }
}
