import ArgumentParser
import Benchmarks
import Evaluation
import Metrics
import Pages

/// `view`: a page with every sample of runs, its image, question and answers.
struct ViewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "Writes a page with every sample of runs, to be opened from the file system.",
    discussion: """
      Two runs of one benchmark stand side by side, the changed answers first; of more, any two \
      are chosen on the page. \
      The page needs no server and no network. It is written beside OUTPUT and put in place \
      when it is whole.

      Example:
        proxyv-eval view runs/baseline runs/proxyv --output page
      """)

  @Argument(help: "Run directories, or folders that hold them.") var runs: [String]
  @Option(
    name: .long,
    help: "The folder of the page; with a name that ends in .html, one file.") var output: String
  @Option(
    name: .long, help: ArgumentHelp("The rule set to score with: \(Profile.grammar)."),
    completion: .profiles)
  var profile = Profile.lmmsEval.rawValue
  @OptionGroup var scoringSpace: BoxSpaceOptions
  @Option(
    name: .long,
    help: "none, thumbnails (at most 400 pixels a side) or full (at most 1,600).")
  var images = PageOptions.Images.full
  @Option(
    name: .long,
    help: "The data with the images, where it is no longer in the folder that the run names.")
  var data: String?
  @Option(name: .long, help: "The page's title.") var title = "Evaluation"
  @Flag(name: .long, help: "Put everything into one file, for a small run.")
  var singleFile = false

  func validate() throws {
    if runs.isEmpty { throw ValidationError("name at least one run directory") }
    if images == .none { try GivenOptions().refuse(["--data"], "with --images none") }
    if output.isEmpty { throw ValidationError("--output must name a folder") }
  }

  func run() throws {
    let rules = try usage { try Profile.named(profile) }
    let shown = try EachRun(in: runs) { run in
      let benchmark = try BenchmarkRegistry.named(run.manifest.benchmark)
      return PageRun(
        try RunAnswers(run), benchmark: scoringSpace.applied(to: benchmark), profile: rules)
    }
    try scoringSpace.check(shown.values.map(\.benchmark))
    let progress = CountProgress(title: "Images")
    let page = try Page.write(
      PageContents(title: title, runs: shown.values), to: output,
      options: PageOptions(
        images: images, dataFolder: data, isSingleFile: singleFile,
        progress: { progress.show($0, of: $1) }))
    progress.finish()
    for remark in page.notes { note(remark) }
    print(page.file)
    try shown.checkIsWhole()
  }
}

extension PageOptions.Images: ExpressibleByArgument {}
