import Foundation
import Tensor

/// VisionZip: keeps the patches that the vision tower's class token attends to most, and merges the
/// others into a few contextual tokens, before the projector (spec, section 6.1).
///
/// `dominant` counts the class token: `dominant - 1` patches stay, in their order. Of the others,
/// every `step`-th is a target; each remaining one joins the target whose key is most alike, and a
/// contextual token is the target **plus** the mean of its members. A crop then has `dominant +
/// contextual` tokens.
struct VisionZip: Sendable {
  let dominant: Int
  let contextual: Int

  var tokensPerCrop: Int { dominant + contextual }
  var name: String { "visionzip:dominant=\(dominant),contextual=\(contextual)" }

  init(_ part: MethodSpecification.Part, patchCount: Int) throws(ModelError) {
    try part.check(["dominant", "contextual"])
    dominant = try part.int("dominant", default: 360, in: 1...patchCount + 1)
    contextual = try part.int("contextual", default: 40, in: 0...patchCount)
    guard dominant + contextual <= patchCount + 1 else {
      throw ModelError(
        .unknownMethod,
        """
        visionzip: \(dominant) dominant and \(contextual) contextual tokens are more than the \
        \(patchCount) patches and the class token of a crop
        """
      )
    }
  }

  init(dominant: Int, contextual: Int) {
    self.dominant = dominant
    self.contextual = contextual
  }

  /// What was chosen in one crop; indices count the class token as 0 and patch `p` as `p + 1`.
  struct Selection: Sendable, Equatable {
    /// The class token's attention to each patch, summed over heads. // [patches]
    var attention: [Float]
    var kept: [Int]  // [dominant], ascending
    var remaining: [Int]  // ascending
    /// Places in `remaining`.
    var targets: [Int]
    var merged: [Int]
    /// The target of each merged token, as a place in `targets`.
    var assignment: [Int]
  }

  /// Reduces the tokens of all crops.
  ///
  /// - Parameter state: the tower's last used layer: hidden states, queries and keys // each [crops
  ///   * (1 + patches), D]
  /// - Returns: tokens [crops * tokensPerCrop, D] and what was chosen in each crop
  func callAsFunction(
    _ state: CLIPVisionTower.LastLayer, headDimension: Int
  ) -> (tokens: Matrix, selections: [Selection]) {
    let perCrop = state.tokens.rows / state.crops
    var parts: [Matrix] = []
    var selections: [Selection] = []
    for crop in 0..<state.crops {
      let range = crop * perCrop..<(crop + 1) * perCrop
      let hidden = state.tokens[rows: range]
      let selection = select(
        queries: state.queries[rows: range], keys: state.keys[rows: range],
        headDimension: headDimension)
      parts.append(hidden.gathered(selection.kept))
      parts.append(contextualTokens(hidden, selection))
      selections.append(selection)
    }
    return (.stacked(parts), selections)
  }

  func select(queries: Matrix, keys: Matrix, headDimension: Int) -> Selection {
    let attention = Self.classAttention(queries: queries, keys: keys, headDimension: headDimension)
    let patches = attention.indices.sorted {
      attention[$0] != attention[$1] ? attention[$0] > attention[$1] : $0 < $1
    }
    let kept = ([0] + patches.prefix(dominant - 1).map { $0 + 1 }).sorted()
    let keptSet = Set(kept)
    let remaining = (0..<keys.rows).filter { !keptSet.contains($0) }
    let step = max(1, contextual > 0 ? remaining.count / contextual : 1)
    let targets = Array(stride(from: 0, to: remaining.count, by: step).prefix(contextual))
    let targetSet = Set(targets)
    // Without targets there is nothing to merge into: the others are dropped.
    let merged = targets.isEmpty ? [] : remaining.indices.filter { !targetSet.contains($0) }
    let metric = Self.metric(keys, headDimension: headDimension)
    let assignment = merged.map { place in
      var best = (target: 0, similarity: -Float.infinity)
      for (index, target) in targets.enumerated() {
        let similarity = zip(metric[remaining[place]], metric[remaining[target]]).reduce(Float(0)) {
          $0 + $1.0 * $1.1
        }
        if similarity > best.similarity { best = (index, similarity) }
      }
      return best.target
    }
    return Selection(
      attention: attention, kept: kept, remaining: remaining, targets: targets, merged: merged,
      assignment: assignment)
  }

