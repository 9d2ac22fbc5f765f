import ArgumentParser
import Checkpoints
import Evaluation
import Foundation
import Nightly
import ProxyVModel

/// The options of a night's model, parsed as `run` parses them: what a model is said to be means
/// the same in both.
struct NightModelArguments: ParsableArguments {
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var servedModel: ServedModelOptions

  /// - Throws: ``NightlyError`` naming the model in the configuration.
  static func parsed(_ model: NightModel) throws -> NightModelArguments {
    do {
      return try NightModelArguments.parse(model.arguments)
    } catch {
      throw NightlyError(
        .loadFailed, "\(model.place) (\(model.name)): \(Self.message(for: error))")
    }
  }

  /// How a night gets its models.
  static func source(note: @escaping (String) -> Void) -> ModelSource {
    ModelSource(
      check: { model in
        _ = try parsed(model)
        if let shape = model.synthesizedShape {
          _ = try Synthesis.Shape(named: shape)
        } else if model.model != ModelOptions.tesseract, !model.model.contains("://"),
          !FileManager.default.fileExists(atPath: model.model + "/config.json")
        {
          throw NightlyError(
            .loadFailed, "no checkpoint is there: config.json is missing",
            at: .init(file: model.model))
        }
      },
      load: { model in
        let arguments = try parsed(model)
        try synthesize(model, note: note)
        return try arguments.modelOptions.answeringModel(served: arguments.servedModel)
      },
      environment: { model in
        (try? parsed(model))?.modelOptions.runEnvironment
          ?? RunEnvironment(commandLine: CommandLine.arguments, codeVersion: builtCommit)
      })
  }

  /// Writes the random-weight checkpoint that the configuration asks for, where there is none.
  private static func synthesize(_ model: NightModel, note: (String) -> Void) throws {
    let files = FileManager.default
    guard let shape = model.synthesizedShape,
      !files.fileExists(atPath: model.model + "/config.json")
    else { return }
    note("\(model.name): writing a checkpoint of random weights to \(model.model)")
    // Beside its place first: a killed process leaves no half checkpoint.
    let temporary = "\(model.model).writing-\(UUID().uuidString)"
    try files.createDirectory(
      atPath: URL(fileURLWithPath: model.model).deletingLastPathComponent().path,
      withIntermediateDirectories: true)
    do {
      try Synthesis(shape: try Synthesis.Shape(named: shape)).writeComplete(to: temporary)
      try files.moveItem(atPath: temporary, toPath: model.model)
    } catch {
      try? files.removeItem(atPath: temporary)
      throw error
    }
  }
}
