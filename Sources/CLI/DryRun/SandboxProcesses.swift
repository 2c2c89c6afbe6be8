import Dispatch
import Models
import SandboxHost
import Sync
import Synchronization

extension Services {
    /// phsync-sandbox, one process for each run.
    static let sandboxOfProcesses: FindSandbox = { (context) throws(Problem) in
        var variables: [String: String] = [:]
        for name in [Environment.Name.phsyncSandbox, .phsyncBabel, .path] { variables[name.rawValue] = context.environment[name] }
        let program: SandboxProgram
        do throws(SandboxError) {
            program = try SandboxProgram.find(environment: variables, besides: SandboxProgram.ownDirectory)
        } catch {
            throw error.problem
        }
        var settings = SandboxSettings(program: program)
        settings.cache = compileCache(context)
        return SandboxService(
            run: { (job, events, onStep) throws(Problem) in
                let live = job.fetch.mode == .live ? SandboxLive(context, secrets: job.secretsToRedact) : nil
                let fetch: SandboxRunner.LiveFetch? = live.map { live in { live.fetch.fetch($0) } }
                let variant = try await blocking { isCancelled in
                    var index = 0
                    return try SandboxRunner(settings: settings, liveFetch: fetch, isCancelled: isCancelled).run(
                        job,
                        events: {
                            guard index < events.count else { return nil }
                            defer { index += 1 }
                            return Array(events[index].utf8)
                        },
                        observe: { output in if case .step(let step) = output { onStep(step) } })
                }
                try live?.keepCassette(context)
                return variant
            },
            check: { (job) throws(Problem) in
                try await blocking { isCancelled in try SandboxRunner(settings: settings, isCancelled: isCancelled).check(job) }
            })
    }

    /// Where compiled plugins are kept; nil when there is no place for it, which only costs time.
    private static func compileCache(_ context: CommandContext) -> CompileCache? {
        do throws(Problem) {
            let folder = try context.places().cacheDirectory
            try makeFolder(folder, context)
            return CompileCache(directory: folder + "/compiled")
        } catch {
            return nil
        }
    }

    private static func makeFolder(_ path: String, _ context: CommandContext) throws(Problem) {
        do throws(FileError) {
            try context.files.makePrivateDirectory(path)
        } catch {
            throw error.problem
        }
    }

    private static let threads = DispatchQueue(label: "phsync.sandboxes", attributes: .concurrent)

    /// Runs what blocks away from the threads that tasks share; a cancelled task asks it to stop.
    private static func blocking<Value: Sendable>(
        _ body: @escaping @Sendable (_ isCancelled: @escaping () -> Bool) throws -> Value
    ) async throws(Problem) -> Value {
        let flag = CancellationFlag()
        let result: Result<Value, Problem> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                threads.async {
                    do {
                        continuation.resume(returning: .success(try body { flag.isSet }))
                    } catch let error as SandboxError {
                        continuation.resume(returning: .failure(error.problem))
                    } catch {
                        continuation.resume(returning: .failure(Problem(.failed, code: "sandbox", message: "the sandbox failed: \(error)", next: "phsync doctor")))
                    }
                }
            }
        } onCancel: {
            flag.set()
        }
        return try result.get()
    }
}

/// Set once, from any thread.
private final class CancellationFlag: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
}

extension SandboxError {
    /// In the words of a problem; cancelled is what the person asked for.
    var problem: Problem {
        switch code {
        case .cancelled: Interruption.problem
        case .missing: Problem(.failed, code: "no-sandbox", subject: subject, message: message, next: "phsync doctor")
        case .notStarted, .mismatch, .unprotected, .died: Problem(.failed, code: "sandbox", subject: subject, message: message, next: "phsync doctor")
        }
    }
}

/// A plugin's requests sent for real, to hosts that the person named.
struct SandboxLive: Sendable {
    let fetch: LiveFetch
    private let recordPath: String?

    init(_ context: CommandContext, secrets: [String]) {
        let arguments = context.arguments
        recordPath = arguments.knows("cassette") ? arguments.value("cassette") : nil
        let transport = CurlTransport(CurlTransport.Configuration(version: Program.version, allowsPlainHTTP: true))
        fetch = LiveFetch(hosts: arguments.knows("allow-host") ? arguments.values("allow-host") : [], secrets: secrets) { request in
            await Self.send(request, transport)
        }
    }

    private static func send(_ request: DryRunRequest, _ transport: CurlTransport) async -> FetchAnswer {
        guard let method = HTTPMethod(rawValue: request.method.uppercased()) else { return .refused("\(request.method) can't be sent") }
        var headers: [HTTPHeader] = []
        var contentType: String?
        for member in request.headers.members {
            let value = member.value.string ?? (member.value.array?.compactMap(\.string).joined(separator: ", ")) ?? ""
            switch member.key.lowercased() {
            case "content-type": contentType = value
            // They are made for the body and the connection that really go out.
            case "content-length", "host", "connection", "accept-encoding": break
            default: headers.append(HTTPHeader(member.key, value))
            }
        }
        guard request.body.isNull || request.body.string != nil else { return .refused("a body that is no text can't be sent") }
        let body = request.body.string.map { HTTPBody(Array($0.utf8), contentType: contentType ?? "text/plain;charset=UTF-8") }
        do throws(TransportError) {
            let response = try await transport.send(HTTPRequest(method, request.url, headers: headers, body: body, totalTimeoutSeconds: 30))
            var kept = JSONObject()
            for header in response.headers { kept[header.name.lowercased()] = .string(header.value) }
            return .response(FetchResponse(status: response.status, headers: kept, body: response.body))
        } catch {
            return .failed("request to \(request.url) failed, reason: \(error.detail)")
        }
    }

    /// Adds what was answered to the file that the person named; both versions of a run write into the same one.
    func keepCassette(_ context: CommandContext) throws(Problem) {
        guard let recordPath, !fetch.cassette.isEmpty else { return }
        let known = Self.recorded.withLock { state -> [CassetteEntry] in
            state[recordPath, default: []] += fetch.cassette
            return state[recordPath] ?? []
        }
        let json = JSONValue.array(known.map(\.json))
        do throws(FileError) {
            try context.files.replace(recordPath, with: Array((json.prettyText + "\n").utf8))
        } catch {
            throw error.problem
        }
    }

    /// Of this process, by file.
    private static let recorded = Mutex<[String: [CassetteEntry]]>([:])
}
