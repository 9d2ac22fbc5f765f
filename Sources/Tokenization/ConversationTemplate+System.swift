extension ConversationTemplate {
  /// The same template with another text before the first turn.
  ///
  /// - Throws: ``TokenizationError`` `invalid-conversation` where the template has no place for it.
  public func with(system: String) throws(TokenizationError) -> ConversationTemplate {
    let other: Style =
      switch style {
      case .alternatingEnds: .alternatingEnds(system: system)
      case .chatML: .chatML(system: system)
      case .phi3: .phi3(system: system)
      case .llama3: .llama3(system: system)
      case .instructions, .plain:
        throw TokenizationError(
          .invalidConversation,
          "the conversation template \"\(name)\" has no place for a system text; leave it out, or"
            + " put it before the question")
      }
    return ConversationTemplate(name: name, style: other)
  }
}
