public import DataFormats
import Diagnostics

/// The canvases that AnyRes may choose, as `image_grid_pinpoints` of a `config.json` lists them.
public enum Pinpoints {
  /// The pinpoints of LLaVA-NeXT and ProxyV for crops of 336 pixels.
  public static let llavaNeXT: [PixelSize] = [
    (336, 672), (672, 336), (672, 672), (1008, 336), (336, 1008),
  ].map {
    PixelSize(width: $0.0, height: $0.1)
  }

  /// More canvases than this, or larger ones, are taken for a mistake.
  static let largestCount = 1024
  static let largestSide = 1 << 15

  /// Reads the setting in any of its three forms: a list of pairs, a Python literal in a string
  /// (`"[(336, 672), (672, 336)]"`), or a range of grids in a string (`"(1x1),...,(6x6)"`: columns
  /// outside, rows inside, both ends included, times `cropSize`).
  /// - Throws: ``ImageError`` `invalid-image-configuration` that names the key.
  public static func parse(_ node: JSONNode, cropSize: Int) throws(ImageError) -> [PixelSize] {
    do {
      return try parse(node.value, cropSize: cropSize)
    } catch {
      throw ImageError(error.code, error.message, at: node.location)
    }
  }

  public static func parse(_ value: JSONValue, cropSize: Int) throws(ImageError) -> [PixelSize] {
    var sizes: [PixelSize] = []
    switch value {
    case .array(let items):
      for item in items {
        guard let sides = item.arrayValue, sides.count == 2, let width = sides[0].intValue,
          let height = sides[1].intValue
        else {
          throw wrong("expected a list of [width, height] pairs")
        }
        sizes.append(PixelSize(width: width, height: height))
      }
    case .string(let text) where text.contains("x"):
      sizes = try gridRange(text, cropSize: cropSize)
    case .string(let text):
      var literal = PairListLiteral(Array(text.utf8))
      guard let pairs = literal.parse() else {
        throw wrong("\"\(text)\" is not a list of (width, height) pairs")
      }
      sizes = pairs
    default:
      throw wrong("expected a list of [width, height] pairs or a string, found \(value.kind)")
    }
    try check(sizes, cropSize: cropSize)
    return sizes
  }

  /// Checks that there are canvases and that tiles of `cropSize` fill each exactly.
  static func check(_ sizes: [PixelSize], cropSize: Int) throws(ImageError) {
    if sizes.isEmpty { throw wrong("the list is empty") }
    if sizes.count > largestCount {
      throw wrong("\(sizes.count) canvases are more than \(largestCount)")
    }
    for size in sizes {
      guard size.width > 0, size.height > 0, size.width <= largestSide, size.height <= largestSide,
        cropSize > 0, size.width % cropSize == 0, size.height % cropSize == 0
      else { throw wrong("\(size) is not made of tiles of \(cropSize) x \(cropSize)") }
    }
  }

  /// The grids from the first to the last `(AxB)` in the text.
  private static func gridRange(_ text: String, cropSize: Int) throws(ImageError) -> [PixelSize] {
    let grids = text.matches(of: /\(([0-9]{1,4})x([0-9]{1,4})\)/)
    guard let first = grids.first, let last = grids.last, let startX = Int(first.output.1),
      let startY = Int(first.output.2),
      let endX = Int(last.output.1), let endY = Int(last.output.2)
    else { throw wrong("\"\(text)\" is not a range of grids like (1x1),...,(6x6)") }
    guard startX <= endX, startY <= endY, (endX - startX + 1) * (endY - startY + 1) <= largestCount,
      cropSize <= largestSide
    else {
      throw wrong("\"\(text)\" is empty or has more than \(largestCount) grids")
    }
    return (startX...endX).flatMap { x in
      (startY...endY).map { y in PixelSize(width: x * cropSize, height: y * cropSize) }
    }
  }

  private static func wrong(_ reason: String) -> ImageError {
    ImageError(.invalidConfiguration, "image_grid_pinpoints: \(reason)")
  }
}

/// Reads `[(336, 672), (672, 336)]`, with brackets or parentheses in either place; nothing is
/// evaluated.
private struct PairListLiteral {
  private let text: [UInt8]
  private var position = 0

  init(_ text: [UInt8]) { self.text = text }

  mutating func parse() -> [PixelSize]? {
    guard let pairs = sequence({ literal in literal.pair() }) else { return nil }
    skipSpaces()
    return position == text.count ? pairs : nil
  }

  private mutating func pair() -> PixelSize? {
    guard let sides = sequence({ literal in literal.number() }), sides.count == 2 else {
      return nil
    }
    return PixelSize(width: sides[0], height: sides[1])
  }

  private mutating func sequence<Element>(
    _ element: (inout PairListLiteral) -> Element?
  ) -> [Element]? {
    let close: Character
    if take("[") { close = "]" } else if take("(") { close = ")" } else { return nil }
    var elements: [Element] = []
    while !take(close) {
      if !elements.isEmpty {
        guard take(",") else { return nil }
        if take(close) { break }
      }
      guard let next = element(&self) else { return nil }
      elements.append(next)
    }
    return elements
  }

  private mutating func number() -> Int? {
    skipSpaces()
    let start = position
    while position < text.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[position]) {
      position += 1
    }
    return Int(String(decoding: text[start..<position], as: UTF8.self))
  }

  private mutating func take(_ character: Character) -> Bool {
    skipSpaces()
    guard position < text.count, text[position] == character.asciiValue else { return false }
    position += 1
    return true
  }

  private mutating func skipSpaces() {
    while position < text.count,
      text[position] == UInt8(ascii: " ") || text[position] == UInt8(ascii: "\n")
    { position += 1 }
  }
}
