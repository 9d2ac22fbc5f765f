/// The shapes that the operators have in the models, by name.
public enum ModelShapes {
  /// A linear map and the numbers of rows that it meets.
  public struct Linear: Sendable {
    public let name: String
    public let inputs: Int
    public let outputs: Int
    /// The gate and the up projection of a gated MLP together.
    public var isGated = false
    public let rows: [Int]
  }

  /// Five crops of 576 vision tokens with 50 text tokens; what remains of them under ProxyV: 180
  /// proxies and the text; the prompt of a vision tower over five crops, and over one.
  static let prefillRows = [2930, 230]
  static let towerRows = [2885, 577]

  /// LLaMA-7B and CLIP ViT-L.
  public static let linear = [
    Linear(name: "LLaMA-7B q, k, v, o", inputs: 4096, outputs: 4096, rows: prefillRows),
    Linear(name: "LLaMA-7B up", inputs: 4096, outputs: 11008, rows: prefillRows),
    Linear(
      name: "LLaMA-7B gate and up", inputs: 4096, outputs: 11008, isGated: true, rows: prefillRows),
    Linear(name: "LLaMA-7B down", inputs: 11008, outputs: 4096, rows: prefillRows),
    Linear(name: "ViT-L q, k, v, o", inputs: 1024, outputs: 1024, rows: towerRows),
    Linear(name: "ViT-L fc1", inputs: 1024, outputs: 4096, rows: towerRows),
    Linear(name: "ViT-L fc2", inputs: 4096, outputs: 1024, rows: towerRows),
  ]

  /// Decoding: one token, or a batch of questions on a page.
  public static let decode = Linear(
    name: "LLaMA-7B up", inputs: 4096, outputs: 11008, rows: [1, 2, 4, 8, 16])

  public static let attention: [(name: String, size: AttentionCase)] = [
    (
      "LLaMA-7B prefill",
      .init(
        queries: 2930, keys: 2930, queryHeads: 32, keyHeads: 32, headDimension: 128, mask: .causal)
    ),
    (
      "LLaMA-7B after a page",
      .init(
        queries: 16, keys: 2930, queryHeads: 32, keyHeads: 32, headDimension: 128, mask: .causal)
    ),
    (
      "LLaMA-7B decode",
      .init(queries: 1, keys: 2930, queryHeads: 32, keyHeads: 32, headDimension: 128, mask: .causal)
    ),
    (
      "Llama-3 decode",
      .init(queries: 1, keys: 2930, queryHeads: 32, keyHeads: 8, headDimension: 128, mask: .causal)
    ),
    (
      "ViT-L crop",
      .init(queries: 577, keys: 577, queryHeads: 16, keyHeads: 16, headDimension: 64, mask: .all)
    ),
  ]
}
