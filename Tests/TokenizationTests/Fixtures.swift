import DataFormats
import Foundation
import TestSupport
import Testing
import Tokenization

let fixtures = TestMaterial.fixtures + "/tokenization"

/// One tokenizer of the golden set: where its files lie and which golden file holds its expected
/// values.
struct GoldenTokenizer: CustomTestStringConvertible, Sendable {
  var golden: String
  var folder: String
  var legacy: Bool?
  var testDescription: String { golden }

  static let vicuna = GoldenTokenizer(golden: "vicuna_sp_legacy_false", folder: "vicuna_base_fp32")
  static let vicunaLegacy = GoldenTokenizer(
    golden: "vicuna_sp_legacy_true", folder: "vicuna_base_fp32", legacy: true)
  static let phi3 = GoldenTokenizer(golden: "phi3_sp", folder: "phi3_proxyv_bf16")
  static let internLM2 = GoldenTokenizer(golden: "internlm2_sp", folder: "internlm2_proxyv_bf16")
  static let llama3 = GoldenTokenizer(golden: "llama3_bpe", folder: "llama3_proxyv_bf16")
  static let qwen2 = GoldenTokenizer(golden: "qwen2_bpe_fast", folder: "qwen2_proxyv_fp32")
  static let all = [vicuna, vicunaLegacy, phi3, internLM2, llama3, qwen2]

  /// The tokenizer, loaded from a copy of its folder where the golden was made with another
  /// `legacy` flag.
  func load() throws -> any Tokenizer {
    guard let legacy else { return try TokenizerLoader.load(folder: fixtures + "/" + folder) }
    let scratch = try TemporaryFolder()
    let source = fixtures + "/" + folder
    for name in try FileManager.default.contentsOfDirectory(atPath: source) {
      try FileManager.default.copyItem(
        atPath: source + "/" + name, toPath: scratch.path + "/" + name)
    }
    let file = scratch.path + "/tokenizer_config.json"
    var configuration = try #require(try JSONNode(contentsOf: file).value.objectValue)
    configuration["legacy"] = .bool(legacy)
    try Data(JSONValue.object(configuration).text().utf8).write(to: URL(fileURLWithPath: file))
    return try TokenizerLoader.load(folder: scratch.path)
  }

  func expected() throws -> JSONNode {
    try JSONNode(contentsOf: fixtures + "/goldens/\(golden).json")
  }
}

extension JSONNode {
  func ints() throws -> [Int] { try list().map { try $0.int() } }
}

/// The scalars of a text: equality of texts here is never canonical equivalence.
func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

/// The lines of a JSON Lines file.
func jsonLines(_ name: String) throws -> [JSONNode] {
  let path = fixtures + "/goldens/" + name
  return try readFile(path).split(separator: UInt8(ascii: "\n")).enumerated().map { index, line in
    JSONNode(
      try JSONValue.parse(Array(line), file: path, firstLine: index + 1), file: path,
      path: "line \(index + 1)")
  }
}
