public import Checkpoints
import ProxyVModel
public import Reporting

/// The paper's cost tables for a shape: which methods they hold, and which FLOPs the paper counts for each.
public struct PaperCostTable: Sendable {
  private let shape: Synthesis.Shape
  private let dimensions: DecoderDimensions
  /// Layers that the shape has in full.
  private let fullDepth: Int
  private let setting: PrefillSetting
  private let learnsProxies: Bool
  private let published: PublishedTables

  /// - Parameters:
  ///   - configuration: of the checkpoint, which may have fewer layers than the shape
  ///   - tokensPerCrop: of the baseline
  public init(shape: Synthesis.Shape, configuration: ModelConfiguration, tokensPerCrop: Int = 576, crops: Int, textTokens: Int) throws {
    self.shape = shape
    dimensions = DecoderDimensions(configuration)
    fullDepth = DecoderDimensions(try Synthesis(shape: shape).configuration()).layers
    setting = PrefillSetting(crops: crops, tokensPerCrop: tokensPerCrop, textTokens: textTokens, countsNewlines: false)
    learnsProxies = configuration.learnsProxies
    published = try PublishedTables()
  }

  /// The full shape.
  public init(shape: Synthesis.Shape, crops: Int, textTokens: Int) throws {
    try self.init(shape: shape, configuration: Synthesis(shape: shape).configuration(), crops: crops, textTokens: textTokens)
  }

  /// How much of the shape is computed: `vicuna-7b with 8 of 32 layers`.
  var depth: String { "\(shape.rawValue) with \(dimensions.layers) of \(fullDepth) layers" }

  /// The methods of tables 4 to 6 that a checkpoint can run, start layers scaled to its depth.
  public static func defaultMethods(_ configuration: ModelConfiguration) -> [String] {
    let layers = configuration.layerCount
    var methods = ["baseline"]
    if configuration.usesProxies {
      methods.append("proxyv")
      let later = layers / 2
      if later > configuration.proxyStartLayer { methods.append("proxyv:from=\(later)") }
    }
    if configuration.lightMLPStartLayer != nil { methods.append("skip-attention-ffn:mlp=light") }
    methods.append("visionzip")
    let stages = [12, 20, 26].map { $0 * layers / 32 }
    if stages[0] >= 1, stages[0] < stages[1], stages[1] < stages[2] { methods.append("pyramiddrop") }
    return methods
  }

  /// FLOPs of a method as the paper counts them, its reduction against the baseline in percent, and what the paper printed.
  struct Counted {
    let flops: Double
    let reduction: Double
    let published: PublishedTables.Reduction?
  }

  /// - Parameter name: of a method, in full as a model states it
  /// - Returns: nil for a method that the paper does not count
  func counted(_ name: String) throws -> Counted? {
    let specification = try MethodSpecification(name)
    guard let (flops, method) = accounting(specification) else { return nil }
    let baseline = PaperFLOPs(dimensions: dimensions, setting: setting)
    return Counted(
      flops: flops.total(method), reduction: flops.reduction(method, against: baseline),
      published: try published.reduction(model: shape.rawValue, method: publishedName(specification)))
  }

