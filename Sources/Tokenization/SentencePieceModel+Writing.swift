extension SentencePieceModel {
  /// A serialized Llama-style BPE model: identity normaliser, dummy prefix, byte fallback, `<unk>`
  /// 0, `<s>` 1, `</s>` 2.
  static func serialized(_ pieces: [Piece]) -> [UInt8] {
    var model = ProtobufWriter()
    for piece in pieces {
      var entry = ProtobufWriter()
      entry.message(1, piece.text)
      entry.float(2, piece.score)
      entry.varint(3, piece.kind.rawValue)
      model.message(1, entry.bytes)
    }

    var trainer = ProtobufWriter()
    trainer.varint(3, 2)  // model_type BPE
    trainer.varint(4, pieces.count)
    trainer.float(10, 0.99995)  // character_coverage
    trainer.bool(25, true)  // split_digits
    trainer.bool(26, true)  // allow_whitespace_only_pieces
    trainer.bool(35, true)  // byte_fallback
    for (field, id) in [(40, 0), (41, 1), (42, 2), (43, -1)] { trainer.varint(field, id) }
    for (field, text) in [
      (44, " \u{2047} "), (45, "<unk>"), (46, "<s>"), (47, "</s>"), (48, "<pad>"),
    ] {
      trainer.string(field, text)
    }
    model.message(2, trainer.bytes)

    var normalizer = ProtobufWriter()
    normalizer.string(1, "identity")
    normalizer.message(2, [])
    normalizer.bool(3, true)  // add_dummy_prefix
    normalizer.bool(4, false)  // remove_extra_whitespaces
    normalizer.bool(5, true)  // escape_whitespaces
    model.message(3, normalizer.bytes)
    return model.bytes
  }
}
