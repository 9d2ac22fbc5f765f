/// A prompt with image places as the model takes it (docs/model.md, 7.2).
public enum ImagePrompt {
  /// The id that stands for an image; no vocabulary has it.
  public static let imageID = -200
  /// The text that stands for an image.
  public static let placeholder = "<image>"

  /// The user's message for a question about images: one placeholder per image, separated by
  /// spaces, a newline, the question. A question that places its images itself is left alone.
  public static func message(_ question: String, imageCount: Int) -> String {
    guard imageCount > 0,
      ByteText.split(Array(question.utf8), at: Array(placeholder.utf8)).count == 1
    else { return question }
    return Array(repeating: placeholder, count: imageCount).joined(separator: " ") + "\n" + question
  }

  /// The ids of a whole conversation text: cut at `<image>`, each part encoded on its own with its
  /// special tokens, the BOS of all parts but the first removed, joined by ``imageID``.
  ///
  /// As in the official code, the number of leading ids removed from every part is decided by the
  /// first part alone.
  public static func encode(
    _ prompt: String, with tokenizer: any Tokenizer
  ) throws(TokenizationError) -> [Int] {
    var ids: [Int] = []
    var removed = 0
    for (index, part) in ByteText.split(Array(prompt.utf8), at: Array(placeholder.utf8))
      .enumerated()
    {
      let encoded = try tokenizer.encode(String(decoding: part, as: UTF8.self))
      if index == 0 {
        if let first = encoded.first, first == tokenizer.bosID {
          removed = 1
          ids.append(first)
        }
      } else {
        ids.append(imageID)
      }
      ids += encoded.dropFirst(removed)
    }
    return ids
  }
}
