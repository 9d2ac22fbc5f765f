import Checkpoints
import Tensor

/// What a method is before it has weights: its checked name and parameters, and what it costs. The
/// cost of any model's prefill follows from this and the shapes alone.
protocol PrefillPlan: Sendable {
  /// The name on the command line and in logs, with its parameters.
  var name: String { get }
  /// Why questions on one image cannot share its prefix: the question influences the image tokens.
  /// The prefix is then the whole prompt. nil where they can.
  var prefixRefusal: String? { get }
  /// Proxy tokens of a crop, where the method has its own number.
  var proxiesPerCrop: Int? { get }

  /// What one layer does for the prefix of a prompt, in tokens.
  /// - Parameter kept: what ``KVCache/keptVision`` says after a run, or empty: a method that drops
  ///   tokens then counts as if the first stayed
  func work(
    layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape
  ) -> LayerWork
  /// Position ids of the vision tokens in a layer: all of the prompt's by default.
  func visionPositions(inLayer layer: Int, prompt: PackedPrompt, kept: [Int: [Int]]) -> [Int]
  /// Multiply-adds of choosing the tokens that stay from a layer on, part of
  /// ``work(layer:prompt:kept:shape:)``: none by default.
  func choiceWork(
    layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape
  ) -> TokenKinds

  /// The method with its weights.
  func loaded(store: WeightLoader, configuration: ModelConfiguration) throws -> any PrefillMethod
}

/// What a decoder does with vision tokens during prefill: the one thing in which the compared
/// methods differ.
///
/// A method computes the *prefix*: everything up to the end of the last image, which no question
/// can influence. It leaves keys and values of [vision ; newline ; text before the image] in every
/// layer of the cache; what follows is ordinary decoding and common to all methods
/// (`Decoder.extend`).
///
/// Of the last layer only keys and values are read afterwards, and the state of one token. That is
/// the same for all methods, so they run the layers before it, and
/// ``Decoder/closingState(of:cache:compute:)`` is the end of every prefix.
protocol PrefillMethod: PrefillPlan {
  /// - Parameters:
  ///   - layers: how many layers to run: all but the last, or all where activations are recorded
  ///   - prompt: layout and position ids
  ///   - vision: projected features, given away so that they are not kept beside the states made of
  ///     them // [crops * tokensPerCrop, hidden]
  ///   - rest: embeddings of newlines, then of the text before the end of the last image // [crops
  ///     + prefixText, hidden]
  ///   - cache: empty; gets the prefix's keys and values
  ///   - recorder: keeps activations for inspection, or nil
  func prefill(
    layers: Int, prompt: PackedPrompt, vision: consuming Matrix, rest: Matrix, decoder: Decoder,
    cache: inout KVCache, compute: Compute,
    recorder: ActivationRecorder?
  ) -> PrefixStates
}

/// The tokens of a prefix after some layers, in the order of the cache.
struct PrefixStates {
  /// The states, in pieces as a method keeps them, with their position ids; the last one is the
  /// prefix's last token.
  let pieces: [(x: Matrix, positions: [Int])]  // [tokens, hidden]
  /// The cache's keys, as the tokens see them.
  let segments: [VisibleKeys.Segment]

  /// The states of a prefix that has all of its vision tokens.
  init(_ pieces: [Matrix], of prompt: PackedPrompt) {
    var positions = prompt.prefixPositions[...]
    self.pieces = pieces.map { piece in
      defer { positions = positions.dropFirst(piece.rows) }
      return (piece, Array(positions.prefix(piece.rows)))
    }
    segments = prompt.prefixSegments
  }

  init(_ x: Matrix, positions: [Int], segments: [VisibleKeys.Segment]) {
    pieces = [(x, positions)]
    self.segments = segments
  }

  /// The last token's state. // [1, hidden]
  var last: Matrix? {
    guard let x = pieces.last?.x, x.rows > 0 else { return nil }
    return x[rows: x.rows - 1..<x.rows]
  }
}

extension Decoder {
  /// The last layer of a prefix: every token leaves its keys and values, the last one alone attends
  /// and goes through the FFN.
  ///
  /// - Parameter states: the layer's input
  /// - Returns: the layer's output for the last token // [1, hidden]
  func closingState(of states: PrefixStates, cache: inout KVCache, compute: Compute) -> Matrix? {
    let index = layers.count - 1
    for (x, positions) in states.pieces {
      layers[index].project(x, rotary: rotary(positions), into: &cache.layers[index], compute)
    }
    guard let last = states.last, let position = states.pieces.last?.positions.last else {
      return nil
    }
    return layers[index].finished(
      last, rotary: rotary([position]), cache: cache.layers[index],
      visible: VisibleKeys(queryPositions: [position], segments: states.segments), compute)
  }
}

extension PrefillPlan {
  var prefixRefusal: String? { nil }
  var proxiesPerCrop: Int? { nil }
  func visionPositions(inLayer layer: Int, prompt: PackedPrompt, kept: [Int: [Int]]) -> [Int] {
    prompt.visionPositions
  }
  func choiceWork(
    layer: Int, prompt: PackedPrompt, kept: [Int: [Int]], shape: DecoderLayer.Shape
  ) -> TokenKinds { TokenKinds() }
}

extension PrefillMethod {
  /// A method without weights of its own is its own plan.
  func loaded(store: WeightLoader, configuration: ModelConfiguration) throws -> any PrefillMethod {
    self
  }
}

extension PrefillMethod {
  /// Ordinary layers over [vision ; rest], where every token attends by position id: the whole of
  /// the baseline, and what every other method does before its first layer.
  ///
  /// - Parameter x: [vision ; newline ; text] // [tokens, hidden]
  func runOrdinaryLayers(
    _ range: Range<Int>, of x: consuming Matrix, prompt: PackedPrompt, decoder: Decoder,
    cache: inout KVCache, compute: Compute,
    recorder: ActivationRecorder?
  ) -> Matrix {
    let positions = prompt.prefixPositions
    let visible = VisibleKeys(queryPositions: positions, segments: prompt.prefixSegments)
    let rotary = decoder.rotary(positions)
    for index in range {
      x = decoder.layers[index].forward(
        consume x, rotary: rotary, cache: &cache.layers[index], visible: visible, compute)
      recorder?.recordLayer(index, x: x, prompt: prompt)
    }
    return x
  }
}

extension PackedPrompt {
  /// Keys of a cache that holds the prefix: [vision ; newline ; text up to the end of the last
  /// image].
  var prefixSegments: [VisibleKeys.Segment] { cacheSegments(textCount: prefixTextCount) }
  /// Position ids of [vision ; newline ; text up to the end of the last image].
  var prefixPositions: [Int] { visionPositions + restPositions }
  /// Position ids of [newline ; text up to the end of the last image].
  var restPositions: [Int] { newlinePositions + textPositions[..<prefixTextCount] }
}
