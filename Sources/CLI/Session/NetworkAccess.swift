import Models
import Sync

/// How commands reach the chosen instance.
extension CommandContext {
    /// The API with the person's token; libcurl is loaded at the first request.
    func api(_ instance: Instance) throws(Problem) -> PostHogAPI {
        NetworkAccess.api(
            origin: instance.origin, token: try token(for: instance), settings: instance.context, progress: progress)
    }
}

enum NetworkAccess {
    static func api(
        origin: Origin, token: Token, settings: ContextSettings, progress: Progress
    ) -> PostHogAPI {
        PostHogAPI(
            origin: origin.description, token: Secret(token.value), transport: transport(settings: settings, progress: progress))
    }

    /// HTTP with retries, and without anything of the instance.
    static func transport(settings: ContextSettings, progress: Progress) -> ResilientTransport {
        let curl = CurlTransport(
            CurlTransport.Configuration(
                version: Program.version, caFile: settings.caFile, proxy: settings.proxy, allowsPlainHTTP: settings.allowsHTTP))
        return ResilientTransport(
            curl, clock: SystemClock(), jitter: { Double.random(in: 0..<1) },
            onWait: { seconds, reason in
                progress.step("waiting \(wait(seconds)): \(text(reason))")
                progress.update("\(text(reason)), going on in \(wait(seconds))")
            })
    }

    private static func wait(_ seconds: Double) -> String {
        "\(Int(seconds.rounded(.up))) s"
    }

    private static func text(_ reason: ResilientTransport.WaitReason) -> String {
        switch reason {
        case .rateLimited: "the instance limits requests"
        case .status(let status): "the instance answered \(status)"
        case .failed(let code): code.summary
        }
    }
}
