public import Evaluation

/// Where the models of a night come from. The command line makes one, so that this module knows no
/// engine.
public struct ModelSource {
  /// Checks that a model can probably be loaded, at no cost: options, folder.
  public var check: (NightModel) throws -> Void
  public var load: (NightModel) throws -> any AnsweringModel
  /// What is recorded with the runs of a model.
  public var environment: (NightModel) -> RunEnvironment

  public init(
    check: @escaping (NightModel) throws -> Void,
    load: @escaping (NightModel) throws -> any AnsweringModel,
    environment: @escaping (NightModel) -> RunEnvironment
  ) {
    self.check = check
    self.load = load
    self.environment = environment
  }
}
