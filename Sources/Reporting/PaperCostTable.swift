public import Checkpoints
import Foundation
public import ProxyVModel

/// The paper's cost tables for a shape: which methods they hold, and which FLOPs the paper counts for each.
public enum PaperCostTable {
  /// The methods of tables 4 to 6 that a checkpoint can run, start layers scaled to its depth.
  public static func defaultMethods(_ configuration: ModelConfiguration) -> [String] {
    let layers = configuration.layerCount
    var methods = ["baseline"]
    if configuration.usesProxies {
      methods.append("proxyv")
      let later = layers / 2
      if later > configuration.proxyStartLayer { methods.append("proxyv:from=\(later)") }
    }
    methods.append("visionzip")
    let stages = [12, 20, 26].map { $0 * layers / 32 }
    if stages[0] >= 1, stages[0] < stages[1], stages[1] < stages[2] { methods.append("pyramiddrop") }
    return methods
  }

  /// Parameters may hold commas themselves: `visionzip:dominant=360` and `contextual=40` belong together.
  public static func grouped(_ names: [String]) -> [String] {
    names.reduce(into: []) { groups, name in
      if name.contains("="), !name.contains(":"), !groups.isEmpty { groups[groups.count - 1] += "," + name } else { groups.append(name) }
    }
  }

  /// Measured methods with the paper's count and its published figures beside them.
  public static func table(
    _ measured: [EfficiencyStudy.Measurement], model: VisionLanguageModel, shape: Synthesis.Shape, setting: PrefillSetting
  ) throws -> ResultTable {
    let dimensions = DecoderDimensions(model.configuration)
    let full = DecoderDimensions(try Synthesis(shape: shape).configuration()).layers
    let published = try PublishedTables()
    let baseline = PaperFLOPs(dimensions: dimensions, setting: setting)
    let rows = try measured.map { measurement -> EfficiencyReport.Row in
      let specification = try MethodSpecification(measurement.method)
      let (flops, method) = counted(specification, dimensions: dimensions, setting: setting)
      return EfficiencyReport.Row(
        measurement: measurement, paperFLOPs: method.map { flops.total($0) }, paperReduction: method.map { flops.reduction($0, against: baseline) },
        published: try publishedName(specification, dimensions: dimensions, fullDepth: full).flatMap {
          try published.reduction(model: shape.rawValue, method: $0)
        })
    }
    return EfficiencyReport.table(
      rows,
      notes: [
        "\(shape.rawValue) with \(dimensions.layers) of \(full) layers, \(setting.crops) crops, \(setting.textTokens) text tokens, \(model.compute.threads) threads, \(model.compute.isa.rawValue), \(model.arithmetic); median of \(measured.first?.seconds.count ?? 0) runs in alternation, vision tower excluded.",
        "Published: ProxyV paper, prefill on one H100, eager attention. Peak memory of this process: \(peakMemory()).",
      ])
  }

