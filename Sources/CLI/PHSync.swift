import Glibc

@main
struct PHSync {
    static func main() async {
        StandardStreams.fillClosed()
        StandardStreams.ignoreClosedPipes()
        let program = Program(
            tokens: Array(CommandLine.arguments.dropFirst()), table: .phsync, environment: .process, services: .standard,
            clock: .system)
        exit(await program.run().rawValue)
    }
}
