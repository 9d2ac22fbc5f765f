import DataFormats
import Foundation
import ProxyVModel
import TestSupport
import Testing

/// One prompt of `golden/model/models/<variant>` with what the official code computed for it.
struct GoldenCase: Sendable, CustomTestStringConvertible {
  /// The folder that holds the variant.
  let models: String
  let variant: String
  let name: String
  /// `expected.json`, and the case in it.
  let root: JSONNode
  let expected: JSONNode

  var testDescription: String {
    "\(variant) \(name)" + (models == GoldenCase.committed ? " (committed)" : "")
  }
  var isFirst: Bool { name == "c0" }
  var folder: String { models + "/" + variant }
  var tensorFile: String { folder + "/expected/\(name).safetensors" }

  /// The part that is committed with the tests.
  static let committed = TestMaterial.fixtures + "/model/models"

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

  /// The committed case, then all others where they lie beside the checkout.
  static func all(variants: [String]) -> [GoldenCase] {
    cases(in: committed, variants: variants)
      + (TestMaterial.shared.map { cases(in: $0 + "/golden/model/models", variants: variants) }
        ?? [])
  }

  /// Cases whose tensors are there.
  private static func cases(in models: String, variants: [String]) -> [GoldenCase] {
    variants.flatMap { variant -> [GoldenCase] in
      guard let root = try? JSONNode(contentsOf: models + "/\(variant)/expected/expected.json"),
        let cases = try? root["cases"].members()
      else { return [] }
      return cases.map {
        GoldenCase(models: models, variant: variant, name: $0.key, root: root, expected: $0.node)
      }
      .filter { FileManager.default.fileExists(atPath: $0.tensorFile) }
    }
  }

  func loadModel(_ options: LoadOptions = LoadOptions()) throws -> VisionLanguageModel {
    try VisionLanguageModel.load(folder: folder, options: options)
  }

  func images() throws -> [(name: String, bytes: [UInt8])] {
    try expected["images"].strings().map { (name: $0, bytes: try readFile(models + "/../" + $0)) }
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
