import DataFormats

/// One tokenised text in the language of the tokenizer goldens.
public enum TokenizeReport {
  /// `{"ids", "decoded_skip", "decoded_all"}` of a text.
  ///
  /// - Parameter isPrompt: `<image>` stands for an image (-200), with the pieces around it encoded
  ///   one by one; in a plain text it is text like any other.
  public static func json(
    text: String, isPrompt: Bool, tokenizer: any Tokenizer
  ) throws -> JSONValue {
    let ids = try isPrompt ? ImagePrompt.encode(text, with: tokenizer) : tokenizer.encode(text)
    let tokens = ids.filter { $0 >= 0 }
    return [
      "ids": .array(ids.map { .integer($0) }),
      "decoded_skip": .string(try tokenizer.decode(tokens, skippingSpecialTokens: true)),
      "decoded_all": .string(try tokenizer.decode(tokens, skippingSpecialTokens: false)),
    ]
  }
}