  /// FLOPs alone, for every row of the paper about this shape.
  public static func table(shape: Synthesis.Shape, crops: Int, textTokens: Int) throws -> ResultTable {
    let dimensions = DecoderDimensions(try Synthesis(shape: shape).configuration())
    func flops(_ perCrop: Int) -> PaperFLOPs {
      PaperFLOPs(
        dimensions: dimensions, setting: PrefillSetting(crops: crops, tokensPerCrop: perCrop, textTokens: textTokens, countsNewlines: false))
    }
    let published = try PublishedTables()
    let starts = Set([dimensions.proxyStartLayer, dimensions.layers / 2, 12, 16, 20]).filter { $0 < dimensions.layers }.sorted()
    var rows: [(String, Double, Double, String)] = [("baseline", flops(576).total(.baseline), 0, "baseline")]
    for start in starts {
      rows.append(("proxyv, from layer \(start)", flops(576).total(.proxyV(from: start)), flops(576).reduction(.proxyV(from: start)), "proxyv-\(start)"))
    }
    rows.append(("visionzip 360+40", flops(400).total(.baseline), flops(400).reduction(.baseline, against: flops(576)), "visionzip"))
    if dimensions.layers == 32 {
      let stages = PaperFLOPs.Method.pyramidDrop(PaperFLOPs.PyramidDropStage.paper)
      rows.append(("pyramiddrop 12/20/26", flops(576).total(stages), flops(576).reduction(stages), "pyramiddrop"))
      for start in [12] {
        let learned = PaperFLOPs.Method.learnedProxyV(from: start)
        rows.append(("learned proxyv, from layer \(start)", flops(576).total(learned), flops(576).reduction(learned), "proxyv-ns-\(start)"))
        rows.append(("visionzip + learned proxyv, from layer \(start)", flops(400).total(learned), flops(400).reduction(learned, against: flops(576)), "proxyv-ns-\(start)+visionzip"))
      }
    }
    var table = ResultTable([("Method", false), ("Prefill TFLOP", true), ("Reduced %", true), ("Published %", true), ("Where", false)])
    for (name, total, reduction, row) in rows {
      let paper = try published.reduction(model: shape.rawValue, method: row)
      table.append([
        .text(name), .number(total * 1e-12, decimals: 2), name == "baseline" ? .none : .number(reduction, decimals: 2),
        paper?.flops.map { .number($0, decimals: 0) } ?? .none, paper.map { .text($0.table) } ?? .none,
      ])
    }
    table.notes = ["\(shape.rawValue), \(crops) crops, \(textTokens) text tokens, decoder layers only, attention dense, newlines not counted: the paper's accounting."]
    if shape == .phi3Mini || shape == .internLM25 {
      table.notes.append("The paper's figures for this family do not follow from its shape; its released code probably projects fused matrices for all rows.")
    }
    return table
  }

  private static func counted(
    _ specification: MethodSpecification, dimensions: DecoderDimensions, setting: PrefillSetting
  ) -> (PaperFLOPs, PaperFLOPs.Method?) {
    var setting = setting
    var method: PaperFLOPs.Method? = .baseline
    for part in specification.parts {
      func number(_ key: String) -> Int? { part.parameters.last { $0.key == key }.flatMap { Int($0.value) } }
      switch part.name {
      case "visionzip": setting.tokensPerCrop = (number("dominant") ?? 360) + (number("contextual") ?? 40)
      case "proxyv": method = .proxyV(from: number("from") ?? dimensions.proxyStartLayer)
      case "skip-attention": method = .skipAttention(from: number("from") ?? 0)
      case "pyramiddrop":
        let layers = part.parameters.last { $0.key == "layers" }?.value.split(separator: "/").compactMap { Int($0) } ?? []
        let shares = part.parameters.last { $0.key == "ratios" }?.value.split(separator: "/").compactMap { Double($0) } ?? []
        method = .pyramidDrop(zip(layers, shares).map { PaperFLOPs.PyramidDropStage(layer: $0, share: $1) })
      case "baseline": break
      default: method = nil
      }
    }
    return (PaperFLOPs(dimensions: dimensions, setting: setting), method)
  }

  /// The paper's name of a method, its start layer counted at full depth.
  private static func publishedName(_ specification: MethodSpecification, dimensions: DecoderDimensions, fullDepth: Int) throws -> String? {
    guard specification.parts.count == 1, let part = specification.parts.first else { return nil }
    guard part.name == "proxyv" else { return part.name }
    let start = part.parameters.last { $0.key == "from" }.flatMap { Int($0.value) } ?? dimensions.proxyStartLayer
    return "proxyv-\(start * fullDepth / dimensions.layers)"
  }

  /// The most memory that this process ever had resident.
  static func peakMemory() -> String {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? 0
    return String(format: "%.2f GiB", kilobytes / 1_048_576)
  }
}
