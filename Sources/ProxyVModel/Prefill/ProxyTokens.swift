import Checkpoints
import Foundation
import Tensor

/// Where proxy tokens come from, and how what they learn is spread over the vision tokens (spec,
/// section 5.3).
struct ProxyTokens: Sendable {
  private let layout: ProxyLayout
  /// `proxyv_tokens` and `Wk` of learned proxies. // [count, r], [r, hidden]
  private let learned: (queries: LinearWeights, key: LinearWeights)?

  init(_ layout: ProxyLayout, store: WeightLoader, configuration: ModelConfiguration) throws {
    self.layout = layout
    guard case .learned(let reduced, _) = layout.source else {
      learned = nil
      return
    }
    let prefix = TensorNaming(configuration).proxyInitializer
    let queries = try store.matrix(
      prefix + "proxyv_tokens", [configuration.proxiesPerCrop, reduced])  // [proxies, r]
    learned = (
      LinearWeights(queries[rows: 0..<layout.count]),
      try store.linear(prefix + "Wk.weight", [reduced, configuration.hiddenSize])
    )
  }

  /// The first proxies, and the map that spreads projected proxies over the vision tokens in all
  /// later layers.
  ///
  /// - Parameter vision: the vision stream that enters the first ProxyV layer // [crops *
  ///   tokensPerCrop, hidden]
  /// - Returns: `proxies` [crops * count, hidden]; `spread` [crops * count, r] -> [crops *
  ///   tokensPerCrop, r]
  func initial(_ vision: Matrix, compute: Compute) -> (proxies: Matrix, spread: (Matrix) -> Matrix)
  {
    let (tokensPerCrop, count) = (layout.tokensPerCrop, layout.count)
    let crops = vision.rows / tokensPerCrop
    let side = Int(Double(tokensPerCrop).squareRoot())
    let grid = Int(Double(count).squareRoot())
    let byGrid = { (projected: Matrix) in
      Self.spreadByGrid(projected, crops: crops, side: side, grid: grid)
    }
    guard case .learned(let reduced, let spreadsByGrid) = layout.source, let learned else {
      return (Self.gridCentres(vision, side: side, grid: grid), byGrid)
    }
    var proxies: [Matrix] = []
    var splats: [Matrix] = []
    for crop in 0..<crops {
      let tokens = vision[rows: crop * tokensPerCrop..<(crop + 1) * tokensPerCrop]
      // A = Q Kᵀ / √r, held transposed. // [tokensPerCrop, proxies]
      var scores = compute.linear(compute.linear(tokens, learned.key), learned.queries)
      let scale = 1 / Float(reduced).squareRoot()
      for i in scores.values.indices { scores.values[i] *= scale }
      proxies.append(
        compute.linear(scores.transposed.softmaxedRows, LinearWeights(tokens.transposed)))
      splats.append(scores.softmaxedRows)
    }
    if spreadsByGrid { return (.stacked(proxies), byGrid) }
    return (
      .stacked(proxies),
      { projected in
        .stacked(
          splats.enumerated().map { crop, splat in
            compute.linear(
              splat, LinearWeights(projected[rows: crop * count..<(crop + 1) * count].transposed))
          })
      }
    )
  }

  /// Bilinear `side` x `side` -> `grid` x `grid` without antialiasing, which is the mean of the 2x2
  /// centre tokens of a cell for an even factor and its centre token for an odd one.
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
            proxies.values[proxy * vision.columns + i] +=
              weight * weight * vision.values[token * vision.columns + i]
          }
        }
      }
    }
    return proxies
  }

  /// Nearest-neighbour upsampling: proxy (a, b) guides the tokens whose row / factor is a and whose
  /// column / factor is b.
  private static func spreadByGrid(_ projected: Matrix, crops: Int, side: Int, grid: Int) -> Matrix
  {
    let factor = side / grid
    let cells = (0..<side * side).map { ($0 / side / factor) * grid + $0 % side / factor }
    return projected.gathered((0..<crops).flatMap { crop in cells.map { crop * grid * grid + $0 } })
  }
}

extension Matrix {
  /// // [rows, columns] -> [columns, rows]
  var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for row in 0..<rows {
      for column in 0..<columns {
        result.values[column * rows + row] = values[row * columns + column]
      }
    }
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
