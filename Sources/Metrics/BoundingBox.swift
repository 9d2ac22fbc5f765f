/// A box by two corners, in whatever unit its owner says: pixels, or parts of the image's width and
/// height.
///
/// Corners are kept as they were given. An inverted box stays inverted: the evaluators differ in
/// what they make of one.
public struct BoundingBox: Sendable, Equatable {
  public var x1, y1, x2, y2: Double

  public init(x1: Double, y1: Double, x2: Double, y2: Double) {
    (self.x1, self.y1, self.x2, self.y2) = (x1, y1, x2, y2)
  }

  /// The box of four numbers in the order x1, y1, x2, y2; nil for any other count.
  public init?(_ numbers: [Double]) {
    guard numbers.count == 4 else { return nil }
    self.init(x1: numbers[0], y1: numbers[1], x2: numbers[2], y2: numbers[3])
  }

  /// What lmms-eval takes an answer without a box for.
  public static let zero = BoundingBox(x1: 0, y1: 0, x2: 0, y2: 0)

  public var numbers: [Double] { [x1, y1, x2, y2] }

  /// The image-relative corners of a box that the data gives as corner and size in pixels.
  ///
  /// Rounded to 32 bits, as the data set's column type does it on the way into the evaluator; that
  /// decides exact ties.
  public static func relative(
    x: Double, y: Double, width: Double, height: Double, inImage image: ImageSize
  ) -> BoundingBox {
    func rounded(_ value: Double) -> Double { Double(Float(value)) }
    let (w, h) = (Double(image.width), Double(image.height))
    return BoundingBox(
      x1: rounded(x / w), y1: rounded(y / h), x2: rounded((x + width) / w),
      y2: rounded((y + height) / h))
  }

  /// Every corner times a factor per axis.
  public func scaled(x: Double, y: Double) -> BoundingBox {
    BoundingBox(x1: x1 * x, y1: y1 * y, x2: x2 * x, y2: y2 * y)
  }

  /// An image-relative box from one that is relative to the image padded to a square, as LLaVA's
  /// training data gives boxes.
  ///
  /// The image lies in the middle of the square; half of an odd difference is rounded down, as the
  /// padding does it.
  public func unpadded(_ image: ImageSize) -> BoundingBox {
    let side = Double(max(image.width, image.height))
    let left = Double(image.leftPadding)
    let top = Double(image.topPadding)
    let (w, h) = (Double(image.width), Double(image.height))
    return BoundingBox(
      x1: (x1 * side - left) / w, y1: (y1 * side - top) / h, x2: (x2 * side - left) / w,
      y2: (y2 * side - top) / h)
  }

  /// Whether the centre of another box lies inside this one, its edges included.
  public func containsCentre(of other: BoundingBox) -> Bool {
    let x = (other.x1 + other.x2) / 2
    let y = (other.y1 + other.y2) / 2
    return x1 <= x && x <= x2 && y1 <= y && y <= y2
  }
}

extension BoundingBox: CustomStringConvertible {
  public var description: String { "[\(x1), \(y1), \(x2), \(y2)]" }
}

/// Width and height of an image in pixels.
public struct ImageSize: Sendable, Equatable {
  public var width: Int
  public var height: Int

  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// Columns left of the image when it is padded to a square.
  var leftPadding: Int { height > width ? (height - width) / 2 : 0 }
  /// Rows above the image when it is padded to a square.
  var topPadding: Int { width > height ? (width - height) / 2 : 0 }
}