  private func contextualTokens(_ hidden: Matrix, _ selection: Selection) -> Matrix {
    var members = [Int](repeating: 0, count: selection.targets.count)
    var sums = Matrix(rows: selection.targets.count, columns: hidden.columns)
    for (place, target) in zip(selection.merged, selection.assignment) {
      members[target] += 1
      for (i, value) in hidden[selection.remaining[place]].enumerated() {
        sums.values[target * hidden.columns + i] += value
      }
    }
    for (index, target) in selection.targets.enumerated() {
      let own = hidden[selection.remaining[target]]
      for (i, value) in own.enumerated() {
        let place = index * hidden.columns + i
        sums.values[place] = value + sums.values[place] / Float(max(members[index], 1))
      }
    }
    return sums
  }

  /// LLaVA-NeXT's order of an image's reduced tokens, as places among those of all its crops: the
  /// whole image; then of all tiles the dominant patches, in raster order over the tiles' grid;
  /// then each tile's class token; then each tile's contextual tokens.
  ///
  /// - Parameters:
  ///   - selections: of the whole image and of each tile, row by row
  ///   - columns: of the tiles' grid
  func nextOrder(_ selections: [Selection], columns: Int, patchesPerSide side: Int) -> [Int] {
    let tiles = selections.indices.dropFirst()
    var patches: [(place: Int, index: Int)] = []
    for tile in tiles {
      let (tileRow, tileColumn) = (tile - 1).quotientAndRemainder(dividingBy: columns)
      for (index, kept) in selections[tile].kept.enumerated() where kept > 0 {
        let (row, column) = (kept - 1).quotientAndRemainder(dividingBy: side)
        patches.append(
          (
            (tileRow * side + row) * columns * side + tileColumn * side + column,
            tile * tokensPerCrop + index
          ))
      }
    }
    return Array(0..<min(1, selections.count) * tokensPerCrop)
      + patches.sorted { $0.place < $1.place }.map(\.index)
      + tiles.map { $0 * tokensPerCrop }
      + tiles.flatMap { $0 * tokensPerCrop + dominant..<($0 + 1) * tokensPerCrop }
  }

  /// Softmax attention of the class token to each patch, summed over heads. // [patches]
  static func classAttention(queries: Matrix, keys: Matrix, headDimension h: Int) -> [Float] {
    var sums = [Float](repeating: 0, count: keys.rows - 1)
    let scale = 1 / Float(h).squareRoot()
    for head in 0..<queries.columns / h {
      let scores = (0..<keys.rows).map { key in
        (0..<h).reduce(Float(0)) {
          $0 + queries.values[head * h + $1] * keys.values[key * keys.columns + head * h + $1]
        } * scale
      }
      let weights = Matrix(rows: 1, columns: scores.count, values: scores).softmaxedRows.values
      for patch in sums.indices { sums[patch] += weights[patch + 1] }
    }
    return sums
  }

  /// The mean of a token's keys over heads, of length 1: what tokens are compared by. // [1 +
  /// patches][headDimension]
  static func metric(_ keys: Matrix, headDimension h: Int) -> [[Float]] {
    let heads = keys.columns / h
    return (0..<keys.rows).map { row in
      var mean = [Float](repeating: 0, count: h)
      for head in 0..<heads {
        for i in 0..<h { mean[i] += keys.values[row * keys.columns + head * h + i] }
      }
      for i in 0..<h { mean[i] /= Float(heads) }
      let length = mean.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
      return length > 0 ? mean.map { $0 / length } : mean
    }
  }
}
