public import Evaluation

/// Something in which two runs were made differently.
public struct ProvenanceDifference: Sendable, Equatable {
  public let name: String
  /// Nil: not recorded.
  public let a: String?
  public let b: String?
  /// Whether it is part of what answers (weights, configuration, prompts), so that other answers
  /// are to be expected; the machine and the code are not.
  public let isIdentity: Bool

  static let codeVersion = "the code version"

  /// Everything in which two manifests differ: what makes the model first.
  public static func all(_ a: RunManifest, _ b: RunManifest) -> [ProvenanceDifference] {
    var names = a.model.properties.map(\.name)
    names += b.model.properties.map(\.name).filter { !names.contains($0) }
    let model = names.map { name in
      ProvenanceDifference(
        name: "the model's \(name)", a: a.model[name], b: b.model[name], isIdentity: true)
    }
    func plain(_ name: String, _ a: String?, _ b: String?, identity: Bool) -> ProvenanceDifference {
      ProvenanceDifference(name: name, a: a, b: b, isIdentity: identity)
    }
    let (machineA, machineB) = (a.invocations.last?.environment, b.invocations.last?.environment)
    let others = [
      plain(
        "the benchmark's version", String(a.benchmarkVersion), String(b.benchmarkVersion),
        identity: true),
      plain("the data's layout", a.dataLayout, b.dataLayout, identity: false),
      plain(
        "the questions (hash)", String(a.questionsHash.prefix(16)),
        String(b.questionsHash.prefix(16)), identity: true),
      plain(codeVersion, a.codeVersion, b.codeVersion, identity: false),
      plain("the processor", machineA?.processor, machineB?.processor, identity: false),
      plain(
        "the instruction set", machineA?.instructionSet, machineB?.instructionSet, identity: false),
    ]
    return (model + others).filter { $0.a != $0.b }
  }
}
