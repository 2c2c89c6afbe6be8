import DemoInstance
import Glibc
import Models

/// The journey on the demo instance, with the real commands.
struct DemoWalk {
    let server: DemoServer
    let home: String
    let context: CommandContext
    let output: Output

    func walk() async throws(Problem) {
        say("A demo instance runs on \(server.url). First, mirror it:")
        try await step(["pull"])
        try await step(["status"])
        try await step(["configs", "--project", "Web shop"])
        say("\nWhat failed, with the stack, and what was handled; all of it offline:")
        try await step(["errors"])
        try await step(["errors", "show", "E1"])
        try await step(["metrics", "Currency Normalization@Web shop"])
        try await step(["logs", "Currency Normalization@Web shop", "--search", "toUpperCase", "--limit", "3"])
        say("\nEdits are made here, offline. A secret comes from a file, never from the command line:")
        try await step(["show", "Currency Normalization@Web shop"])
        try await step(["edit-config", "Currency Normalization@Web shop", "normalizedCurrency=CHF"])
        try write("oxr-demo-key-2\n", to: "new-key.txt")
        try await step(["edit-config", "Currency Normalization@Web shop", "openExchangeRatesApiKey=@\(home)/new-key.txt"])
        try await step(["edit-config", "Currency Normalization@Mobile app", "--disable"])
        say("\nThe code of a plugin and a file of a config are edited in the same way:")
        try await step(["source", "Drop internal traffic", "--file", "index.ts"])
        try write(Self.code, to: "index.ts")
        try await step(["edit-source", "Drop internal traffic", "--file", "index.ts", "--from", "\(home)/index.ts"])
        try write("id,name\n1,Ada\n", to: "customers.csv")
        try await step(["edit-config", "Customer lookup@Web shop", "--attach", "table=\(home)/customers.csv"])
        say("\nBefore anything is sent, both versions run over the mirrored events, in a sandbox without network, files and secrets:")
        try await step(["validate", "Drop internal traffic"])
        try await step(["dry-run", "Drop internal traffic@Web shop"])
        try await step(["plan"])
        say("\nMeanwhile somebody else changes one of them in the web page. The push notices and writes nothing:")
        somebodyElse()
        try await step(["push", "--yes"], expecting: .moved)
        say("\nA pull takes their change in and keeps the edits, which touch other fields:")
        try await step(["pull"])
        try await step(["diff"])
        try await step(["push", "--yes"])
        try await step(["history", "Currency Normalization@Web shop"])
        say("\nWhat was pushed can be taken back, except what the server never shows. Restoring only edits; a push sends it:")
        try await step(["restore", "Currency Normalization@Web shop", "--version", "2"])
        try await step(["push", "--yes"])
        try await step(["status"])
    }

    private func step(_ words: [String], expecting: ExitStatus = .done) async throws(Problem) {
        try Interruption.check()
        output.write("\n$ phsync \(words.map { $0.hasPrefix("-") ? $0 : $0.shellQuoted }.joined(separator: " "))\n")
        let environment = Environment([
            .phsyncHome: home, .phsyncHost: server.url, .phsyncToken: DemoKeys.admin, .term: context.environment[.term] ?? "",
            .noColor: context.environment[.noColor] ?? "", .columns: context.environment[.columns] ?? "",
            .phsyncSandbox: context.environment[.phsyncSandbox] ?? "", .phsyncBabel: context.environment[.phsyncBabel] ?? "",
        ])
        var program = Program(
            tokens: words, table: context.table, environment: environment, services: context.services, clock: context.clock)
        program.output = output
        let status: ExitStatus =
            switch program.start() {
            case .finished(let status): status
            case .command(let command, let invocation): await program.run(command, invocation)
            }
        if expecting != .done { output.write("(exit status \(status.rawValue))\n") }
        guard status != expecting else { return }
        throw Problem(
            .failed, code: "demo-step", subject: words[0],
            message: "the demo expected exit status \(expecting.rawValue) of phsync \(words[0]) and got \(status.rawValue)", next: "phsync doctor")
    }

    /// What the person has in a file before it is edited in.
    private func write(_ text: String, to name: String) throws(Problem) {
        do throws(FileError) {
            try context.files.replace("\(home)/\(name)", with: Array(text.utf8))
        } catch {
            throw error.problem
        }
    }

    /// The code of "Drop internal traffic" with a letter's case made no matter.
    private static let code = """
        export function processEvent(event, { config }) {
            const email = (event.properties?.$set?.email ?? event.properties?.email)?.toLowerCase()
            if (email?.endsWith(config.emailSuffix)) {
                return null
            }
            return config.dropAnonymous === 'yes' && !email ? null : event
        }

        """

    /// Changes a field that the walk does not edit.
    private func somebodyElse() {
        server.withState { state in
            guard let plugin = state.plugins.values.first(where: { $0.name == "Currency Normalization" }) else { return }
            for (id, config) in state.configs where config.pluginID == plugin.id && config.projectID == 1 {
                guard var values = config.config.object else { continue }
                values["amountProperty"] = "price"
                state.configs[id]?.config = .object(values)
            }
        }
    }

    private func say(_ text: String) {
        output.write(text + "\n")
    }
}
