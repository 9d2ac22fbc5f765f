import Checkpoints
import ProxyVModel
import Reporting

/// A method's FLOPs as the paper counts them, and what the paper printed for it.
struct PaperAccounting {
  let configuration: ModelConfiguration
  /// Whose published figures are meant; nil for a model that the paper does not have.
  let shape: Synthesis.Shape?
  let prompt: BenchPrompt
  let tokensPerCrop: Int
  let published: PublishedTables

  private var dimensions: DecoderDimensions { DecoderDimensions(configuration) }
  private var setting: PrefillSetting {
    PrefillSetting(
      crops: prompt.crops, tokensPerCrop: tokensPerCrop, textTokens: prompt.textTokens,
      countsNewlines: false)
  }

  /// FLOPs of a method as the paper counts them, its reduction against the baseline in percent, and
  /// what the paper printed.
  struct Counted {
    let flops: Double
    let reduction: Double
    /// The reduction if the query projection ran over the vision tokens too, as fused matrices do.
    let fusedReduction: Double
    let published: PublishedTables.Reduction?
  }

  /// - Parameter name: of a method, as on the command line
  /// - Returns: nil for a method that the paper does not count
  func counted(_ name: String) throws -> Counted? {
    let specification = try MethodSpecification(name)
    guard let (flops, method) = accounting(specification) else { return nil }
    let baseline = PaperFLOPs(dimensions: dimensions, setting: setting)
    var fused = flops
    fused.fusesProjections = true
    return Counted(
      flops: flops.total(method), reduction: flops.reduction(method, against: baseline),
      fusedReduction: fused.reduction(method, against: baseline),
      published: try publishedFigures(specification))
  }

  private func publishedFigures(
    _ specification: MethodSpecification
  ) throws -> PublishedTables.Reduction? {
    guard let shape else { return nil }
    let names = try publishedNames(
      specification, fullDepth: Synthesis(shape: shape).configuration().layerCount)
    return try published.reduction(model: shape.rawValue, methods: names)
  }

  private func accounting(_ specification: MethodSpecification) -> (PaperFLOPs, PaperFLOPs.Method)?
  {
    var setting = setting
    var method = PaperFLOPs.Method.baseline
    for part in specification.parts {
      func text(_ key: String) -> String? { part.parameters.last { $0.key == key }?.value }
      func number(_ key: String) -> Int? { text(key).flatMap { Int($0) } }
      switch part.name {
      case "visionzip":
        setting.tokensPerCrop = (number("dominant") ?? 360) + (number("contextual") ?? 40)
      case "proxyv":
        let start = number("from") ?? dimensions.proxyStartLayer
        method = configuration.learnsProxies ? .learnedProxyV(from: start) : .proxyV(from: start)
      case "mask-attention":
        // The paper's count of skipped attention is that of a token which sees itself alone.
        guard text("variant") ?? "self-only" == "self-only" else { return nil }
        method = .selfAttention(from: number("from") ?? 0)
      case "skip-attention": method = .skipAttention(from: number("from") ?? 0)
      case "skip-attention-ffn":
        guard text("mlp") == "light" else { return nil }
        method = .lightMLP(from: number("from") ?? configuration.lightMLPStartLayer ?? 0)
      case "pyramiddrop":
        let layers =
          text("layers")?.split(separator: "/").compactMap { Int($0) }
          ?? [12, 20, 26].map { $0 * dimensions.layers / 32 }
        let shares =
          text("ratios")?.split(separator: "/").compactMap { Double($0) } ?? [0.5, 0.25, 0.125]
        method = .pyramidDrop(
          zip(layers, shares).map { PaperFLOPs.PyramidDropStage(layer: $0, share: $1) })
      case "baseline": break
      default: return nil
      }
    }
    return (PaperFLOPs(dimensions: dimensions, setting: setting), method)
  }

  /// The paper's names of a method, its start layer counted at full depth; none where its
  /// parameters are not the paper's.
  private func publishedNames(_ specification: MethodSpecification, fullDepth: Int) -> [String] {
    var names: [[String]] = []
    for part in specification.parts {
      let trained =
        part.name == "proxyv" ? dimensions.proxyStartLayer : configuration.lightMLPStartLayer ?? 0
      let start = part.parameters.last { $0.key == "from" }.flatMap { Int($0.value) } ?? trained
      let full = start * fullDepth / dimensions.layers
      switch part.name {
      case "proxyv":
        // Table 3 is about proxies that are averages of the image; learned ones stand in table 6.
        names.append(
          configuration.learnsProxies
            ? ["proxyv-ns-\(full)"] : ["proxyv-\(full)", "L\(full)-ProxyV"])
      case "mask-attention": names.append(["L\(full)-FT", "L\(full)-ATN"])
      // The paper's figures keep the output projection, which this method skips too.
      case "skip-attention": names.append([])
      case "skip-attention-ffn": names.append(["L\(full)-ATN+FFN"])
      case "visionzip":
        let isPapers = part.parameters.allSatisfy {
          ["dominant": "360", "contextual": "40"][$0.key] == $0.value
        }
        names.append(isPapers ? ["visionzip"] : [])
      case "pyramiddrop":
        let scaled = [12, 20, 26].map { String($0 * dimensions.layers / 32) }.joined(separator: "/")
        let isPapers = part.parameters.allSatisfy {
          ["layers": scaled, "ratios": "0.5/0.25/0.125"][$0.key] == $0.value
        }
        names.append(isPapers ? ["pyramiddrop"] : [])
      default: names.append([part.name])
      }
    }
    // The paper writes proxyv-ns-12+visionzip.
    return names.reversed().reduce([""]) { prefixes, alternatives in
      prefixes.flatMap { prefix in alternatives.map { prefix.isEmpty ? $0 : prefix + "+" + $0 } }
    }
  }
}
