import DataFormats
import Foundation
import Hashing

extension Checkpoint {
  /// The files beside the weights that change answers: configuration, stop ids, preprocessing and
  /// tokenizer.
  private static let decidingFiles = [
    "config.json", "generation_config.json", "preprocessor_config.json", "tokenizer.model",
    "tokenizer.json", "tokenizer_config.json",
    "added_tokens.json", "special_tokens_map.json", "vocab.json", "merges.txt",
  ]

  /// A SHA-256 over the deciding files that are there, with their names; complements the identity
  /// of the tensors.
  public func configurationIdentity() throws(DataFormatError) -> String {
    var hasher = SHA256()
    for folder in [folder, tower.separateFolder].compactMap({ $0 }) {
      for name in Self.decidingFiles
      where FileManager.default.fileExists(atPath: folder + "/" + name) {
        hasher.update(
          Array("\(name) \(SHA256.hexadecimal(of: try readFile(folder + "/" + name)))\n".utf8))
      }
    }
    return SHA256.hexadecimal(hasher.digest())
  }
}
