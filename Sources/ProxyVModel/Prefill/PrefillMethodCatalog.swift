public import Checkpoints
import Diagnostics

/// The prefill methods by name.
public enum PrefillMethodCatalog {
  /// Every name that `--method` takes, with its parameters and what it does.
  public static let all: [(name: String, grammar: String, summary: String)] = [
    ("baseline", "baseline", "vision tokens take part in attention and FFN of every layer"),
    ("proxyv", "proxyv", "from the checkpoint's start layer on, proxy tokens stand in for the vision tokens"),
    ("visionzip", "visionzip:dominant=360,contextual=40", "keeps the tokens that the vision tower's class token attends to, and merges the others; joins with another method: visionzip+proxyv"),
    ("pyramiddrop", "pyramiddrop:layers=12/20/26,ratios=0.5/0.25/0.125", "drops vision tokens after some layers, ranked by the last prompt token's attention"),
    ("mask-attention", "mask-attention:from=16,variant=self-only", "cuts vision-to-vision attention from a layer on; self-only, except-self or all"),
    ("skip-attention", "skip-attention:from=16", "vision tokens get no attention output from a layer on, their FFN stays"),
    ("skip-attention-ffn", "skip-attention-ffn:from=16,mlp=none", "vision tokens pass layers unchanged from a layer on, or through the checkpoint's light MLPs (mlp=light); text still attends to them"),
  ]

  /// A chosen method: what reduces the vision tokens before the decoder, and what the decoder does with them.
  struct Choice {
    var reduction: VisionZip?
    var prefill: any PrefillMethod

    /// As recorded with a run.
    var name: String { [reduction?.name, prefill.name].compactMap { $0 }.joined(separator: "+") }
  }

  /// The method that a checkpoint was trained for.
  public static func defaultName(_ configuration: ModelConfiguration) -> String {
    configuration.usesProxies ? "proxyv" : configuration.lightMLPStartLayer == nil ? "baseline" : "skip-attention-ffn:mlp=light"
  }

  /// The method that `text` describes, or, where it is nil, the one that the checkpoint was trained for.
  /// - Throws: ``ModelError`` for an unknown name or parameter, layers out of range, or a method whose weights the checkpoint lacks.
  static func method(
    _ text: String?, store: WeightLoader, configuration: ModelConfiguration, patchCount: Int
  ) throws -> Choice {
    let specification = try MethodSpecification(text ?? defaultName(configuration))
    var reduction: VisionZip?
    var prefill: (any PrefillMethod)?
    for part in specification.parts {
      if part.name == "visionzip" {
        guard reduction == nil, prefill == nil else { throw combination(text ?? "") }
        reduction = try VisionZip(part, patchCount: patchCount)
        continue
      }
      guard prefill == nil else { throw combination(text ?? "") }
      prefill = try prefillMethod(
        part, store: store, configuration: configuration, tokensPerCrop: reduction?.tokensPerCrop ?? configuration.tokensPerCrop)
    }
    return Choice(reduction: reduction, prefill: prefill ?? BaselinePrefill())
  }

  private static func combination(_ text: String) -> ModelError {
    ModelError(.unknownMethod, "--method \"\(text)\" cannot be combined so; write one reduction, then at most one prefill method: visionzip+proxyv")
  }

  private static func skippedFeedForward(
    _ part: MethodSpecification.Part, store: WeightLoader, configuration: ModelConfiguration
  ) throws -> SkipAttentionPrefill {
    try part.check(["from", "mlp"])
    let layers = configuration.layerCount
    let mlp = part.text("mlp") ?? "none"
    switch mlp {
    case "none": return SkipAttentionPrefill(skipsFeedForward: true, from: try part.int("from", in: 0...layers))
    case "light":
      guard let trained = configuration.lightMLPStartLayer else {
        throw ModelError.methodUnavailable("skip-attention-ffn with mlp=light", needs: "model.vision_light_mlp_layers")
      }
      let from = try part.int("from", default: trained, in: trained...max(trained, layers - 1))
      let lights = try LightMLP.all(store: store, configuration: configuration)
      return SkipAttentionPrefill(skipsFeedForward: true, from: from, lights: Array(lights.dropFirst(from - trained)))
    default:
      throw ModelError(.unknownMethod, "skip-attention-ffn: unknown mlp \"\(mlp)\"; \(suggestion(for: mlp, among: ["none", "light"]))")
    }
  }

  private static func prefillMethod(
    _ part: MethodSpecification.Part, store: WeightLoader, configuration: ModelConfiguration, tokensPerCrop: Int
  ) throws -> any PrefillMethod {
    let layers = configuration.layerCount
    switch part.name {
    case "baseline":
      try part.check([])
      return BaselinePrefill()
    case "proxyv":
      try part.check(["from"])
      guard configuration.usesProxies else { throw ModelError.methodUnavailable("proxyv", needs: "model.vision_mlp_layers") }
      let trained = configuration.proxyStartLayer
      let start = try part.int("from", default: trained, in: trained...max(trained, layers - 1))
      return try ProxyVPrefill(store: store, configuration: configuration, tokensPerCrop: tokensPerCrop, start: start)
    case "pyramiddrop":
      return try PyramidDropPrefill(part, layers: layers)
    case "mask-attention":
      try part.check(["from", "variant"])
      let variant = part.text("variant") ?? MaskAttentionPrefill.Variant.selfOnly.rawValue
      guard let variant = MaskAttentionPrefill.Variant(rawValue: variant) else {
        throw ModelError(
          .unknownMethod,
          "mask-attention: unknown variant \"\(variant)\"; \(suggestion(for: variant, among: MaskAttentionPrefill.Variant.allCases.map(\.rawValue)))")
      }
      return MaskAttentionPrefill(variant: variant, from: try part.int("from", in: 0...layers))
    case "skip-attention":
      try part.check(["from"])
      return SkipAttentionPrefill(skipsFeedForward: false, from: try part.int("from", in: 0...layers))
    case "skip-attention-ffn":
      return try skippedFeedForward(part, store: store, configuration: configuration)
    default:
      throw ModelError(.unknownMethod, "unknown method \"\(part.name)\"; \(suggestion(for: part.name, among: all.map(\.name)))")
    }
  }
}
