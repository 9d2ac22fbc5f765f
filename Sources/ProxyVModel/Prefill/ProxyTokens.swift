import Checkpoints
import Foundation
import Tensor

/// Where proxy tokens come from, and how what they learn is spread over the vision tokens (spec, section 5.3).
struct ProxyTokens: Sendable {
  /// Proxies per crop.
  let count: Int
  private let tokensPerCrop: Int
  private let source: Source

  private enum Source: Sendable {
    /// A proxy per cell of a grid over the crop's square of tokens.
    case spatial(side: Int, grid: Int)
    /// Learned queries that gather from anywhere in the crop; `spreadsByGrid` where the family's update is the spatial one
    /// all the same (Phi-3).
    case learned(queries: LinearWeights, key: LinearWeights, reduced: Int, spreadsByGrid: Bool)
  }

  /// - Throws: ``ModelError`` where spatial proxies are wanted of tokens that form no square any more.
  init(store: WeightLoader, configuration: ModelConfiguration, tokensPerCrop: Int) throws {
    self.tokensPerCrop = tokensPerCrop
    let factor = configuration.proxyReduceFactor
    guard configuration.learnsProxies else {
      guard tokensPerCrop == configuration.tokensPerCrop else {
        throw ModelError(
          .methodUnavailable,
          "spatial proxies need all \(configuration.tokensPerCrop) vision tokens of a crop; a reduction before them needs a checkpoint with learned proxies (learn_proxy)")
      }
      let grid = configuration.tokensPerSide / factor
      count = grid * grid
      source = .spatial(side: configuration.tokensPerSide, grid: grid)
      return
    }
    let all = configuration.proxiesPerCrop
    // After a reduction the official code uses as many of the queries as the same factor gives.
    count = min(all, tokensPerCrop / (factor * factor))
    let spreadsByGrid = configuration.family == .phi3
    guard count > 0, !spreadsByGrid || tokensPerCrop == configuration.tokensPerCrop else {
      throw ModelError(.methodUnavailable, "\(tokensPerCrop) vision tokens per crop are too few for this checkpoint's proxies")
    }
    let prefix = TensorNaming(configuration).proxyInitializer
    let reduced = configuration.guidedMLPWidth
    let queries = try store.matrix(prefix + "proxyv_tokens", [all, reduced])  // [proxies, r]
    source = .learned(
      queries: LinearWeights(queries[rows: 0..<count]), key: try store.linear(prefix + "Wk.weight", [reduced, configuration.hiddenSize]),
      reduced: reduced, spreadsByGrid: spreadsByGrid)
  }

  /// The first proxies, and the map that spreads projected proxies over the vision tokens in all later layers.
  ///
  /// - Parameter vision: the vision stream that enters the first ProxyV layer // [crops * tokensPerCrop, hidden]
  /// - Returns: `proxies` [crops * count, hidden]; `spread` [crops * count, r] -> [crops * tokensPerCrop, r]
  func initial(_ vision: Matrix, compute: Compute) -> (proxies: Matrix, spread: (Matrix) -> Matrix) {
    let crops = vision.rows / tokensPerCrop
    switch source {
    case .spatial(let side, let grid):
      return (Self.gridCentres(vision, side: side, grid: grid), { Self.spreadByGrid($0, crops: crops, side: side, grid: grid) })
    case .learned(let queries, let key, let reduced, let spreadsByGrid):
      var proxies: [Matrix] = []
      var splats: [Matrix] = []
      for crop in 0..<crops {
        let tokens = vision[rows: crop * tokensPerCrop..<(crop + 1) * tokensPerCrop]
        // A = Q Kᵀ / √r, held transposed. // [tokensPerCrop, proxies]
        var scores = compute.linear(compute.linear(tokens, key), queries)
        let scale = 1 / Float(reduced).squareRoot()
        for i in scores.values.indices { scores.values[i] *= scale }
        proxies.append(compute.linear(scores.transposed.softmaxedRows, LinearWeights(tokens.transposed)))
        splats.append(scores.softmaxedRows)
      }
      let side = Int(Double(tokensPerCrop).squareRoot())
      let grid = Int(Double(count).squareRoot())
      return (
        .stacked(proxies),
        { [count] projected in
          if spreadsByGrid { return Self.spreadByGrid(projected, crops: crops, side: side, grid: grid) }
          return .stacked(
            splats.enumerated().map { crop, splat in
              compute.linear(splat, LinearWeights(projected[rows: crop * count..<(crop + 1) * count].transposed))
            })
        }
      )
    }
  }

  /// Multiply-adds of the first proxies; reading them off a grid costs none.
  func initialWork(vision: Int, hidden: Int) -> TokenKinds {
    guard case .learned(_, _, let reduced, _) = source else { return TokenKinds() }
    return TokenKinds(vision: vision * hidden * reduced, proxy: vision * count * (reduced + hidden))
  }

  /// Multiply-adds of spreading projected proxies over the vision tokens of one layer.
  func spreadWork(vision: Int, reduced: Int) -> Int {
    guard case .learned(_, _, _, false) = source else { return 0 }
    return vision * count * reduced
  }

  /// Bilinear `side` x `side` -> `grid` x `grid` without antialiasing, which is the mean of the 2x2 centre tokens of a cell for
  /// an even factor and its centre token for an odd one.
  private static func gridCentres(_ vision: Matrix, side: Int, grid: Int) -> Matrix {
    let factor = side / grid
    let centres = factor % 2 == 0 ? [factor / 2 - 1, factor / 2] : [factor / 2]
    let weight = 1 / Float(centres.count)
    let crops = vision.rows / (side * side)
    var proxies = Matrix(rows: crops * grid * grid, columns: vision.columns)
    for proxy in 0..<proxies.rows {
      let (crop, cell) = proxy.quotientAndRemainder(dividingBy: grid * grid)
      for row in centres {
        for column in centres {
          let y = cell / grid * factor + row
          let x = cell % grid * factor + column
          let token = crop * side * side + y * side + x
          for i in 0..<vision.columns {
            proxies.values[proxy * vision.columns + i] += weight * weight * vision.values[token * vision.columns + i]
          }
        }
      }
    }
    return proxies
  }

  /// Nearest-neighbour upsampling: proxy (a, b) guides the tokens whose row / factor is a and whose column / factor is b.
  private static func spreadByGrid(_ projected: Matrix, crops: Int, side: Int, grid: Int) -> Matrix {
    let factor = side / grid
    let cells = (0..<side * side).map { ($0 / side / factor) * grid + $0 % side / factor }
    return projected.gathered((0..<crops).flatMap { crop in cells.map { crop * grid * grid + $0 } })
  }
}

extension Matrix {
  /// // [rows, columns] -> [columns, rows]
  var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for row in 0..<rows { for column in 0..<columns { result.values[column * rows + row] = values[row * columns + column] } }
    return result
  }

  /// Softmax over each row.
  var softmaxedRows: Matrix {
    var result = self
    for row in 0..<rows {
      let range = row * columns..<(row + 1) * columns
      let largest = values[range].max() ?? 0
      var total: Float = 0
      for i in range {
        result.values[i] = exp(values[i] - largest)
        total += result.values[i]
      }
      for i in range { result.values[i] /= total }
    }
    return result
  }
}
