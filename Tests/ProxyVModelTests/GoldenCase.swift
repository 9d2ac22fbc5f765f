import DataFormats
import Foundation
import ProxyVModel
import TestSupport
import Testing

/// One prompt of `golden/model/models/<variant>` with what the official code computed for it.
struct GoldenCase: Sendable, CustomTestStringConvertible {
  /// The folder that holds the variants.
  static let models = TestMaterial.golden + "/model/models"
  let variant: String
  let name: String
  /// `expected.json`, and the case in it.
  let root: JSONNode
  let expected: JSONNode

  var testDescription: String { "\(variant) \(name)" }
  var isFirst: Bool { name == "c0" }
  var folder: String { Self.models + "/" + variant }
  var tensorFile: String { folder + "/expected/\(name).safetensors" }

  /// The keys of `expected.json` that must be equal, bit for bit.
  static let exactKeys = [
    "input_ids", "image_sizes", "crops_per_image", "n_crops", "n_full", "n_proxy", "n_newline",
    "n_text", "packed_len",
    "position_ids_newline", "position_ids_text", "position_ids_full_crop_starts",
    "position_ids_full_crop_ends",
    "position_ids_proxy_first_last", "regular_mask_visible_per_query_sum", "proxy_mask_visible_sum",
    "regular_mask_visible_newline_rows", "proxy_mask_visible_newline_rows",
    "proxy_mask_visible_proxy_rows_first_last",
    "pixel_values_f32_chw_sha256", "kv_len_after_prefill", "generated_ids", "decoded_skip_special",
    "kv_len_after_generate",
    "decode_positions",
  ]

  /// The cases whose tensors are there: at least one of every variant, or the tests must not go on.
  static func all(variants: [String]) -> [GoldenCase] {
    variants.flatMap { variant -> [GoldenCase] in
      let file = models + "/\(variant)/expected/expected.json"
      do {
        let root = try JSONNode(contentsOf: file)
        let cases = try root["cases"].members()
          .map { GoldenCase(variant: variant, name: $0.key, root: root, expected: $0.node) }
          .filter { FileManager.default.fileExists(atPath: $0.tensorFile) }
        precondition(!cases.isEmpty, "\(file) has no case whose tensors are there")
        return cases
      } catch {
        preconditionFailure("\(file): \(error)")
      }
    }
  }

  func loadModel(_ options: LoadOptions = LoadOptions()) throws -> VisionLanguageModel {
    try VisionLanguageModel.load(folder: folder, options: options)
  }

  func images() throws -> [(name: String, bytes: [UInt8])] {
    try expected["images"].strings().map {
      (name: $0, bytes: try readFile(Self.models + "/../" + $0))
    }
  }

  /// The largest amount by which a value misses its tolerance of 2e-4 + 1e-4 relative; at most 0
  /// where all are within.
  static func excess(_ values: [Float], over expected: [Float]) -> Float {
    guard values.count == expected.count else { return .infinity }
    var worst = -Float.infinity
    for (value, reference) in zip(values, expected) {
      let excess = abs(value - reference) - (2e-4 + 1e-4 * abs(reference))
      if !(excess <= worst) { worst = excess.isNaN ? .infinity : excess }
    }
    return worst
  }
}
