/// Ordered steps that a push would take, each with what must still hold right before it is sent.
///
/// The same mirror gives the same plan, and its digest names it: `push --plan DIGEST` sends exactly this one.
package struct Plan: Sendable, Equatable {
    package let steps: [PlanStep]

    package init(steps: [PlanStep]) {
        self.steps = steps
    }

    package var isEmpty: Bool { steps.isEmpty }

    /// The first 16 hexadecimal characters of SHA-256 over all steps: enough for a person to copy.
    package var digest: String {
        let all = JSONValue.array(steps.map(\.identity))
        return String(all.digest.prefix(16))
    }
}

/// One request of a plan; each kind of thing that can be pushed has a case.
package enum PlanStep: Sendable, Equatable {
    case source(SourceStep)
    case config(ConfigStep)

    /// What a step does to the instance, by which steps are put in order.
    package enum Kind: String, Sendable {
        /// Creates the config, disabled.
        case create
        /// Changes fields of a config that exists.
        case update
        /// Enables what an earlier step of the same plan has created and read back.
        case enable
        /// Changes files of a plugin's code.
        case source
    }

    /// What the target must still be when the request is sent.
    package struct Precondition: Sendable, Equatable {
        /// Digest of the remote's content; nil for a config that must not exist.
        package let remoteDigest: String?
        /// Digest of the plugin's `config_schema`: it decides what the server masks.
        package let schemaDigest: String
        /// Keys that a step before this one turns into secrets or back: the server then shows the same value in another way,
        /// so of them `remoteDigest` only knows whether they are set.
        package let reshownKeys: Set<String>

        package init(remoteDigest: String?, schemaDigest: String, reshownKeys: Set<String> = []) {
            self.remoteDigest = remoteDigest
            self.schemaDigest = schemaDigest
            self.reshownKeys = reshownKeys
        }
    }

    package var kind: Kind {
        switch self {
        case .source: .source
        case .config(let step): step.kind
        }
    }

    package var pluginID: PluginID {
        switch self {
        case .source(let step): step.pluginID
        case .config(let step): step.pluginID
        }
    }

    /// "plugin:5", "config:12".
    package var subject: String {
        switch self {
        case .source(let step): step.pluginID.subject
        case .config(let step): step.configID.subject
        }
    }

    /// "Currency Normalization@Web shop", for people.
    package var title: String {
        switch self {
        case .source(let step): step.title
        case .config(let step): step.title
        }
    }

    package var precondition: Precondition {
        switch self {
        case .source(let step): step.precondition
        case .config(let step): step.precondition
        }
    }

    /// Everything that decides what is sent; a secret by its reference, never its value.
    var identity: JSONValue {
        switch self {
        case .source(let step): step.identity
        case .config(let step): step.identity
        }
    }
}
