/// A line of recognised text and where it stands, in pixels.
public struct TextLine: Sendable, Equatable {
  public var text: String
  public var left: Int
  public var top: Int
  public var right: Int
  public var bottom: Int

  public init(text: String, left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0) {
    self.text = text
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }
}

/// What was read in an image.
public struct Transcription: Sendable, Equatable {
  public var lines: [TextLine]
  /// The image's size in the pixels of the lines' places.
  public var width: Int
  public var height: Int

  public init(lines: [TextLine], width: Int, height: Int) {
    self.lines = lines
    self.width = width
    self.height = height
  }

  /// Puts another image below this one.
  mutating func append(_ other: Transcription) {
    lines += other.lines.map { line in
      var line = line
      line.top += height
      line.bottom += height
      return line
    }
    width = max(width, other.width)
    height += other.height
  }
}

/// Words as they are compared here: lower case, without the marks around them.
enum TextWords {
  static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  static func split(_ text: some StringProtocol) -> [String] {
    Substring(text).split { $0.isWhitespace }.map { String($0) }
  }

  /// `"Total:"` becomes `total`; a word of marks only becomes empty.
  static func normalized(_ word: String) -> String {
    let scalars = Array(word.unicodeScalars)
    guard let first = scalars.firstIndex(where: isWordScalar),
      let last = scalars.lastIndex(where: isWordScalar)
    else { return "" }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[first...last])
    return String(view).lowercased()
  }

  /// The words of a text that are more than marks, in order.
  static func words(of text: some StringProtocol) -> [String] {
    split(text).map(normalized).filter { !$0.isEmpty }
  }
}
