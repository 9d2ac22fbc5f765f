import Tensor

/// Collects activations of one prompt for inspection and for comparison with another
/// implementation.
///
/// Names and shapes are those of the golden files: `hidden_full [layers, sampled vision tokens,
/// hidden]`, `hidden_proxy [ProxyV layers, sampled proxies, hidden]`, `hidden_newline`,
/// `hidden_text`, `proxy_init` ... It is a class because every step of a prefill adds to the same
/// collection; one prompt uses it on one thread.
public final class ActivationRecorder {
  /// Which rows of the large groups are kept.
  public struct Rows: Sendable, Equatable {
    /// Tokens of each crop kept of the vision features.
    public var visionTokens: [Int]
    /// Rows kept of the packed vision tokens, the proxies and the caches.
    public var full: [Int]
    public var proxy: [Int]
    public var cache: [Int]

    public init(visionTokens: [Int], full: [Int], proxy: [Int], cache: [Int]) {
      self.visionTokens = visionTokens
      self.full = full
      self.proxy = proxy
      self.cache = cache
    }
  }

  /// A named tensor of floats.
  public struct Tensor: Sendable {
    public var shape: [Int]
    public var values: [Float]

    public init(shape: [Int], values: [Float]) {
      self.shape = shape
      self.values = values
    }
  }

  public let rows: Rows
  /// Per name and layer, the rows recorded so far.
  private var parts: [String: [Int: Matrix]] = [:]
  private var single: [String: Tensor] = [:]

  public init(rows: Rows) { self.rows = rows }

  func record(_ matrix: Matrix, to name: String, shape: [Int]? = nil) {
    single[name] = Tensor(shape: shape ?? [matrix.rows, matrix.columns], values: matrix.values)
  }

  /// Adds rows of one layer below what it already has.
  func append(_ matrix: Matrix, to name: String, layer: Int) {
    if var existing = parts[name]?[layer] {
      existing.append(matrix)
      parts[name]?[layer] = existing
    } else {
      parts[name, default: [:]][layer] = matrix
    }
  }

  /// A layer's output of the prefix. // x [vision ; newline ; text ...]
  func recordLayer(_ layer: Int, x: Matrix, prompt: PackedPrompt) {
    append(
      x.gathered(rows.full.filter { $0 < prompt.visionCount }), to: "hidden_full", layer: layer)
    recordRest(layer, x: x[rows: prompt.visionCount..<x.rows], prompt: prompt)
  }

  /// A layer's output of the prefix without its vision tokens. // x [newline ; text ...]
  func recordRest(_ layer: Int, x: Matrix, prompt: PackedPrompt) {
    append(x[rows: 0..<prompt.cropCount], to: "hidden_newline", layer: layer)
    append(
      x[rows: prompt.cropCount..<prompt.cropCount + prompt.prefixTextCount], to: "hidden_text",
      layer: layer)
  }

  func recordProxies(_ proxies: Matrix, to name: String, layer: Int?) {
    let sampled = proxies.gathered(rows.proxy.filter { $0 < proxies.rows })
    if let layer { append(sampled, to: name, layer: layer) } else { record(sampled, to: name) }
  }

  /// What a reduction chose in each crop. // [crops, ...]
  func recordSelections(_ selections: [VisionZip.Selection]) {
    func record(_ name: String, _ rows: [[Float]]) {
      single[name] = Tensor(
        shape: [rows.count, rows.first?.count ?? 0], values: rows.flatMap { $0 })
    }
    record("cls_attention_sum", selections.map(\.attention))
    record("keep_indices_sorted", selections.map { $0.kept.map(Float.init) })
    record("remaining_indices", selections.map { $0.remaining.map(Float.init) })
    record("merge_assignment", selections.map { $0.assignment.map(Float.init) })
  }

  /// Keys and values after prefill. // k_cache, v_cache [layers, keyValueHeads, sampled tokens,
  /// headDimension]; where layers keep different tokens `k_cache.0` ... of each layer
  func recordCache(_ cache: KVCache, headDimension: Int) {
    for (name, matrix) in [("k_cache", \LayerCache.keys), ("v_cache", \LayerCache.values)] {
      let heads = (cache.layers.first?.keys.columns ?? 0) / headDimension
      let layers = cache.layers.map { layer in
        let source = layer[keyPath: matrix]
        let sampled = rows.cache.filter { $0 < source.rows }
        let values = (0..<heads).flatMap { head in
          sampled.flatMap { source[$0].dropFirst(head * headDimension).prefix(headDimension) }
        }
        return Tensor(shape: [heads, sampled.count, headDimension], values: values)
      }
      single.merge(Self.joined(layers, as: name)) { $1 }
    }
  }

  /// Everything recorded, by name; per-layer groups become `[layers, rows, hidden]` in layer order,
  /// or `name.0`, `name.1` ... where a method left layers with different numbers of rows.
  public var tensors: [String: Tensor] {
    var all = single
    for (name, layers) in parts {
      let ordered = layers.sorted { $0.key < $1.key }.map {
        Tensor(shape: [$0.value.rows, $0.value.columns], values: $0.value.values)
      }
      all.merge(Self.joined(ordered, as: name)) { $1 }
    }
    return all
  }

  /// Layers of one shape as one tensor with the layer in front, others each for itself.
  private static func joined(_ layers: [Tensor], as name: String) -> [String: Tensor] {
    guard let first = layers.first else { return [:] }
    if layers.allSatisfy({ $0.shape == first.shape }) {
      return [
        name: Tensor(shape: [layers.count] + first.shape, values: layers.flatMap(\.values))
      ]
    }
    return Dictionary(
      uniqueKeysWithValues: layers.enumerated().map { ("\(name).\($0)", $1) })
  }
}
