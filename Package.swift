// swift-tools-version: 6.3
import PackageDescription

let package = Package(
  name: "proxyv-eval",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
  ],
  targets: [
    .target(name: "Diagnostics"),
    .target(name: "DataFormats", dependencies: ["Diagnostics", .product(name: "OrderedCollections", package: "swift-collections")]),
    .target(name: "Checkpoints", dependencies: ["Diagnostics", "DataFormats", .product(name: "Crypto", package: "swift-crypto")]),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "Tensor", dependencies: ["COpenBLAS"]),
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"]),
    .testTarget(name: "DataFormatsTests", dependencies: ["DataFormats", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)
