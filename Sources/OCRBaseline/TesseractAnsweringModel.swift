import Evaluation
import Foundation
import Images

/// Tesseract as an answering model: a real reader without a checkpoint, the floor that a learned
/// model must beat.
///
/// An image is decoded as for every other model, recognised once, and all its prompts are answered
/// from what was read, by the rules of ``Request`` (what is asked) and ``Reader`` (what is
/// answered). It sees the prompt and the image, never the benchmark. A prompt's limit of new tokens
/// only says whether a page or a line is wanted; nothing is cut off. The same image and prompt
/// always get the same answer, whatever was asked before.
public final class TesseractAnsweringModel: MultipleImageModel {
  /// Raised when the same text read gets other answers.
  public static let rulesVersion = 2

  public let identity: ModelIdentity
  private let engine: TesseractEngine

  /// - Throws: ``OCRError`` where the language data are missing or damaged.
  public init(_ data: LanguageData) throws {
    engine = try TesseractEngine(data)
    identity = ModelIdentity([
      ("kind", "tesseract"), ("version", TesseractEngine.version), ("language", data.language),
      ("content", data.hash),
      ("rules", String(Self.rulesVersion)),
    ])
  }

  public func answer(
    _ prompts: [Prompt], about image: ImageReference?, deliver: (Int, Answer) throws -> Void
  ) throws {
    try answer(prompts, aboutAll: image.map { [$0] } ?? [], deliver: deliver)
  }

  /// Several images are read in their order, as one below the other.
  public func answer(
    _ prompts: [Prompt], aboutAll images: [ImageReference], deliver: (Int, Answer) throws -> Void
  ) throws {
    var seconds = Answer.Seconds()
    var transcription = Transcription(lines: [], width: 0, height: 0)
    for image in images {
      let start = Date()
      let decoded = try ImageDecoder.decode(image.load(), name: image.name).image
      let afterDecoding = Date()
      transcription.append(try read(decoded))
      seconds.decode += afterDecoding.timeIntervalSince(start)
      seconds.encode += Date().timeIntervalSince(afterDecoding)
    }
    for (index, prompt) in prompts.enumerated() {
      let request = Request(prompt: prompt.text, maximumNewTokens: prompt.maximumNewTokens)
      let text = Reader.answer(request, from: transcription)
      // What the questions share counts where it was paid.
      let isFirst = index == 0
      try deliver(
        index,
        Answer(
          text: text, counts: Answer.Counts(imagesEncoded: isFirst ? images.count : 0),
          seconds: isFirst ? seconds : Answer.Seconds()))
    }
  }

  /// The text of an image: read as a page, and where that finds nothing, as scattered words.
  ///
  /// Small images are enlarged until their shorter side has ``smallestSide`` pixels, at most
  /// eightfold: letters of a few pixels are below what Tesseract was trained on.
  public func read(_ image: RGBImage) throws -> Transcription {
    let factor = min(
      8,
      max(
        1, (Self.smallestSide + min(image.width, image.height) - 1) / min(image.width, image.height)
      ))
    let fits = max(image.width, image.height) <= TesseractEngine.longestSide / factor
    let enlarged =
      factor > 1 && fits
      ? try image.resized(width: image.width * factor, height: image.height * factor) : image
    var lines = try engine.lines(in: enlarged, layout: .page)
    if lines.isEmpty { lines = try engine.lines(in: enlarged, layout: .sparse) }
    return Transcription(lines: lines, width: enlarged.width, height: enlarged.height)
  }

  static let smallestSide = 128
}
