public import Checkpoints
import Diagnostics

/// The prefill methods by name.
public enum PrefillMethodCatalog {
  /// Every name that `--method` takes, with its parameters and what it does.
  public static let all: [(name: String, grammar: String, summary: String)] = [
    ("baseline", "baseline", "vision tokens take part in attention and FFN of every layer"),
    (
      "proxyv", "proxyv:from=12",
      """
      from the checkpoint's start layer on, or a later one, proxy tokens stand in for the \
      vision tokens; spatial or learned, as the checkpoint was trained
      """
    ),
    (
      "visionzip", "visionzip:dominant=360,contextual=40",
      """
      keeps the tokens that the vision tower's class token attends to, and merges the others; \
      joins with another method: visionzip+proxyv
      """
    ),
    (
      "pyramiddrop", "pyramiddrop:layers=12/20/26,ratios=0.5/0.25/0.125",
      "drops vision tokens after some layers, ranked by the last prompt token's attention"
    ),
    (
      "mask-attention", "mask-attention:from=16,variant=self-only",
      """
      cuts vision-to-vision attention from a layer on; self-only (what the paper's skipped \
      attention costs), except-self or all
      """
    ),
    (
      "skip-attention", "skip-attention:from=16",
      "vision tokens get no attention output from a layer on, their FFN stays"
    ),
    (
      "skip-attention-ffn", "skip-attention-ffn:from=16,mlp=none",
      """
      vision tokens pass layers unchanged from a layer on, or through the checkpoint's light \
      MLPs (mlp=light); text still attends to them
      """
    ),
  ]

  /// How the names of ``all`` are put together.
  public static let grammar =
    """
    A method is a name, or name:key=value,key=value. A parameter that is left out has its \
    default, which for layers follows the checkpoint; only the from of mask-attention and the \
    skip methods must be given. visionzip joins with one other method: visionzip+proxyv \
    (learned proxies), visionzip+pyramiddrop.
    """

  /// A chosen method: what reduces the vision tokens before the decoder, and what the decoder does
  /// with them.
  struct Choice {
    var reduction: VisionZip?
    var plan: any PrefillPlan

    /// As recorded with a run.
    var name: String {
      guard let reduction else { return plan.name }
      return plan is BaselinePrefill ? reduction.name : reduction.name + "+" + plan.name
    }
  }

  /// The method that a checkpoint was trained for.
  public static func defaultName(_ configuration: ModelConfiguration) -> String {
    configuration.usesProxies
      ? "proxyv"
      : configuration.lightMLPStartLayer == nil ? "baseline" : "skip-attention-ffn:mlp=light"
  }

  /// The method that `text` describes, or, where it is nil, the one that the checkpoint was trained
  /// for.
  /// - Throws: ``ModelError`` for an unknown name or parameter, layers out of range, or a method
  ///   whose weights the checkpoint lacks.
  static func choice(
    _ text: String?, configuration: ModelConfiguration, patchCount: Int
  ) throws(ModelError) -> Choice {
    let specification = try MethodSpecification(text ?? defaultName(configuration))
    var reduction: VisionZip?
    var plan: (any PrefillPlan)?
    for part in specification.parts {
      if part.name == "visionzip" {
        guard reduction == nil, plan == nil else { throw combination(text ?? "") }
        reduction = try VisionZip(part, patchCount: patchCount)
        continue
      }
      guard plan == nil else { throw combination(text ?? "") }
      plan = try prefillPlan(
        part, configuration: configuration,
        tokensPerCrop: reduction?.tokensPerCrop ?? configuration.tokensPerCrop)
    }
    return Choice(reduction: reduction, plan: plan ?? BaselinePrefill())
  }

  private static func combination(_ text: String) -> ModelError {
    ModelError(
      .unknownMethod,
      """
      --method \"\(text)\" cannot be combined so; write one reduction, then at most one prefill \
      method: visionzip+proxyv
      """
    )
  }

  private static func prefillPlan(
    _ part: MethodSpecification.Part, configuration: ModelConfiguration, tokensPerCrop: Int
  ) throws(ModelError) -> any PrefillPlan {
    switch part.name {
    case "baseline":
      try part.check([])
      return BaselinePrefill()
    case "proxyv":
      return try ProxyVPlan(part, configuration: configuration, tokensPerCrop: tokensPerCrop)
    case "pyramiddrop": return try PyramidDropPrefill(part, layers: configuration.layerCount)
    case "mask-attention": return try MaskAttentionPrefill(part, layers: configuration.layerCount)
    case "skip-attention":
      return try SkipAttentionPlan(part, skipsFeedForward: false, configuration: configuration)
    case "skip-attention-ffn":
      return try SkipAttentionPlan(part, skipsFeedForward: true, configuration: configuration)
    default:
      throw ModelError(
        .unknownMethod,
        "unknown method \"\(part.name)\"; \(suggestion(for: part.name, among: all.map(\.name)))")
    }
  }
}
