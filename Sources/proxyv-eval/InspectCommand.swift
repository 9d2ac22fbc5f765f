import ArgumentParser
import Benchmarks
import Checkpoints
import DataFormats
import Evaluation
import Images
import ProxyVModel

/// `inspect`: looks at an image, a checkpoint or a data folder without running anything.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Shows what an image, a checkpoint or a data folder holds.",
    subcommands: [InspectImage.self, InspectModel.self, InspectData.self])
}

struct InspectImage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image",
    abstract: "Decodes and preprocesses images; shows sizes and hashes of every step.",
    discussion: "Example: proxyv-eval inspect image page.png --aspect anyres")

  @Argument(help: "Image files.") var files: [String]
  @Option(
    name: .long, help: "anyres, pad, resize or square; default is all four.", completion: .aspects)
  var aspect: String?
  @Option(
    name: .long,
    help:
      """
      Preprocess as this checkpoint does, and not as CLIP ViT-L/14-336 with LLaVA-NeXT's \
      resolutions.
      """
  )
  var model: String?
  @OptionGroup var configurationOptions: ConfigurationOptions
  @Flag(name: .long, help: "Turn images as their EXIF orientation says.") var exifTranspose = false
  @Option(
    name: .long,
    help: "The flat positions in a crop whose normalised values are listed, separated by commas.")
  var sampleIndices: String?
  @Flag(name: .long, help: "Print JSON, one line per file.") var json = false

  func validate() throws {
    if files.isEmpty { throw ValidationError("name at least one image file") }
    if let sampleIndices, sampleIndices.split(separator: ",").contains(where: { Int($0) == nil }) {
      throw ValidationError(
        "--sample-indices takes integers separated by commas, not \"\(sampleIndices)\"")
    }
  }

  func run() throws {
    let aspects =
      try aspect.map { name in [try usage { try AspectMode(configurationName: name) }] }
      ?? AspectMode.allCases
    let configuration =
      try model.map {
        try PreprocessingConfiguration(
          Checkpoint(folder: $0, ignoring: Set(configurationOptions.ignoreConfigKey)))
      }
      ?? PreprocessingConfiguration()
    let inspection = ImageInspection(
      configuration: configuration,
      sampleIndices: sampleIndices?.split(separator: ",").compactMap { Int($0) }
        ?? ImageInspection.referenceSampleIndices)
    for file in files {
      let decoded = try ImageDecoder.decode(
        readFile(file), name: file, options: DecodingOptions(exifTranspose: exifTranspose))
      print(
        inspection.report(decoded, file: file, aspects: aspects).text(indented: !json),
        terminator: json ? "\n" : "")
    }
  }
}

struct InspectModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Checks a checkpoint folder and shows its configuration and content identity.",
    discussion: "Example: proxyv-eval inspect model CHECKPOINT")

  @Argument(help: "The checkpoint folder.") var folder: String
  @OptionGroup var configurationOptions: ConfigurationOptions
  @Flag(name: .long, help: "Print JSON.") var json = false

  func run() throws {
    let report = try CheckpointReport(
      Checkpoint(folder: folder, ignoring: Set(configurationOptions.ignoreConfigKey)))
    print(json ? report.json.text(indented: true) : report.text, terminator: json ? "" : "\n")
  }
}

struct InspectData: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Reads a data folder as a run would: format, counts, unreadable images.",
    discussion: "Example: proxyv-eval inspect data DATA/docvqa")

  @Argument(help: "The data folder.") var folder: String
  @Option(
    name: .long, help: "The benchmark; default is every one whose data is recognised.",
    completion: .benchmarks)
  var benchmark: String?
  @Option(name: .long, help: "The layout, where it should not be recognised.") var format: String?
  @OptionGroup var choosing: DataChoiceOptions
  @Flag(name: .long, help: "Print JSON, one line per benchmark.") var json = false

  func run() throws {
    let data = try BenchmarkRegistry.data(
      in: folder,
      benchmark: try benchmark.map { name in try usage { try TaskNames.one(name) } },
      layoutName: format, choice: choosing.choice)
    for (benchmark, opened) in data {
      let inspection = DataInspection(benchmark, data: opened)
      print(json ? inspection.json.text() : inspection.text)
    }
  }
}
