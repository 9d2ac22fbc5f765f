// swift-tools-version: 6.2
import PackageDescription

// A package of its own that depends on proxyv-eval by path. Elsewhere the path is that of a clone, as
// in `.package(name: "proxyv-eval", path: "../proxyv-eval")`.
//
//   swift run --package-path Examples/AnotherPackage score-a-file Samples/docvqa FILE
let package = Package(
  name: "another-package",
  dependencies: [.package(name: "proxyv-eval", path: "../..")],
  targets: [
    .executableTarget(
      name: "score-a-file",
      dependencies: [.product(name: "Evaluation", package: "proxyv-eval")])
  ]
)