  /// FLOPs alone, for every row of the paper about this shape.
  public func flops() throws -> ResultTable {
    func flops(_ perCrop: Int) -> PaperFLOPs {
      var setting = setting
      setting.tokensPerCrop = perCrop
      return PaperFLOPs(dimensions: dimensions, setting: setting)
    }
    let starts = Set([dimensions.proxyStartLayer, dimensions.layers / 2, 12, 16, 20]).filter { $0 < dimensions.layers }.sorted()
    var rows: [(String, Double, Double, String)] = [("baseline", flops(576).total(.baseline), 0, "baseline")]
    for start in starts {
      rows.append(("proxyv, from layer \(start)", flops(576).total(.proxyV(from: start)), flops(576).reduction(.proxyV(from: start)), "proxyv-\(start)"))
    }
    if dimensions.layers == 32 {
      for (start, name) in [0, 12, 16].map({ ($0, "L\($0)-ATN") }) {
        let (skipped, light) = (PaperFLOPs.Method.skipAttention(from: start), PaperFLOPs.Method.lightMLP(from: start))
        rows.append(("skip attention, from layer \(start)", flops(576).total(skipped), flops(576).reduction(skipped), name))
        rows.append(("light MLP for attention and FFN, from layer \(start)", flops(576).total(light), flops(576).reduction(light), name + "+FFN"))
      }
    }
    rows.append(("visionzip 360+40", flops(400).total(.baseline), flops(400).reduction(.baseline, against: flops(576)), "visionzip"))
    if dimensions.layers == 32 {
      let stages = PaperFLOPs.Method.pyramidDrop(PaperFLOPs.PyramidDropStage.paper)
      rows.append(("pyramiddrop 12/20/26", flops(576).total(stages), flops(576).reduction(stages), "pyramiddrop"))
      let learned = PaperFLOPs.Method.learnedProxyV(from: 12)
      rows.append(("learned proxyv, from layer 12", flops(576).total(learned), flops(576).reduction(learned), "proxyv-ns-12"))
      rows.append((
        "visionzip + learned proxyv, from layer 12", flops(400).total(learned), flops(400).reduction(learned, against: flops(576)),
        "proxyv-ns-12+visionzip"
      ))
    }
    var table = ResultTable(columns: ["Method", "Prefill TFLOP", "Reduced %", "Published %", "Where"])
    for (name, total, reduction, row) in rows {
      let paper = try published.reduction(model: shape.rawValue, method: row)
      table.append([
        .text(name), .number(total * 1e-12, decimals: 2), name == "baseline" ? .empty : .number(reduction, decimals: 2),
        paper?.flops.map { .number($0, decimals: 0) } ?? .empty, paper.map { .text($0.table) } ?? .empty,
      ])
    }
    table.notes = [
      "\(shape.rawValue), \(setting.crops) crops, \(setting.textTokens) text tokens, decoder layers only, attention dense, newlines not counted: the paper's accounting."
    ]
    if shape == .phi3Mini || shape == .internLM25 {
      table.notes.append("The paper's figures for this family do not follow from its shape; its released code probably projects fused matrices for all rows.")
    }
    return table
  }

  private func accounting(_ specification: MethodSpecification) -> (PaperFLOPs, PaperFLOPs.Method)? {
    var setting = setting
    var method = PaperFLOPs.Method.baseline
    for part in specification.parts {
      func number(_ key: String) -> Int? { part.parameters.last { $0.key == key }.flatMap { Int($0.value) } }
      switch part.name {
      case "visionzip": setting.tokensPerCrop = (number("dominant") ?? 360) + (number("contextual") ?? 40)
      case "proxyv":
        let start = number("from") ?? dimensions.proxyStartLayer
        method = learnsProxies ? .learnedProxyV(from: start) : .proxyV(from: start)
      case "skip-attention": method = .skipAttention(from: number("from") ?? 0)
      case "skip-attention-ffn":
        guard part.parameters.contains(where: { $0.key == "mlp" && $0.value == "light" }) else { return nil }
        method = .lightMLP(from: number("from") ?? 0)
      case "pyramiddrop":
        let layers = part.parameters.last { $0.key == "layers" }?.value.split(separator: "/").compactMap { Int($0) } ?? []
        let shares = part.parameters.last { $0.key == "ratios" }?.value.split(separator: "/").compactMap { Double($0) } ?? []
        method = .pyramidDrop(zip(layers, shares).map { PaperFLOPs.PyramidDropStage(layer: $0, share: $1) })
      case "baseline": break
      default: return nil
      }
    }
    return (PaperFLOPs(dimensions: dimensions, setting: setting), method)
  }

  /// The paper's name of a method, its start layer counted at full depth.
  private func publishedName(_ specification: MethodSpecification) -> String {
    let names = specification.parts.map { part in
      let start = part.parameters.last { $0.key == "from" }.flatMap { Int($0.value) } ?? dimensions.proxyStartLayer
      let full = start * fullDepth / dimensions.layers
      switch part.name {
      case "proxyv": return "proxyv-\(learnsProxies ? "ns-" : "")\(full)"
      case "skip-attention": return "L\(full)-ATN"
      case "skip-attention-ffn": return "L\(full)-ATN+FFN"
      default: return part.name
      }
    }
    return names.reversed().joined(separator: "+")
  }
}
