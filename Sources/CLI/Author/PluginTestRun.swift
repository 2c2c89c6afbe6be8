import Glibc
import Models

/// Runs a plugin's own tests once.
struct PluginTestRun: Sendable {
    enum State: String, Sendable {
        case passed, failed, updated
        /// Nobody has said what has to come of it.
        case new
    }

    struct Outcome: Sendable {
        let test: PluginTest
        let state: State
        let differences: [FieldDifference]
        let actual: JSONValue

        /// Why the plugin can't be loaded, where nothing of the kind is expected.
        var loadError: String? {
            guard state == .failed || state == .new, differences.isEmpty || differences[0].path == "load_error" else { return nil }
            return actual["load_error"]?.string
        }

        var json: JSONValue {
            let differences = differences.map { difference -> JSONValue in
                var object = JSONObject([.init(key: "path", value: .string(difference.path))])
                object["expected"] = difference.base
                object["actual"] = difference.local
                return .object(object)
            }
            return ["test": .string(test.name), "state": .string(state.rawValue), "differences": .array(differences)]
        }
    }

    let folder: String
    let names: [String]
    let isUpdating: Bool
    let context: CommandContext

    /// - Throws: `Problem` of kind `.usage` when there is nothing to test, or a test can't be read.
    func run() async throws(Problem) -> [Outcome] {
        let plugin = try FolderSubject(folder, context)
        let tests = try tests(plugin.version.config)
        let sandbox = try context.sandbox()
        var outcomes: [Outcome] = []
        for test in tests {
            try Interruption.check()
            context.progress.update("test \(outcomes.count + 1) of \(tests.count)")
            outcomes.append(try await run(test, plugin, sandbox))
        }
        context.progress.clear()
        return outcomes
    }

    private func run(_ test: PluginTest, _ plugin: FolderSubject, _ sandbox: SandboxService) async throws(Problem) -> Outcome {
        var version = plugin.version
        version.config = test.config
        let clock = test.options.clock ?? test.events.newest ?? DryRunOptions.fixedClock
        let variant = try await sandbox.run(version.job(.run, test.options, era: test.era, clock: clock), test.events.lines) { _ in }
        let actual = PluginTest.actual(variant)
        guard let expected = test.expected else {
            if isUpdating { try write(actual, to: test) }
            return Outcome(test: test, state: isUpdating ? .updated : .new, differences: [], actual: actual)
        }
        let all = EventDiff.fields(base: expected, local: actual)
        // All else follows from a plugin that can't be loaded.
        let unloaded = all.filter { $0.path == "load_error" && $0.base == nil }
        let differences = unloaded.isEmpty ? all : unloaded
        if differences.isEmpty { return Outcome(test: test, state: .passed, differences: [], actual: actual) }
        if isUpdating { try write(actual, to: test) }
        return Outcome(test: test, state: isUpdating ? .updated : .failed, differences: differences, actual: actual)
    }

    private func write(_ actual: JSONValue, to test: PluginTest) throws(Problem) {
        var object = test.json
        object["expected"] = actual
        try AuthorFiles.write(JSONValue.object(object).prettyText + "\n", to: test.path, replaces: true)
    }

    private func tests(_ defaults: JSONObject) throws(Problem) -> [PluginTest] {
        let directory = "\(folder)/tests"
        let found: [String]
        do throws(FileError) {
            found = try context.files.names(in: directory).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
        } catch {
            throw error.problem
        }
        let all = found.map { String($0.dropLast(".json".count)) }
        if let unknown = names.first(where: { !all.contains($0) }) {
            let near = NearestWord.find(unknown, in: all).map { "; did you mean \"\($0)\"?" } ?? ""
            throw Problem(.usage, code: "no-such-test", subject: unknown, message: "\(directory) has no test \"\(unknown)\"\(near)")
        }
        guard !all.isEmpty else {
            throw Problem(
                .usage, code: "no-tests", subject: directory, message: "\(directory) holds no test: a JSON file with \"events\", and \"config\" if need be",
                next: "phsync help test")
        }
        var tests: [PluginTest] = []
        for name in all where names.isEmpty || names.contains(name) {
            let path = "\(directory)/\(name).json"
            tests.append(try PluginTest(path: path, name: name, try GivenFile.bytes(path, for: "the test", context), defaults: defaults))
        }
        return tests
    }
}

/// Files of an author's own: readable by others as any source, unlike phsync's.
enum AuthorFiles {
    /// Writes beside and puts it in place, so that an editor or a watcher never sees half of it.
    static func write(_ text: String, to path: String, replaces: Bool) throws(Problem) {
        let target = replaces ? path + ".phsync-new" : path
        let descriptor = open(target, O_WRONLY | O_CREAT | O_CLOEXEC | (replaces ? O_TRUNC : O_EXCL), 0o644)
        guard descriptor >= 0 else { throw failure(.open, path) }
        var text = text
        let isWhole = text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
        guard isWhole, close(descriptor) == 0 else { throw failure(.write, path) }
        if replaces, rename(target, path) != 0 { throw failure(.rename, path) }
    }

    static func makeFolder(_ path: String) throws(Problem) {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw failure(.makeDirectory, path) }
    }

    private static func failure(_ operation: Files.Operation, _ path: String) -> Problem {
        FileError(operation: operation, path: path, code: errno).problem
    }
}
