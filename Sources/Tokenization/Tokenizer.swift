/// Text to token ids and back, exactly as the checkpoint's Hugging Face class does it
/// (docs/model.md, 7.3, 7.4).
///
/// All texts are compared by Unicode scalars, never by grapheme clusters or canonical equivalence.
public protocol Tokenizer: Sendable {
  /// `len(tokenizer)`: the distinct tokens, the added ones included. The official loader cuts the
  /// embedding and the output layer to this many rows, so no id from here upwards may ever be
  /// generated.
  var count: Int { get }
  /// The beginning-of-sequence id, nil where the tokenizer has none (Qwen2).
  var bosID: Int? { get }
  var eosID: Int? { get }
  var unkID: Int? { get }
  var padID: Int? { get }

  /// The ids of a text, with the special tokens that the class adds by itself (for most: BOS in
  /// front).
  /// - Throws: ``TokenizationError`` `codec-failure` where the underlying library fails, which no
  ///   valid model provokes.
  func encode(_ text: String) throws(TokenizationError) -> [Int]

  /// The text of ids; ids that name no token are left out.
  /// - Parameter skippingSpecialTokens: drops what the class counts as special
  ///   (`skip_special_tokens=True`).
  /// - Throws: ``TokenizationError`` `codec-failure`, as ``encode(_:)``.
  func decode(_ ids: [Int], skippingSpecialTokens: Bool) throws(TokenizationError) -> String

  /// The token's text in the vocabulary's own spelling (`▁the`, `Ġthe`, `<0x0A>`), nil for an id
  /// that names no token.
  func token(_ id: Int) -> String?

  /// The id of a token in the vocabulary's own spelling, nil where there is none.
  func id(of token: String) -> Int?
}
