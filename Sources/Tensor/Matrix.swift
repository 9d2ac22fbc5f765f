import CKernels

/// A dense matrix of 32-bit floats in row-major order.
///
/// Activations are matrices whose rows are tokens: `[tokens, hidden]`. Value semantics; every
/// operator of this module either returns a new matrix or changes one in place, and never keeps a
/// reference.
public struct Matrix: Sendable, Equatable {
  public let columns: Int
  public private(set) var rows: Int
  /// Row-major storage, `rows * columns` values.
  public var values: [Float]

  /// A matrix over existing values.
  /// - Precondition: `values.count == rows * columns`.
  public init(rows: Int, columns: Int, values: [Float]) {
    precondition(
      values.count == rows * columns, "Matrix: \(values.count) values for \(rows) x \(columns)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// A matrix of zeros.
  public init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, values: [Float](repeating: 0, count: rows * columns))
  }

  /// A matrix that `fill` writes in full; nothing is zeroed before.
  init(rows: Int, columns: Int, fill: (UnsafeMutableBufferPointer<Float>) -> Void) {
    let count = rows * columns
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      let all = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
      ck_advise_large_pages(all.baseAddress, count * MemoryLayout<Float>.stride)
      fill(all)
      initialized = count
    }
    self.init(rows: rows, columns: columns, values: values)
  }

  public subscript(row: Int) -> ArraySlice<Float> { values[row * columns..<(row + 1) * columns] }

  /// A copy of consecutive rows.
  public subscript(rows range: Range<Int>) -> Matrix {
    Matrix(
      rows: range.count, columns: columns,
      values: Array(values[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// A copy of the rows with these indices, in this order.
  public func gathered(_ indices: [Int]) -> Matrix {
    var gathered: [Float] = []
    gathered.reserveCapacity(indices.count * columns)
    for row in indices { gathered.append(contentsOf: self[row]) }
    return Matrix(rows: indices.count, columns: columns, values: gathered)
  }

  /// Appends the rows of `other` below.
  public mutating func append(_ other: Matrix) {
    precondition(other.columns == columns)
    values.append(contentsOf: other.values)
    rows += other.rows
  }

  /// Overwrites rows from `start` on.
  public mutating func replaceRows(from start: Int, with other: Matrix) {
    precondition(other.columns == columns && start >= 0 && start + other.rows <= rows)
    copy(other.values.span, to: start * columns)
  }

  /// Overwrites rows from `target` on with earlier rows of the same matrix.
  public mutating func copyRows(_ source: Range<Int>, to target: Int) {
    replaceRows(from: target, with: self[rows: source])
  }

  /// Appends rows of zeros up to `count` rows.
  public mutating func grow(toRows count: Int) {
    guard count > rows else { return }
    values.append(contentsOf: repeatElement(0, count: (count - rows) * columns))
    rows = count
  }

  private mutating func copy(_ source: Span<Float>, to start: Int) {
    var target = values.mutableSpan
    for i in source.indices { target[start + i] = source[i] }
  }

  /// Drops all rows from `count` on; the storage keeps its capacity.
  public mutating func truncate(toRows count: Int) {
    precondition(count <= rows)
    values.removeLast((rows - count) * columns)
    rows = count
  }

  public mutating func reserveRows(_ count: Int) { values.reserveCapacity(count * columns) }

  /// The matrices one below the other.
  public static func stacked(_ parts: [Matrix]) -> Matrix {
    let columns = (parts.first { $0.rows > 0 } ?? parts.first)?.columns ?? 0
    var values: [Float] = []
    values.reserveCapacity(parts.reduce(0) { $0 + $1.values.count })
    for part in parts {
      precondition(part.columns == columns || part.rows == 0)
      values.append(contentsOf: part.values)
    }
    return Matrix(rows: parts.reduce(0) { $0 + $1.rows }, columns: columns, values: values)
  }
}
