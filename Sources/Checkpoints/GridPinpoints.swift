import DataFormats

extension GridResolution {
  /// The grid of the released checkpoints.
  public static let standard = [(336, 672), (672, 336), (672, 672), (1008, 336), (336, 1008)].map {
    GridResolution(width: $0, height: $1)
  }

  /// Reads `image_grid_pinpoints`: a list of pairs, the same as Python text, or a range of grids
  /// such as `(1x1),...,(2x3)`.
  ///
  /// - Parameters:
  ///   - cropSide: pixels per grid cell; every resolution must be a multiple of it.
  ///   - heightFirst: whether pairs are (height, width), as Transformers writes them.
  /// - Returns: in listed order; empty where the key is absent.
  static func list(
    _ reader: ConfigurationReader, cropSide: Int, heightFirst: Bool
  ) throws -> [GridResolution] {
    let key = "image_grid_pinpoints"
    guard let node = try reader.node.optional(key) else { return [] }
    let pairs: JSONNode
    if let text = node.value.stringValue {
      if text.contains("x") { return try range(text, reader, key, cropSide: cropSide) }
      guard let parsed = pythonPairs(text) else {
        throw reader.invalid(key, "the text is no list of pairs such as [(336, 672), (672, 336)]")
      }
      pairs = JSONNode(parsed, file: node.file, path: node.path)
    } else {
      pairs = node
    }
    let items = try pairs.list()
    guard items.count <= 10_000 else {
      throw reader.invalid(key, "\(items.count) resolutions are too many")
    }
    return try items.map { item in
      let sides = try item.list().map { try $0.int() }
      guard sides.count == 2,
        sides.allSatisfy({ ConfigurationReader.Bounds.pixels.contains($0) && $0 % cropSide == 0 })
      else {
        throw reader.invalid(
          key,
          "\(sides) is not a pair of multiples of \(cropSide) up to \(ConfigurationReader.Bounds.pixels.upperBound)"
        )
      }
      return heightFirst
        ? GridResolution(width: sides[1], height: sides[0])
        : GridResolution(width: sides[0], height: sides[1])
    }
  }

  /// All grids from the first to the last `(AxB)` of the text, times the side of a crop; the first
  /// number is the width's.
  private static func range(
    _ text: String, _ reader: ConfigurationReader, _ key: String, cropSide: Int
  ) throws
    -> [GridResolution]
  {
    let grids = text.matches(of: /\(([0-9]{1,3})x([0-9]{1,3})\)/).map {
      (Int($0.1) ?? 0, Int($0.2) ?? 0)
    }
    let limit = ConfigurationReader.Bounds.pixels.upperBound / cropSide
    guard let first = grids.first, let last = grids.last, first.0 >= 1, first.1 >= 1,
      first.0 <= last.0, first.1 <= last.1,
      last.0 <= limit, last.1 <= limit
    else { throw reader.invalid(key, "the text is no range of grids such as (1x1),...,(2x3)") }
    return (first.0...last.0).flatMap { across in
      (first.1...last.1).map { GridResolution(width: across * cropSide, height: $0 * cropSide) }
    }
  }

  /// A Python list of tuples or lists of integers as JSON; nothing is evaluated. nil where it is
  /// anything else.
  private static func pythonPairs(_ text: String) -> JSONValue? {
    var json: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "("): json.append(UInt8(ascii: "["))
      case UInt8(ascii: ")"), UInt8(ascii: "]"):
        if json.last == UInt8(ascii: ",") { json.removeLast() }
        json.append(UInt8(ascii: "]"))
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "["), UInt8(ascii: ","):
        json.append(byte)
      case UInt8(ascii: " "), UInt8(ascii: "\n"): break
      default: return nil
      }
    }
    return try? JSONValue.parse(json)
  }
}
