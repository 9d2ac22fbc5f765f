/// Rows of numbers kept as bf16: half the memory of a ``Matrix``, each value rounded to 8
/// significant bits.
public struct RoundedRows: Sendable {
  public let columns: Int
  public private(set) var rows = 0
  private var bits: [UInt16] = []  // [rows, columns]

  public init(columns: Int) { self.columns = columns }

  public mutating func reserveRows(_ count: Int) { bits.reserveCapacity(count * columns) }

  /// Rounds the rows of a matrix to nearest, ties to even, and appends them.
  public mutating func append(_ matrix: Matrix) {
    let start = rows
    grow(toRows: rows + matrix.rows)
    replaceRows(from: start, with: matrix)
  }

  /// Rounds the rows of a matrix and overwrites rows from `start` on with them.
  public mutating func replaceRows(from start: Int, with matrix: Matrix) {
    precondition(matrix.columns == columns && start >= 0 && start + matrix.rows <= rows)
    bits.withUnsafeMutableBufferPointer { bits in
      matrix.values.withUnsafeBufferPointer { values in
        for i in values.indices {
          let word = values[i].bitPattern
          bits[start * columns + i] = UInt16(
            truncatingIfNeeded: (word &+ 0x7FFF &+ (word >> 16 & 1)) >> 16)
        }
      }
    }
  }

  /// Overwrites rows from `target` on with other rows.
  public mutating func copyRows(_ source: Range<Int>, to target: Int) {
    precondition(
      source.lowerBound >= 0 && source.upperBound <= rows && target >= 0
        && target + source.count <= rows)
    let copied = Array(bits[source.lowerBound * columns..<source.upperBound * columns])
    bits.replaceSubrange(target * columns..<target * columns + copied.count, with: copied)
  }

  /// Appends rows of zeros up to `count` rows.
  public mutating func grow(toRows count: Int) {
    guard count > rows else { return }
    bits.append(contentsOf: repeatElement(0, count: (count - rows) * columns))
    rows = count
  }

  /// Drops all rows from `count` on; the storage keeps its capacity.
  public mutating func truncate(toRows count: Int) {
    bits.removeLast((rows - count) * columns)
    rows = count
  }

  /// The rows' bits. // [rows, columns] UInt16
  func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R { bits.withUnsafeBytes(body) }

  /// The rows as floats.
  public var matrix: Matrix {
    Matrix(rows: rows, columns: columns) { output in
      bits.withUnsafeBufferPointer { bits in
        for i in bits.indices { output[i] = Float(bitPattern: UInt32(bits[i]) << 16) }
      }
    }
  }
}
