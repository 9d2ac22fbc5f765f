import Foundation
import Tensor

/// PyramidDrop: after some layers, only the vision tokens stay that the last prompt token attends
/// to most (spec, section 6.2).
///
/// Tokens are ranked with the *next* layer's norm, queries, keys and RoPE: the last prompt token's
/// softmax over everything, averaged over heads. Of the image's original count `N`, `int(N ·
/// ratio)` stay, in their order. Earlier layers keep their caches. In sequential packing
/// (LLaVA-1.5, LLaVA-NeXT) the remaining tokens are numbered anew, as the official code does; in
/// grouped packing they keep their position ids.
struct PyramidDropPrefill: PrefillMethod {
  /// Layers before which tokens are dropped, ascending, with the share of the original count that
  /// stays.
  let stages: [(layer: Int, ratio: Double)]

  var prefixRefusal: String? {
    """
    pyramiddrop ranks the image's tokens by the question, so that every question needs a prefix \
    of its own
    """
  }

  var name: String {
    "pyramiddrop:layers=" + stages.map { String($0.layer) }.joined(separator: "/") + ",ratios="
      + stages.map { String($0.ratio) }.joined(separator: "/")
  }

  init(stages: [(layer: Int, ratio: Double)]) { self.stages = stages }

  /// - Parameter layers: the decoder's; the default stages 12, 20 and 26 of 32 are scaled to them.
  init(_ part: MethodSpecification.Part, layers: Int) throws(ModelError) {
    try part.check(["layers", "ratios"])
    let places: [Int]
    if let text = part.text("layers") {
      places = text.split(separator: "/").compactMap { Int($0) }
      guard places.count == text.split(separator: "/", omittingEmptySubsequences: false).count,
        !places.isEmpty,
        zip(places, places.dropFirst()).allSatisfy({ $0 < $1 }),
        places.allSatisfy({ (1..<layers).contains($0) })
      else {
        throw ModelError(
          .unknownMethod,
          """
          pyramiddrop: layers=\(text) must be ascending numbers from 1 to \(layers - 1), joined \
          with /
          """
        )
      }
    } else {
      places = [12, 20, 26].map { $0 * layers / 32 }
      guard places[0] >= 1, places[0] < places[1], places[1] < places[2] else {
        throw ModelError(
          .unknownMethod, "pyramiddrop: a model of \(layers) layers needs layers=... of its own")
      }
    }
    let ratios =
      part.text("ratios").map { $0.split(separator: "/").compactMap { Double($0) } }
      ?? places.indices.map { pow(0.5, Double($0 + 1)) }
    guard ratios.count == places.count, ratios.allSatisfy({ $0 > 0 && $0 <= 1 }),
      zip(ratios, ratios.dropFirst()).allSatisfy({ $0 >= $1 })
    else {
      throw ModelError(
        .unknownMethod,
        "pyramiddrop: ratios must be \(places.count) falling shares between 0 and 1, joined with /")
    }
    stages = Array(zip(places, ratios))
  }

