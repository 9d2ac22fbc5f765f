import Checkpoints
import Tensor

/// What a method is before it has weights: its checked name and parameters, and what it costs. The cost of any model's prefill
/// follows from this and the shapes alone.
protocol PrefillPlan: Sendable {
  /// The name on the command line and in logs, with its parameters.
  var name: String { get }
  /// Why questions on one image cannot share its prefix: the question influences the image tokens. The prefix is then the whole
  /// prompt. nil where they can.
  var prefixRefusal: String? { get }
  /// Proxy tokens of a crop, where the method has its own number.
  var proxiesPerCrop: Int? { get }

  /// What one layer does for the prefix of a prompt, in tokens.
  /// - Parameter kept: what ``KVCache/keptVision`` says after a run, or empty: a method that drops tokens then counts as if the first stayed
  func work(layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape, layers: Int) -> LayerWork

  /// The method with its weights.
  func loaded(store: WeightLoader, configuration: ModelConfiguration) throws -> any PrefillMethod
}

/// What a decoder does with vision tokens during prefill: the one thing in which the compared methods differ.
///
/// A method computes the *prefix*: everything up to the end of the last image, which no question can influence. It leaves
/// keys and values of [vision ; newline ; text before the image] in every layer of the cache; what follows is ordinary
/// decoding and common to all methods (`Decoder.extend`).
protocol PrefillMethod: PrefillPlan {
  /// - Parameters:
  ///   - prompt: layout and position ids
  ///   - vision: projected features, given away so that they are not kept beside the states made of them // [crops * tokensPerCrop, hidden]
  ///   - rest: embeddings of newlines, then of the text before the end of the last image // [crops + prefixText, hidden]
  ///   - cache: empty; gets the prefix's keys and values
  ///   - recorder: keeps activations for inspection, or nil
  /// - Returns: the last layer's output for `rest` // [crops + prefixText, hidden]
  func prefill(
    prompt: PackedPrompt, vision: consuming Matrix, rest: Matrix, decoder: Decoder, cache: inout KVCache, compute: Compute,
    recorder: ActivationRecorder?) -> Matrix
}

extension PrefillPlan {
  var prefixRefusal: String? { nil }
  var proxiesPerCrop: Int? { nil }
}

extension PrefillMethod {
  /// A method without weights of its own is its own plan.
  func loaded(store: WeightLoader, configuration: ModelConfiguration) throws -> any PrefillMethod { self }
}

extension PrefillMethod {
  /// Ordinary layers over [vision ; rest], where every token attends by position id: the whole of the baseline, and what
  /// every other method does before its first layer.
  ///
  /// - Parameter x: [vision ; newline ; text] // [tokens, hidden]
  func runOrdinaryLayers(
    _ range: Range<Int>, of x: consuming Matrix, prompt: PackedPrompt, decoder: Decoder, cache: inout KVCache, compute: Compute,
    recorder: ActivationRecorder?
  ) -> Matrix {
    let positions = prompt.prefixPositions
    let visible = VisibleKeys(queryPositions: positions, segments: prompt.cacheSegments(textCount: prompt.prefixTextCount))
    let rotary = decoder.rotary(positions)
    for index in range {
      x = decoder.layers[index].forward(consume x, rotary: rotary, cache: &cache.layers[index], visible: visible, compute)
      recorder?.recordLayer(index, x: x, prompt: prompt)
    }
    return x
  }
}

extension PackedPrompt {
  /// Position ids of [vision ; newline ; text up to the end of the last image].
  var prefixPositions: [Int] { visionPositions + restPositions }
  /// Position ids of [newline ; text up to the end of the last image].
  var restPositions: [Int] { newlinePositions + textPositions[..<prefixTextCount] }
}
