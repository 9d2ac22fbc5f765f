// swift-tools-version: 6.3
import PackageDescription

// A package of its own: `--sanitize fuzzer` puts libFuzzer's main function into every executable of
// a build.
let package = Package(
  name: "harnesses",
  dependencies: [.package(name: "proxyv-eval", path: "../..")],
  targets: [
    .executableTarget(
      name: "fuzz", dependencies: [.product(name: "FuzzTargets", package: "proxyv-eval")],
      path: "fuzz")
  ],
  swiftLanguageModes: [.v6]
)
