public import Checkpoints
import Diagnostics
import ProxyVModel
public import Reporting

/// The paper's cost tables for a shape, without any weights: FLOPs as the paper counts them, and
/// beside them everything that is executed, by the part of the model and the kind of token.
public struct PaperCostTable: Sendable {
  private let shape: Synthesis.Shape
  private let layers: Int?
  private let prompt: BenchPrompt

  /// - Parameter layers: nil for the full depth
  public init(shape: Synthesis.Shape, layers: Int? = nil, prompt: BenchPrompt) {
    self.shape = shape
    self.layers = layers
    self.prompt = prompt
  }

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
    if stages[0] >= 1, stages[0] < stages[1], stages[1] < stages[2] {
      methods.append("pyramiddrop")
    }
    return methods
  }

  /// A method, and a checkpoint that could run it.
  private struct Row {
    var method: String
    var configuration: ModelConfiguration
    var title: String
  }

  /// - Parameter methods: nil for every row of the paper about this shape
  /// - Throws: ``ModelError`` for a method that no checkpoint of this shape can run.
  public func table(methods: [String]? = nil) throws -> ResultTable {
    let rows = try methods?.map { try row($0) } ?? paperRows()
    let tower = Synthesis(shape: shape).tower
    var table = ResultTable(columns: [
      .init("Method", importance: .essential),
      .init("Prefill TFLOP (paper's count)", importance: .normal),
      .init("Reduced %", importance: .essential), .init("Published %", importance: .high),
      .init("Where", importance: .low), .init("All TFLOP (as executed)", importance: .normal),
      .init("All reduced %", importance: .normal), .init("Vision encoder", importance: .detail),
      .init("Projector", importance: .detail), .init("Decoder: vision", importance: .low),
      .init("Decoder: text", importance: .detail), .init("Decoder: proxies", importance: .low),
      .init("lm_head", importance: .detail),
    ])
    if let configuration = rows.first?.configuration {
      table.fact("architecture", .text(configuration.architecture))
    }
    var reference: Double?
    var fused: [String] = []
    for row in rows {
      let accounting = try PaperAccounting(
        configuration: row.configuration, shape: shape, prompt: prompt,
        tokensPerCrop: tower.patchCount, published: PublishedTables())
      let cost = try MethodCost(row.method, configuration: row.configuration, tower: tower)
      let counted = try accounting.counted(row.method)
      let executed = cost.cost(
        of: cost.prompt(
          crops: prompt.crops, textTokens: prompt.textTokens,
          textBeforeImage: prompt.textBeforeImage))
      func flops(_ multiplyAdds: Int) -> ResultTable.Cell {
        .number(2e-12 * Double(multiplyAdds), decimals: decimals)
      }
      let all = Double(executed.total)
      let isFirst = reference == nil
      table.append([
        "Method": .text(row.title),
        "Prefill TFLOP (paper's count)": counted.map {
          .number($0.flops * 1e-12, decimals: decimals)
        } ?? .empty,
        "Reduced %": isFirst
          ? .empty : counted.map { .number($0.reduction, decimals: 2) } ?? .empty,
        "Published %": counted?.published?.flops.map { .number($0, decimals: 0) } ?? .empty,
        "Where": .text(counted?.published?.table ?? ""),
        "All TFLOP (as executed)": flops(executed.total),
        "All reduced %": isFirst
          ? .empty : .number(100 * (1 - all / (reference ?? all)), decimals: 2),
        "Vision encoder": flops(executed.visionEncoder), "Projector": flops(executed.projector),
        "Decoder: vision": flops(executed.decoder.vision),
        "Decoder: text": flops(executed.decoder.text),
        "Decoder: proxies": flops(executed.decoder.proxy),
        "lm_head": .number(2e-12 * Double(executed.head), decimals: 4),
      ])
      if shape.fusesProjections, let counted, let paper = counted.published?.flops {
        fused.append(
          """
          \(row.title): published \(Int(paper)) %, from the shapes \
          \(twoDecimals(counted.reduction)) %, with fused projections \
          \(twoDecimals(counted.fusedReduction)) %
          """
        )
      }
      reference = reference ?? all
    }
    table.notes = notes(fused)
    return table
  }

  private func notes(_ fused: [String]) -> [String] {
    var notes = [
      """
      \(shape.rawValue), \(layers.map { "\($0) layers, " } ?? "")\(prompt.crops) crops, \
      \(prompt.textTokens) text tokens. The paper's count: decoder layers only, attention \
      dense, newlines not counted, reduced against the baseline. Published: the paper's figures \
      at five crops and 50 text tokens, a start layer at the same share of the depth.
      """,
      """
      As executed: two FLOP per multiply-add, visible pairs only, newlines counted, all parts \
      up to the first token; equal to what the operators count. Columns behind it are its parts \
      in TFLOP; what is reduced is against the first row.
      """,
    ]
    if shape.fusesProjections, !fused.isEmpty {
      let reason =
        shape == .internLM25
        ? """
        code that multiplies it for all rows computes queries of vision tokens too, which gives \
        nearly the published figures; that code is not released, so this is inferred
        """
        : """
        the released code multiplies it for all rows and computes queries of vision tokens too; \
        the published figures lie between that count and the one from the shapes, and the rest \
        is unexplained
        """
      notes.append(
        """
        The published figures of this family do not follow from its shape alone. It keeps \
        queries, keys and values in one matrix, and \(reason). \
        \(fused.joined(separator: "; ")).
        """)
    }
    return notes
  }

  /// Small shapes need more digits.
  private var decimals: Int { shape == .tiny ? 5 : 2 }

  private func twoDecimals(_ value: Double) -> String {
    ResultTable.Cell.number(value, decimals: 2).shown
  }

  /// Every row of tables 1 to 6 about this shape, and what the same methods would cost where the
  /// paper gives nothing.
  private func paperRows() throws -> [Row] {
    let configuration = try Synthesis(shape: shape, layers: layers).configuration()
    let depth = configuration.layerCount
    let starts = Set(
      [configuration.proxyStartLayer, depth / 2, 12, 16, 20] + (shape == .vicuna7B ? [0] : [])
    ).filter { $0 < depth }.sorted()
    var methods = ["baseline"] + starts.map { "proxyv:from=\($0)" }
    let scales = depth % 8 == 0
    for start in [0, depth * 12 / 32, depth / 2] where scales {
      methods += [
        "mask-attention:from=\(start),variant=self-only",
        "skip-attention-ffn:from=\(start),mlp=light",
      ]
    }
    methods.append("visionzip")
    if Self.defaultMethods(configuration).contains("pyramiddrop") { methods.append("pyramiddrop") }
    var rows = try methods.map { try row($0) }
    let learned = try Synthesis(
      shape: shape, method: .learnedProxyV, layers: layers, startLayer: depth * 12 / 32
    ).configuration()
    rows.append(
      Row(
        method: "proxyv", configuration: learned, title: "proxyv:from=\(depth * 12 / 32), learned"))
    if shape != .phi3Mini {
      rows.append(
        Row(
          method: "visionzip+proxyv", configuration: learned,
          title: "visionzip+proxyv:from=\(depth * 12 / 32), learned"))
    }
    return rows
  }

  /// The method on a checkpoint that was trained for it.
  private func row(_ method: String) throws -> Row {
    let specification = try MethodSpecification(method)
    var synthesis = Synthesis(shape: shape, layers: layers)
    let depth = try synthesis.configuration().layerCount
    for part in specification.parts {
      if part.name == "proxyv", specification.parts.contains(where: { $0.name == "visionzip" }) {
        synthesis.method = .learnedProxyV
      }
      if part.parameters.contains(where: { $0.key == "mlp" && $0.value == "light" }) {
        synthesis.method = .lightMLP
      }
      if part.name == "proxyv" || synthesis.method == .lightMLP {
        synthesis.startLayer = part.parameters.last { $0.key == "from" }.flatMap { Int($0.value) }
          .flatMap { (0..<depth).contains($0) ? $0 : nil }
      }
    }
    return Row(method: method, configuration: try synthesis.configuration(), title: method)
  }
}

extension Synthesis.Shape {
  /// Whether the family keeps queries, keys and values in one matrix.
  var fusesProjections: Bool { self == .phi3Mini || self == .internLM25 }

  /// The shape whose language model a checkpoint has, whatever its depth.
  package static func matching(_ configuration: ModelConfiguration) throws -> Synthesis.Shape? {
    try allCases.first { shape in
      let known = try Synthesis(shape: shape).configuration()
      return known.family == configuration.family && known.hiddenSize == configuration.hiddenSize
        && known.intermediateSize == configuration.intermediateSize
        && known.keyValueHeadCount == configuration.keyValueHeadCount
    }
  }
}
