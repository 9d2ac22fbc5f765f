import DataFormats

/// A token outside the model's own vocabulary, or one of it that is never split, with its rules.
struct AddedToken: Sendable, Hashable {
  /// UTF-8; bytes and not a `String`, because `String` equality would merge canonically equivalent
  /// tokens.
  var content: [UInt8]
  /// Eats the whitespace on its left.
  var stripsLeft = false
  /// Eats the whitespace on its right.
  var stripsRight = false
  /// Is looked for in the normalised text (byte-level tokenizers only).
  var isNormalized = false
  var isSpecial = false

  init(content: String, isSpecial: Bool) {
    self.content = Array(content.utf8)
    self.isSpecial = isSpecial
  }

  /// Reads `{"content": …, "lstrip": …, "rstrip": …, "normalized": …, "special": …}`.
  /// - Parameter isSpecial: what counts where the object does not say.
  init(_ node: JSONNode, isSpecial: Bool = false) throws(DataFormatError) {
    let content = try node["content"]
    self.content = Array(try content.string().utf8)
    guard !self.content.isEmpty else { throw content.mismatch("the text of a token") }
    stripsLeft = try node.optional("lstrip")?.bool() ?? false
    stripsRight = try node.optional("rstrip")?.bool() ?? false
    self.isSpecial = try node.optional("special")?.bool() ?? isSpecial
    isNormalized = try node.optional("normalized")?.bool() ?? !self.isSpecial
    if let singleWord = try node.optional("single_word"), try singleWord.bool() {
      throw DataFormatError(
        .unsupportedFeature, "an added token with single_word is not supported; set it to false",
        at: singleWord.location)
    }
  }
}
