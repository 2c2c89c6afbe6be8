import Models
import SandboxHost
import Sync
import Synchronization

extension Services {
    /// phsync-sandbox, one process for each run.
    static let sandboxOfProcesses: FindSandbox = findSandbox

    @Sendable private static func findSandbox(_ context: CommandContext) throws(Problem) -> SandboxService {
        let settings = try sandboxSettings(context)
        return SandboxService(
            run: { (job, events, observer) async throws(Problem) -> DryRunVariant in
                try await run(job, events, observer, settings, context)
            },
            check: { (job) async throws(Problem) -> [JSONValue] in
                do throws(SandboxError) {
                    return try await SandboxRuns(settings: settings).check(job)
                } catch {
                    throw error.problem
                }
            })
    }

    /// Which programs are run, and how.
    static func sandboxSettings(_ context: CommandContext) throws(Problem) -> SandboxSettings {
        var variables: [String: String] = [:]
        for name in [Environment.Name.phsyncSandbox, .phsyncBabel, .path] { variables[name.rawValue] = context.environment[name] }
        let program: SandboxProgram
        do throws(SandboxError) {
            program = try SandboxProgram.find(environment: variables, besides: SandboxProgram.ownDirectory)
        } catch {
            throw error.problem
        }
        let arguments = context.arguments
        return SandboxSettings(
            program: program, usesJIT: arguments.knows("trusted") && arguments.has("trusted"),
            allowsGaps: context.environment[.phsyncUnprotected] == "1", cache: compileCache(context))
    }

    private static func run(
        _ job: DryRunJob, _ events: [EventText], _ observer: StepObserver, _ settings: SandboxSettings, _ context: CommandContext
    ) async throws(Problem) -> DryRunVariant {
        let live = job.fetch.mode == .live ? SandboxLive(context, secrets: job.secretsToRedact) : nil
        var fetch: SandboxRuns.LiveFetch?
        if let live { fetch = { live.fetch.fetch($0) } }
        let variant: DryRunVariant
        do throws(SandboxError) {
            variant = try await SandboxRuns(settings: settings, liveFetch: fetch).run(job, events: events, onIdle: observer.onIdle) { output in
                if case .step(let step) = output { observer.onStep(step) }
            }
        } catch {
            throw error.problem
        }
        try live?.keepCassette(context)
        return variant
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
