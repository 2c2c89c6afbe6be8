package import Models

extension Era {
    /// Whether sources are compiled at all.
    var compiles: Bool { self >= .october2021 }

    /// The Node version that the env preset targets.
    var nodeVersion: String {
        switch self {
        case .december2020, .october2021: "14.21.3"
        case .august2022: "16.15.0"
        case .november2023, .december2023: "18.19.0"
        }
    }

    var nodeMajor: Int { Int(nodeVersion.prefix { $0 != "." }) ?? 0 }

    /// Whether a promise's timeout says which line waited.
    var locatesPromises: Bool { self >= .august2022 }

    /// Modules that plugins may import.
    package var modules: [String] {
        switch self {
        case .december2020: []
        case .october2021: Era.lasting + Era.dropped2023
        case .august2022, .november2023: Era.lasting + Era.dropped2023 + ["ethers"]
        case .december2023: Era.lasting
        }
    }

    private static let lasting = [
        "node-fetch", "crypto", "@posthog/plugin-scaffold", "aws-sdk", "generic-pool", "url", "@google-cloud/storage",
        "@google-cloud/pubsub", "stream",
    ]
    private static let dropped2023 = [
        "@google-cloud/bigquery", "snowflake-sdk", "@posthog/plugin-contrib", "zlib", "pg", "faker", "jsonwebtoken",
    ]
}
