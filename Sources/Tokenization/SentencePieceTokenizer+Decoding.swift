extension SentencePieceTokenizer {
  public func decode(_ ids: [Int], skippingSpecialTokens: Bool) throws(TokenizationError) -> String
  {
    var parts: [[UInt8]] = []
    var run: [[UInt8]] = []
    for id in ids {
      if skippingSpecialTokens, added.specialIDs.contains(id) { continue }
      guard let token = spelling(id) else { continue }
      guard added.standalone.contains(token) else {
        run.append(token)
        continue
      }
      if !run.isEmpty {
        let text = try joined(run)
        if !text.isEmpty { parts.append(text) }
        run = []
      }
      parts.append(token)
    }
    if !run.isEmpty { parts.append(try joined(run)) }
    let text = Array(parts.joined(separator: [ByteText.space]))
    return String(decoding: cleansUpSpaces ? ByteText.cleanedUp(text) : text, as: UTF8.self)
  }

  /// `convert_tokens_to_string`: special tokens stand for themselves, what lies between them is
  /// decoded by the library.
  private func joined(_ tokens: [[UInt8]]) throws(TokenizationError) -> [UInt8] {
    style == .internLM2 ? try joinedAsInternLM2(tokens) : try joinedAsLlama(tokens)
  }

  private func joinedAsLlama(_ tokens: [[UInt8]]) throws(TokenizationError) -> [UInt8] {
    var tokens = tokens
    if addsPrefixSpace, let first = tokens.first, first.starts(with: ByteText.visibleSpace) {
      tokens[0] = Array(first.dropFirst(ByteText.visibleSpace.count))
    }
    var text: [UInt8] = []
    var run: [[UInt8]] = []
    var followsSpecial = false
    for (index, token) in tokens.enumerated() {
      if added.specialContents.contains(token) {
        if !followsSpecial, index != 0, style == .llamaLegacy { text.append(ByteText.space) }
        text += try processor.decode(run) + token
        run = []
        followsSpecial = true
      } else {
        if followsSpecial, index == 1, addsPrefixSpace, !token.starts(with: ByteText.visibleSpace) {
          text.append(ByteText.space)
        }
        run.append(token)
        followsSpecial = false
      }
    }
    return text + (try processor.decode(run))
  }

  private func joinedAsInternLM2(_ tokens: [[UInt8]]) throws(TokenizationError) -> [UInt8] {
    var text: [UInt8] = []
    var run: [[UInt8]] = []
    var followsSpecial = false
    for token in tokens {
      if added.specialContents.contains(token) {
        if !followsSpecial { text.append(ByteText.space) }
        text += try processor.decode(run) + token
        run = []
        followsSpecial = true
      } else {
        run.append(token)
        followsSpecial = false
      }
    }
    return ByteText.cleanedUp(text + (try processor.decode(run)))
  }
}
