// swift-tools-version: 6.3
import Foundation
import PackageDescription

let orderedCollections = Target.Dependency.product(
  name: "OrderedCollections", package: "swift-collections")

// A benchmark is one folder: its README is found and not listed here.
let benchmarkFolders = try FileManager.default
  .contentsOfDirectory(atPath: Context.packageDirectory + "/Benchmarks")
  .filter { folder in
    let readme = Context.packageDirectory + "/Benchmarks/" + folder + "/README.md"
    return FileManager.default.fileExists(atPath: readme)
  }
  .sorted()

// Targets stand in the order of the floor plan in README.md; a target depends only on targets above
// it in this list.
let package = Package(
  name: "proxyv-eval",
  products: [
    // Scores of predictions, and the profiles of the evaluators.
    .library(name: "Metrics", targets: ["Metrics"]),
    // Runs, run directories, answers of other programs, and the benchmarks.
    .library(name: "Evaluation", targets: ["Evaluation", "Exchange", "Benchmarks"]),
    // The engine, by itself and behind AnsweringModel.
    .library(name: "ProxyVModel", targets: ["ProxyVModel", "EngineModel"]),
    .library(name: "FuzzTargets", targets: ["FuzzTargets"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
    // The nightly's configuration and its history.
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    // `serve`: a server without NIO, which would cost minutes of every build; it streams replies
    // chunk by chunk and drops a stream when its client has gone.
    .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
  ],
  targets: [
    // Foundations
    .target(name: "Diagnostics"),
    .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "Hashing", dependencies: ["CLibCrypto"]),
    .systemLibrary(name: "CSnappy", pkgConfig: "snappy", providers: [.apt(["libsnappy-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "DataFormats",
      dependencies: ["Diagnostics", "CSnappy", "CZstd", "CZlib", orderedCollections]),
    .target(name: "PythonText"),

    // The model
    .target(name: "CKernels"),
    .target(name: "Tensor", dependencies: ["CKernels", "Diagnostics"]),
    .target(
      name: "Checkpoints",
      dependencies: ["Diagnostics", "DataFormats", "Hashing", orderedCollections]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png"), .linkedLibrary("z")]),
    .systemLibrary(
      name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(name: "CWebP", pkgConfig: "libwebpdemux", providers: [.apt(["libwebp-dev"])]),
    .target(name: "CImageKernels"),
    .target(
      name: "Images",
      dependencies: [
        "Diagnostics", "DataFormats", "Hashing", "CPNG", "CTurboJPEG", "CWebP", "CImageKernels",
        orderedCollections,
      ]),
    .target(name: "CSentencePiece", linkerSettings: [.linkedLibrary("sentencepiece")]),
    .target(
      name: "Tokenization",
      dependencies: [
        "CSentencePiece", "DataFormats", "Diagnostics", orderedCollections,
        .product(name: "HeapModule", package: "swift-collections"),
      ]),
    .target(
      name: "ProxyVModel",
      dependencies: [
        "Checkpoints", "Images", "Tensor", "Tokenization", "PythonText", "DataFormats",
        "Diagnostics", "Hashing", orderedCollections,
      ]),

    // The evaluation
    .target(
      name: "Metrics",
      dependencies: ["PythonText", "DataFormats", "Diagnostics", orderedCollections],
      resources: [
        .embedInCode("Profiles/vlmevalkit-commits.txt"),
        .embedInCode("Profiles/lmms-eval-commits.txt"),
      ]),
    .target(
      name: "Statistics",
      dependencies: ["Hashing", "DataFormats", "Diagnostics", orderedCollections]),
    .target(
      name: "Evaluation",
      dependencies: [
        "Metrics", "Statistics", "Images", "Hashing", "PythonText", "DataFormats", "Diagnostics",
        orderedCollections,
      ]),

    // Who answers, each behind AnsweringModel
    .target(name: "EngineModel", dependencies: ["Evaluation", "ProxyVModel"]),
    .systemLibrary(
      name: "CTesseract", pkgConfig: "tesseract",
      providers: [.apt(["libtesseract-dev", "libleptonica-dev"])]),
    .target(
      name: "OCRBaseline",
      dependencies: ["CTesseract", "Evaluation", "Images", "Hashing", "DataFormats", "Diagnostics"]),
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
    .target(
      name: "ServedModel",
      dependencies: [
        "CCurl", "Evaluation", "Images", "DataFormats", "Diagnostics", orderedCollections,
      ]),

    // Who asks us, under another program's interface
    .target(
      name: "Serving",
      dependencies: [
        "ProxyVModel", "Tokenization", "DataFormats", "Diagnostics",
        .product(name: "FlyingFox", package: "FlyingFox"),
        .product(name: "FlyingSocks", package: "FlyingFox"),
      ]),

    // Other programs' files, the benchmarks, and what is made of run directories
    .target(
      name: "Exchange",
      dependencies: [
        "Evaluation", "Metrics", "Hashing", "PythonText", "DataFormats", "Diagnostics",
        orderedCollections,
      ]),
    .target(
      name: "Benchmarks",
      dependencies: [
        "Exchange", "Evaluation", "Metrics", "Statistics", "Images", "PythonText", "DataFormats",
        "Diagnostics",
      ], path: "Benchmarks",
      exclude: benchmarkFolders.map { $0 + "/README.md" }),
    .target(
      name: "Comparison",
      dependencies: [
        "Evaluation", "Statistics", "Metrics", "Hashing", "PythonText", "DataFormats",
        "Diagnostics", orderedCollections,
      ]),
    .target(
      name: "Pages",
      dependencies: [
        "Evaluation", "Statistics", "Metrics", "Images", "Hashing", "DataFormats", "Diagnostics",
        orderedCollections, .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [
        .embedInCode("Assets/Templates"), .embedInCode("Assets/Styles"),
        .embedInCode("Assets/Scripts"),
      ]),
    .target(
      name: "Reporting",
      dependencies: [
        "Pages", "Comparison", "Evaluation", "Statistics", "Metrics", "Hashing", "DataFormats",
        "Diagnostics", orderedCollections,
      ],
      resources: [.embedInCode("Published/tables.json")]),
    .target(
      name: "Benchmarking",
      dependencies: [
        "Reporting", "Benchmarks", "ServedModel", "Serving", "Statistics", "Evaluation", "Metrics",
        "ProxyVModel", "Tensor", "Images", "Checkpoints", "PythonText", "DataFormats",
        "Diagnostics", orderedCollections,
      ]),

    .target(
      name: "Nightly",
      dependencies: [
        "Reporting", "Pages", "Comparison", "Benchmarks", "Evaluation", "Statistics", "Metrics",
        "Hashing", "DataFormats", "Diagnostics", orderedCollections,
        .product(name: "Yams", package: "Yams"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),

    // The command line
    .plugin(name: "RecordCommit", capability: .buildTool()),
    .executableTarget(
      name: "proxyv-eval",
      dependencies: [
        "Nightly", "Benchmarking", "Reporting", "Pages", "Benchmarks", "Exchange",
        "EngineModel", "OCRBaseline", "ServedModel", "Serving",
        "Comparison", "Statistics", "Evaluation", "Metrics", "ProxyVModel", "Tensor",
        "Tokenization", "Images", "Checkpoints", "DataFormats", "Hashing", "Diagnostics",
        orderedCollections,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], plugins: ["RecordCommit"]),

    // What Fuzzing/Harnesses calls under libFuzzer, and the tests with the committed corpora.
    .target(
      name: "FuzzTargets", dependencies: ["Images", "Checkpoints", "DataFormats"],
      path: "Fuzzing/Targets"),

    // What docs/add-a-benchmark.md makes a benchmark of.
    .target(
      name: "BenchmarkTemplate",
      dependencies: ["Exchange", "Evaluation", "Metrics", "DataFormats"],
      path: "docs/benchmark-template", exclude: ["README.md"]),

    // What Examples shows, one small program each.
    .executableTarget(
      name: "score-predictions", dependencies: ["Metrics"], path: "Examples/ScorePredictions"),
    .executableTarget(
      name: "add-a-metric", dependencies: ["Evaluation", "Benchmarks", "Metrics"],
      path: "Examples/AddAMetric"),
    .executableTarget(
      name: "answer-a-question", dependencies: ["ProxyVModel"], path: "Examples/AnswerAQuestion"),
    .executableTarget(
      name: "read-a-run", dependencies: ["Evaluation", "Benchmarks"], path: "Examples/ReadARun"),

    // Tests mirror the sources one to one.
    .target(name: "CTestSupport", path: "Tests/CTestSupport"),
    .target(
      name: "TestSupport", dependencies: ["CTestSupport", "DataFormats"],
      path: "Tests/TestSupport"),
    .target(
      name: "ServerTestSupport", dependencies: ["DataFormats", "TestSupport"],
      path: "Tests/ServerTestSupport", exclude: ["crowd.py", "hostile_server.py"]),
    .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"]),
    .testTarget(name: "HashingTests", dependencies: ["Hashing"]),
    .testTarget(
      name: "DataFormatsTests", dependencies: ["DataFormats", "Diagnostics", "TestSupport"]),
    .testTarget(name: "TensorTests", dependencies: ["Tensor", "Benchmarking", "Diagnostics"]),
    .testTarget(
      name: "CheckpointsTests",
      dependencies: ["Checkpoints", "DataFormats", "Diagnostics", "TestSupport"]),
    .testTarget(
      name: "ImagesTests",
      dependencies: ["Images", "DataFormats", "Diagnostics", "Hashing", "TestSupport"]),
    .testTarget(
      name: "TokenizationTests",
      dependencies: ["Tokenization", "DataFormats", "Diagnostics", "TestSupport"]),
    .testTarget(name: "PythonTextTests", dependencies: ["PythonText"]),
    .testTarget(
      name: "MetricsTests", dependencies: ["Metrics", "PythonText", "DataFormats", "TestSupport"]),
    .target(
      name: "EvaluationTestSupport", dependencies: ["Evaluation", "Metrics"],
      path: "Tests/EvaluationTestSupport"),
    .testTarget(
      name: "StatisticsTests", dependencies: ["Statistics", "DataFormats", "TestSupport"]),
    .testTarget(
      name: "ComparisonTests",
      dependencies: [
        "Comparison", "Benchmarks", "Exchange", "Evaluation", "Statistics", "Metrics",
        "DataFormats", "Diagnostics", "EvaluationTestSupport", "TestSupport",
      ]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: [
        "Evaluation", "Metrics", "DataFormats", "Diagnostics", "Hashing",
        "EvaluationTestSupport", "TestSupport",
      ]),
    .testTarget(
      name: "EngineModelTests",
      dependencies: ["EngineModel", "Evaluation", "ProxyVModel", "Checkpoints", "TestSupport"]),
    .testTarget(
      name: "ExchangeTests",
      dependencies: [
        "Exchange", "Benchmarks", "Evaluation", "Metrics", "DataFormats", "Diagnostics",
        "EvaluationTestSupport", "TestSupport",
      ]),
    .testTarget(
      name: "OCRBaselineTests",
      dependencies: [
        "OCRBaseline", "Benchmarks", "Evaluation", "Metrics", "Images", "DataFormats",
        "TestSupport",
      ]),
    .testTarget(
      name: "ServedModelTests",
      dependencies: [
        "ServedModel", "Evaluation", "Images", "Metrics", "DataFormats", "Diagnostics",
        "ServerTestSupport", "TestSupport",
      ]),
    .testTarget(
      name: "ServingTests",
      dependencies: [
        "Serving", "Tokenization", "DataFormats",
        .product(name: "FlyingFox", package: "FlyingFox"),
        .product(name: "FlyingSocks", package: "FlyingFox"),
      ]),
    .testTarget(
      name: "BenchmarksTests",
      dependencies: [
        "Benchmarks", "Evaluation", "Statistics", "Metrics", "Images", "DataFormats",
        "Diagnostics", "TestSupport",
      ]),
    .testTarget(
      name: "ReportingTests",
      dependencies: [
        "Reporting", "DataFormats", "Benchmarks", "Comparison", "Evaluation", "Metrics",
        "EvaluationTestSupport", "TestSupport",
      ]),
    .testTarget(
      name: "PagesTests",
      dependencies: [
        "Pages", "Benchmarks", "Evaluation", "Metrics", "Images", "DataFormats", "Diagnostics",
        "TestSupport",
      ], exclude: ["Browser"]),
    .testTarget(
      name: "ProxyVModelTests",
      dependencies: [
        "ProxyVModel", "Checkpoints", "Tensor", "DataFormats", "Diagnostics", "TestSupport",
      ]),
    .testTarget(
      name: "BenchmarkingTests",
      dependencies: [
        "Benchmarking", "Reporting", "Checkpoints", "ProxyVModel", "Evaluation", "Tensor",
        "DataFormats",
      ]),
    .testTarget(
      name: "NightlyTests",
      dependencies: [
        "Nightly", "Benchmarks", "Evaluation", "Metrics", "Pages", "Diagnostics",
        "EvaluationTestSupport", "TestSupport",
      ]),
    .testTarget(name: "FuzzTargetsTests", dependencies: ["FuzzTargets", "TestSupport"]),
    .testTarget(
      name: "HouseTests",
      dependencies: [
        "BenchmarkTemplate", "Benchmarks", "Reporting", "Exchange", "Evaluation", "Metrics",
        "DataFormats", "EvaluationTestSupport", "TestSupport", "score-predictions", "add-a-metric",
        "answer-a-question", "read-a-run",
      ]),
    .testTarget(
      name: "ProgramTests",
      dependencies: [
        "proxyv-eval", "Benchmarks", "Evaluation", "Metrics", "DataFormats", "Hashing",
        "Statistics", "EvaluationTestSupport", "ServerTestSupport", "TestSupport",
      ]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
