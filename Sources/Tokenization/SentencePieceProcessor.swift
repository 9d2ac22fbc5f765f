import CSentencePiece

/// libsentencepiece, owned. The only file that calls it.
///
/// Sendable although it holds a pointer: after loading, the library's model is only read, which it
/// documents as safe from any number of threads.
final class SentencePieceProcessor: @unchecked Sendable {
  private let model: OpaquePointer
  let count: Int

  /// Loads a serialized model that ``SentencePieceModel`` has checked.
  init(_ bytes: [UInt8]) throws(TokenizationError) {
    var model: OpaquePointer?
    let (status, message) = withMessage { message, capacity in
      bytes.withUnsafeBytes { spm_create($0.baseAddress, $0.count, &model, message, capacity) }
    }
    guard status == SPM_OK.rawValue, let model else {
      throw TokenizationError(
        .invalidModel,
        "libsentencepiece refuses the model (\(message)); copy the file again from its source")
    }
    self.model = model
    count = Int(spm_piece_count(model))
  }

  deinit { spm_destroy(model) }

  /// The id of the piece with this text; the unknown piece's id where there is none.
  func id(of piece: [UInt8]) -> Int {
    piece.withUnsafeBytes {
      Int(spm_piece_id(model, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count))
    }
  }

  /// The piece with this id: its text, score and kind as the library sees them; nil where the id is
  /// out of range.
  func piece(_ id: Int) -> SentencePieceModel.Piece? {
    guard let id = Int32(exactly: id) else { return nil }
    var text: UnsafePointer<CChar>?
    var count = 0
    var score: Float = 0
    var kind: Int32 = 0
    guard spm_piece(model, id, &text, &count, &score, &kind) == SPM_OK.rawValue, let text,
      let kind = SentencePieceModel.Kind(rawValue: Int(kind))
    else { return nil }
    return SentencePieceModel.Piece(
      text: Array(UnsafeRawBufferPointer(start: text, count: count)), score: score, kind: kind)
  }

  /// The ids of UTF-8 text, under the model's own normalizer settings.
  func encode(_ text: ArraySlice<UInt8>) throws(TokenizationError) -> [Int] {
    var ids: UnsafeMutablePointer<Int32>?
    var count = 0
    let (status, message) = withMessage { message, capacity in
      text.withUnsafeBytes {
        spm_encode(
          model, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count, &ids, &count,
          message, capacity)
      }
    }
    defer { spm_free(ids) }
    guard status == SPM_OK.rawValue, let ids else {
      throw TokenizationError(.codecFailure, "libsentencepiece cannot encode the text (\(message))")
    }
    return UnsafeBufferPointer(start: ids, count: count).map(Int.init)
  }

  /// The UTF-8 text of pieces, given by their texts.
  func decode(_ pieces: [[UInt8]]) throws(TokenizationError) -> [UInt8] {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    ends.reserveCapacity(pieces.count)
    for piece in pieces {
      bytes.append(contentsOf: piece)
      ends.append(bytes.count)
    }
    var text: UnsafeMutablePointer<CChar>?
    var count = 0
    let (status, message) = withMessage { message, capacity in
      bytes.withUnsafeBytes {
        spm_decode(
          model, $0.baseAddress?.assumingMemoryBound(to: CChar.self), ends, ends.count, &text,
          &count, message, capacity)
      }
    }
    defer { spm_free(text) }
    guard status == SPM_OK.rawValue, let text else {
      throw TokenizationError(
        .codecFailure, "libsentencepiece cannot decode the tokens (\(message))")
    }
    return Array(UnsafeRawBufferPointer(start: text, count: count))
  }
}

/// Calls a library function with a buffer for its complaint and returns its status and the
/// complaint.
private func withMessage(
  _ call: (UnsafeMutablePointer<CChar>?, Int) -> Int32
) -> (status: Int32, message: String) {
  var buffer = [CChar](repeating: 0, count: 512)
  let status = buffer.withUnsafeMutableBufferPointer { call($0.baseAddress, $0.count) }
  let message = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
  return (status, String(decoding: message, as: UTF8.self))
}
