import ArgumentParser
import Checkpoints
import Diagnostics
import Foundation
import Images
import OCRBaseline
import ProxyVModel
import Tokenization

// What is known of a model before it is loaded, and before any image is read.
extension ModelOptions {
  /// Names that there are not are wrong usage.
  func checkNames() throws {
    if let method { try usage { try PrefillMethodCatalog.checkNames(in: method) } }
    if let aspect { _ = try usage { try AspectMode(configurationName: aspect) } }
    if let conversation { _ = try usage { try ConversationTemplate.named(conversation) } }
  }

  /// Whether the model is there and takes these options.
  /// - Throws: what loading it would throw; a method's unknown parameter is wrong usage.
  func check() throws {
    if isServed { return }
    if model == Self.tesseract {
      _ = try LanguageData()
      return
    }
    if !FileManager.default.fileExists(atPath: model),
      nearestName(to: model, among: [Self.tesseract]) != nil
    {
      throw CheckpointError(
        .unreadableFile, "no such folder; did you mean \"\(Self.tesseract)\", the OCR baseline?",
        file: model)
    }
    try checkCheckpoint()
  }

  /// Whether the checkpoint is there and takes these options, where nothing but one is taken.
  func checkCheckpoint() throws {
    do {
      try VisionLanguageModel.check(folder: model, options: loadOptions)
    } catch let error as ModelError where error.code == .unknownMethod {
      throw ValidationError(render(error))
    }
  }
}

/// Methods separated by commas or spaces.
/// - Throws: `ValidationError` for a name that there is not.
func checkMethods(_ names: String) throws {
  for name in MethodSpecification.names(names) {
    try usage { try PrefillMethodCatalog.checkNames(in: name) }
  }
}
