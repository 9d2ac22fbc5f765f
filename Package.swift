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
  ],
  swiftLanguageModes: [.v6]
)
