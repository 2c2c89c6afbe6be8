/// What a plugin server of some era gives to plugins and takes from them, as far as it can be told without running anything.
///
/// - Source: docs/cli.md, "Eras".
package struct PluginContract: Sendable {
    package let era: Era

    package init(_ era: Era) {
        self.era = era
    }

    /// What becomes of an export.
    package enum Method: Sendable, Equatable {
        case alive
        /// It still works, but there is something better.
        case deprecated(String)
        /// No server of this era calls it; why, and what does instead.
        case dead(String)
    }

    /// nil for a name that is no method at all.
    package func method(_ name: String) -> Method? {
        if name.hasPrefix("runEvery") {
            return ["runEveryMinute", "runEveryHour", "runEveryDay"].contains(name) ? .alive : .dead("only runEveryMinute, runEveryHour and runEveryDay are ever run")
        }
        switch name {
        case "setupPlugin", "processEvent": return .alive
        case "processEventBatch": return era == .december2020 ? .alive : .deprecated("events come one by one since May 2021: use processEvent")
        case "teardownPlugin", "onEvent", "jobs": return since(.october2021, "it came in spring 2021")
        case "exportEvents":
            return era == .december2020 ? .dead("it came in May 2021") : until(.november2023, "it was removed in December 2023: use onEvent or composeWebhook")
        case "composeWebhook": return since(.december2023, "it came in November 2023")
        case "onSnapshot": return era == .december2020 ? .dead("it came in May 2021") : until(.august2022, "it was removed in July 2023")
        case "getSettings": return since(.november2023, "it came in February 2023")
        case "metrics": return era == .october2021 ? .alive : .dead("plugins had metrics from July 2021 to May 2022 only")
        case "onAction": return .dead("servers called it from November 2021 to June 2022 only: use onEvent")
        case "handleAlert": return .dead("servers called it in early 2022 only")
        default: return nil
        }
    }

    private func since(_ first: Era, _ why: String) -> Method { era < first ? .dead(why) : .alive }
    private func until(_ last: Era, _ why: String) -> Method { era > last ? .dead(why) : .alive }

    /// All names that `method` knows as methods, for a hint at what was meant.
    package static let methodNames = [
        "setupPlugin", "processEvent", "processEventBatch", "teardownPlugin", "onEvent", "onSnapshot", "exportEvents", "composeWebhook", "getSettings",
        "runEveryMinute", "runEveryHour", "runEveryDay", "jobs", "metrics",
    ]

    /// Modules that an import or a `require` gets.
    package var modules: Set<String> {
        switch era {
        case .december2020: []
        case .october2021: Self.lasting.union(Self.until2023)
        case .august2022, .november2023: Self.lasting.union(Self.until2023).union(["ethers"])
        case .december2023: Self.lasting
        }
    }

    private static let lasting: Set<String> = [
        "node-fetch", "crypto", "@posthog/plugin-scaffold", "aws-sdk", "generic-pool", "url", "@google-cloud/storage", "@google-cloud/pubsub", "stream",
    ]
    private static let until2023: Set<String> = [
        "@google-cloud/bigquery", "snowflake-sdk", "@posthog/plugin-contrib", "zlib", "pg", "faker", "jsonwebtoken",
    ]

    /// Modules that nothing but a stand-in is there for: it records what is called on it.
    package static let standIns = [
        "aws-sdk", "snowflake-sdk", "@google-cloud/bigquery", "@google-cloud/storage", "@google-cloud/pubsub", "pg", "ethers",
    ]

    /// What browsers and Node have and plugins don't.
    package static let absentGlobals: Set<String> = [
        "setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate", "queueMicrotask", "process", "require", "window", "self",
        "document", "navigator", "localStorage", "XMLHttpRequest", "atob", "btoa", "TextEncoder", "TextDecoder", "crypto", "performance", "structuredClone",
        "URLSearchParams", "Headers", "Request", "Response", "FormData", "Blob", "AbortController", "AbortSignal", "Event", "EventTarget", "MessageChannel",
        "WebSocket", "__filename", "__dirname",
    ]

    /// What plugins have beside the language itself.
    package var presentGlobals: Set<String> {
        var names: Set<String> = ["console", "posthog", "fetch", "module", "exports", "Buffer", "global", "GLOBAL", "root", "VMError", "__jestSetTimeout"]
        if era < .december2023 { names.insert("google") }
        if era > .december2020 { names.formUnion(["RetryError", "URL", "__asyncGuard", "__pluginHostImports"]) }
        return names.union(["__pluginHostMeta"])
    }

    /// The names of the language.
    package static let languageGlobals: Set<String> = [
        "Object", "Function", "Array", "Number", "parseFloat", "parseInt", "Infinity", "NaN", "undefined", "Boolean", "String", "Symbol", "Date", "Promise",
        "RegExp", "Error", "AggregateError", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError", "globalThis", "JSON", "Math",
        "Intl", "ArrayBuffer", "Atomics", "Uint8Array", "Int8Array", "Uint16Array", "Int16Array", "Uint32Array", "Int32Array", "Float32Array", "Float64Array",
        "Uint8ClampedArray", "BigUint64Array", "BigInt64Array", "DataView", "Map", "BigInt", "Set", "WeakMap", "WeakSet", "WeakRef", "Proxy", "Reflect",
        "FinalizationRegistry", "SharedArrayBuffer", "decodeURI", "decodeURIComponent", "encodeURI", "encodeURIComponent", "escape", "unescape", "eval",
        "isFinite", "isNaN", "WebAssembly", "arguments",
    ]
}