  func prefill(
    layers: Int, prompt: PackedPrompt, vision: consuming Matrix, rest: Matrix, decoder: Decoder,
    cache: inout KVCache, compute: Compute,
    recorder: ActivationRecorder?
  ) -> PrefixStates {
    var x = Matrix.stacked([consume vision, rest])
    var tokens = Tokens(prompt)
    var rotary = decoder.rotary(tokens.positions)
    var visible = tokens.visible
    var shift = 0
    for (index, layer) in decoder.layers.enumerated() {
      if let stage = stages.firstIndex(where: { $0.layer == index }) {
        let scores = Self.scores(
          x, tokens: tokens, rotary: rotary,
          lastRotary: decoder.rotary(Array(tokens.positions.suffix(1))), layer: layer,
          compute: compute)
        let count = min(
          tokens.vision.count, Int(Double(tokens.droppableCount) * stages[stage].ratio))
        let kept = Self.largest(scores, count: count)
        recorder?.record(
          Matrix(rows: 1, columns: scores.count, values: scores), to: "stage\(stage)_score",
          shape: [scores.count])
        let originals = kept.map { tokens.vision[$0].original }
        cache.keptVision[index] = originals
        recorder?.record(
          Matrix(rows: 1, columns: originals.count, values: originals.map(Float.init)),
          to: "stage\(stage)_kept_original_index", shape: [originals.count])
        x = x.gathered(kept + Array(tokens.vision.count..<x.rows))
        shift += prompt.isSequential ? tokens.vision.count - kept.count : 0
        tokens.keep(kept, numberingAnew: prompt.isSequential)
        rotary = decoder.rotary(tokens.positions)
        visible = tokens.visible
      }
      cache.positionShifts[index] = shift
      if index == layers { break }  // tokens may be dropped before the last layer too
      x = layer.forward(x, rotary: rotary, cache: &cache.layers[index], visible: visible, compute)
      recorder?.recordRest(index, x: x[rows: tokens.vision.count..<x.rows], prompt: prompt)
    }
    return PrefixStates(x, positions: tokens.positions, segments: tokens.segments)
  }

  /// The mean over heads of the last token's attention to each vision token. // [vision]
  private static func scores(
    _ x: Matrix, tokens: Tokens, rotary: RotaryTable, lastRotary: RotaryTable, layer: DecoderLayer,
    compute: Compute
  ) -> [Float] {
    let normed = layer.normed(x, compute)
    let last = x.rows - 1
    let query = layer.queries(normed[rows: last..<x.rows], rotary: lastRotary, compute)
    let keys = layer.keys(normed, rotary: rotary, compute)
    compute.operations.add(keys.rows * query.columns)
    let h = layer.shape.headDimension
    let group = layer.shape.heads / layer.shape.keyValueHeads
    let scale = 1 / Float(h).squareRoot()
    var means = [Float](repeating: 0, count: tokens.vision.count)
    for head in 0..<layer.shape.heads {
      let row = (0..<keys.rows).map { key in
        (0..<h).reduce(Float(0)) {
          $0 + query.values[head * h + $1] * keys.values[key * keys.columns + head / group * h + $1]
        } * scale
      }
      let weights = Matrix(rows: 1, columns: row.count, values: row).softmaxedRows.values
      for token in means.indices { means[token] += weights[token] / Float(layer.shape.heads) }
    }
    return means
  }

  /// The places of the `count` largest scores, ascending; of equal ones the earlier.
  static func largest(_ scores: [Float], count: Int) -> [Int] {
    scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }.prefix(
      count
    ).sorted()
  }

  /// The tokens that are still there: vision first, then newlines and text.
  private struct Tokens {
    var vision: [(original: Int, position: Int)]
    var newlines: [Int]
    var text: [Int]
    let droppableCount: Int

    init(_ prompt: PackedPrompt) {
      vision = prompt.visionPositions.enumerated().map { ($0, $1) }
      newlines = prompt.newlinePositions
      text = Array(prompt.textPositions[..<prompt.prefixTextCount])
      droppableCount = prompt.visionCount
    }

    var positions: [Int] { vision.map(\.position) + newlines + text }

    var segments: [VisibleKeys.Segment] {
      var start = 0
      return [vision.map(\.position), newlines, text].map { positions in
        defer { start += positions.count }
        return VisibleKeys.Segment(start: start, positions: positions)
      }
    }

    var visible: VisibleKeys { VisibleKeys(queryPositions: positions, segments: segments) }

    mutating func keep(_ kept: [Int], numberingAnew: Bool) {
      vision = kept.map { vision[$0] }
      guard numberingAnew else { return }
      let order = positions.enumerated().sorted { $0.element < $1.element }.map(\.offset)
      var renumbered = [Int](repeating: 0, count: order.count)
      for (number, place) in order.enumerated() { renumbered[place] = number }
      for index in vision.indices { vision[index].position = renumbered[index] }
      newlines = Array(renumbered[vision.count..<vision.count + newlines.count])
      text = Array(renumbered[(vision.count + newlines.count)...])
    }
  }
}
