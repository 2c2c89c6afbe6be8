// swift-tools-version: 6.2
import PackageDescription

// System libraries come through module maps or a C target of our own; there are no package
// dependencies, on purpose (docs/architecture.md 1).
let package = Package(
    name: "phsync",
    products: [
        .executable(name: "phsync", targets: ["CLI"]),
        .executable(name: "phsync-sandbox", targets: ["Sandbox"]),
        .library(name: "PhsyncKit", targets: ["PhsyncKit"]),
    ],
    targets: [
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl")]),

        .systemLibrary(
            name: "CJavaScriptCore", pkgConfig: "javascriptcoregtk-4.1", providers: [.apt(["libjavascriptcoregtk-4.1-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev", "zlib1g-dev"])]),
        .target(name: "CPluginLibrary", exclude: ["javascript", "runtime"]),
        .target(name: "CLinux"),

        .target(name: "Models"),
        .target(name: "Storage", dependencies: ["Models", "CSQLite"]),
        .target(name: "Sync", dependencies: ["Models", "Storage", "CCurl"]),
        .target(name: "ReportPage", dependencies: ["Models"]),
        .target(name: "PhsyncKit", dependencies: ["Models", "Storage", "Sync"]),
        // The same sources as in the package of their own, so that every build shows what an app would see: no package access.
        .executableTarget(
            name: "ReviewExample", dependencies: ["PhsyncKit"], path: "Examples/Sources/Review", packageAccess: false),
        .target(name: "DemoInstance", dependencies: ["Models"]),
        .target(name: "Runtime", dependencies: ["Models", "CJavaScriptCore", "CCrypto", "CPluginLibrary"]),
        .executableTarget(name: "Sandbox", dependencies: ["Models", "Runtime", "CLinux"]),
        .target(name: "SandboxHost", dependencies: ["Models"]),
        .executableTarget(name: "CLI", dependencies: ["Models", "Storage", "Sync", "ReportPage", "DemoInstance", "SandboxHost"]),
        .executableTarget(
            name: "Benchmarks", dependencies: ["Models", "Storage", "Sync", "DemoInstance", "CCurl"],
            path: "Benchmarks/Sources"),
        .executableTarget(name: "EngineLoop", dependencies: ["CJavaScriptCore"], path: "Benchmarks/EngineLoop"),

        .target(name: "TestSupport", dependencies: ["Models"], path: "Tests/TestSupport"),
        .testTarget(name: "ModelsTests", dependencies: ["Models", "TestSupport"]),
        .target(name: "CFaultyVFS", path: "Tests/CFaultyVFS", linkerSettings: [.linkedLibrary("sqlite3")]),
        .testTarget(name: "StorageTests", dependencies: ["Storage", "TestSupport", "CFaultyVFS"]),
        .testTarget(name: "SyncTests", dependencies: ["Sync", "DemoInstance", "TestSupport", "CFaultyVFS"]),
        .testTarget(name: "PhsyncKitTests", dependencies: ["PhsyncKit", "ReviewExample", "Models", "DemoInstance", "TestSupport"]),
        .testTarget(name: "ReportPageTests", dependencies: ["ReportPage", "TestSupport"]),
        .testTarget(name: "DemoInstanceTests", dependencies: ["DemoInstance", "TestSupport"]),
        .testTarget(name: "RuntimeTests", dependencies: ["Runtime", "TestSupport"]),
        .testTarget(name: "SandboxHostTests", dependencies: ["SandboxHost", "Sandbox", "TestSupport"]),
        .testTarget(name: "CLITests", dependencies: ["CLI", "Storage", "DemoInstance", "TestSupport"]),
    ],
    // For #embed, by which JavaScript files become part of the program.
    cLanguageStandard: .gnu2x
)

for target in package.targets where ![.system, .plugin].contains(target.type) && !["CCurl", "CFaultyVFS", "CLinux", "CPluginLibrary"].contains(target.name) {
    target.swiftSettings = [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .enableUpcomingFeature("InferIsolatedConformances"),
    ]
}
