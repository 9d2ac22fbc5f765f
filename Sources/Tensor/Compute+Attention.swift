import Foundation

extension Compute {
  /// Softmax attention with grouped heads: query head `h` reads key head `h / (queryHeads / keyHeads)`.
  ///
  /// - Parameters:
  ///   - queries: [queries, queryHeads * headDimension]
  ///   - keys: [keys, keyHeads * headDimension]; may hold more rows than any query sees
  ///   - values: like `keys`
  ///   - scale: the factor on every score, `headDimension^-½` in all our models
  /// - Returns: [queries, queryHeads * headDimension]
  public func attention(
    queries: Matrix, keys: Matrix, values: Matrix, headDimension: Int, visible: VisibleKeys, scale: Float
  ) -> Matrix {
    precondition(visible.queries == queries.rows && keys.columns == values.columns)
    let queryHeads = queries.columns / headDimension
    let group = queryHeads / (keys.columns / headDimension)
    var output = Matrix(rows: queries.rows, columns: queries.columns)
    var scores: [Float] = []
    for row in 0..<queries.rows {
      let ranges = visible.ranges(of: row)
      for head in 0..<queryHeads {
        let q = row * queries.columns + head * headDimension
        let k = head / group * headDimension
        scores.removeAll(keepingCapacity: true)
        var largest = -Float.infinity
        for range in ranges {
          for key in range {
            var score: Float = 0
            for i in 0..<headDimension { score += queries.values[q + i] * keys.values[key * keys.columns + k + i] }
            scores.append(score * scale)
            largest = max(largest, score * scale)
          }
        }
        var total: Float = 0
        for i in scores.indices {
          scores[i] = exp(scores[i] - largest)
          total += scores[i]
        }
        var index = 0
        for range in ranges {
          for key in range {
            let weight = scores[index] / total
            index += 1
            for i in 0..<headDimension { output.values[q + i] += weight * values.values[key * values.columns + k + i] }
          }
        }
      }
    }
    return output
  }
}
