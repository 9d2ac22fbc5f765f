import DataFormats
import Foundation

/// The token ids of `generation_config.json`. Its sampling options are ignored on purpose: answers
/// are greedy (model.md, 7.5).
public struct GenerationConfiguration: Sendable, Hashable {
  public var bosTokenID: Int?
  /// Generation stops after any of these.
  public var eosTokenIDs: [Int]
  public var padTokenID: Int?

  public init(bosTokenID: Int?, eosTokenIDs: [Int], padTokenID: Int?) {
    self.bosTokenID = bosTokenID
    self.eosTokenIDs = eosTokenIDs
    self.padTokenID = padTokenID
  }

  /// Reads the file of a checkpoint folder; ids that it lacks, or all where there is no file, come
  /// from `config.json`.
  /// - Throws: ``CheckpointError`` or ``DataFormatError`` naming file and key: not JSON, an id that
  ///   is none or outside the vocabulary.
  public init(folder: String, configuration: ModelConfiguration) throws {
    self.init(
      bosTokenID: configuration.bosTokenID, eosTokenIDs: configuration.eosTokenIDs,
      padTokenID: configuration.padTokenID)
    let path = folder + "/generation_config.json"
    guard FileManager.default.fileExists(atPath: path) else { return }
    let reader = try ConfigurationReader(JSONNode(contentsOf: path))
    let ids = ConfigurationReader.Bounds.tokenID
    bosTokenID = try reader.optionalInt("bos_token_id", in: ids) ?? bosTokenID
    padTokenID = try reader.optionalInt("pad_token_id", in: -1...ids.upperBound) ?? padTokenID
    if let found = try reader.tokenIDs("eos_token_id") { eosTokenIDs = found }
    if let id = eosTokenIDs.first(where: { $0 >= configuration.vocabularySize }) {
      throw reader.invalid(
        "eos_token_id", "\(id) is outside the vocabulary of \(configuration.vocabularySize)")
    }
  }
}
