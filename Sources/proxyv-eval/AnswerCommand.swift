import ArgumentParser
import Benchmarking
import DataFormats
import Diagnostics
import ProxyVModel
import Reporting

/// `answer`: one question about one or more images, as the paper's demo does.
struct AnswerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "answer", abstract: "Answers one question about images.",
    discussion: """
      Without --raw the prompt is a question, and the conversation template of the model is put \
      around it. With --raw it is \
      the whole conversation text; `<image>` marks the place of each image.

      --dump writes activations as safetensors. --dump-rows says which rows of the large groups \
      it holds: "all", a list such \
      as "0,7,100-120" for every group, or a safetensors file with vision_sample_tokens, \
      full_sample, proxy_sample and kv_sample.

      Example: proxyv-eval answer --model CHECKPOINT --image a.png --prompt "What?"
      """)

  @OptionGroup var modelOptions: ModelOptions
  @Option(name: .long, help: "An image file; repeat for several.") var image: [String] = []
  @Option(
    name: .long, parsing: .unconditional,
    help: "The question, or with --raw the whole conversation text.")
  var prompt: String
  @Flag(name: .long, help: "The prompt is the whole conversation text.") var raw = false
  @Option(name: .long, help: "The most tokens to generate.") var maxNewTokens = 512
  @Option(name: .long, help: "Stop ids instead of the checkpoint's, separated by commas.")
  var stopIds: String?
  @Flag(name: .long, help: "Print everything as JSON.") var json = false
  @Option(name: .long, help: "Write activations to this safetensors file.") var dump: String?
  @Option(name: .long, help: "Which rows --dump holds.") var dumpRows = "all"

  @Flag(
    name: .long,
    help: "Also show, per layer, how many tokens of each kind took part in attention and FFN.")
  var trace = false

  func validate() throws {
    if maxNewTokens < 1 { throw ValidationError("--max-new-tokens must be at least 1") }
    if dump == nil { try GivenOptions().refuse(["--dump-rows"], "without --dump") }
    if let stopIds, stopIds.split(separator: ",").contains(where: { Int($0) == nil }) {
      throw ValidationError("--stop-ids takes integers separated by commas, not \"\(stopIds)\"")
    }
  }

  func run() throws {
    try modelOptions.checkCheckpoint()
    let images = try image.map { (name: $0, bytes: try readFile($0)) }
    let model = try VisionLanguageModel.load(
      folder: modelOptions.model, options: modelOptions.loadOptions)
    let text = raw ? prompt : model.conversation(question: prompt, imageCount: images.count)
    let recorder = try dump.map { _ in
      ActivationRecorder(rows: try ActivationRecorder.Rows(specification: dumpRows))
    }
    let report = try model.answer(
      conversation: text, images: images, maximumNewTokens: maxNewTokens,
      stopIDs: stopIds.map { Set($0.split(separator: ",").compactMap { Int($0) }) },
      recorder: recorder)
    if let dump, let recorder { try recorder.write(to: dump, report: report) }
    guard json else {
      print(report.text)
      if trace {
        note(LayerTrace.table(report.layers).text(.markdown, width: Terminal.width(descriptor: 2)))
      }
      return
    }
    guard trace, case .object(var members) = report.json else {
      return print(report.json.text(indented: true), terminator: "")
    }
    members["layers"] = LayerTrace.json(report.layers)
    print(JSONValue.object(members).text(indented: true), terminator: "")
  }
}
