// swift-tools-version: 6.2
import PackageDescription

// A package of its own, as an app's would be: it sees the library's public product and nothing else.
let package = Package(
    name: "Examples",
    dependencies: [.package(name: "phsync", path: "..")],
    targets: [.executableTarget(name: "Review", dependencies: [.product(name: "PhsyncKit", package: "phsync")])]
)
