import DataFormats
import Foundation
import PythonText
import Tensor

/// Everything about one answered prompt in the language of the golden files' `expected.json`, so
/// that any two implementations can be compared line by line.
public struct AnswerReport: Sendable {
  public let prompt: PackedPrompt
  public let conversation: String
  public let images: [String]
  public let imageSizes: [(width: Int, height: Int)]
  /// SHA-256 per image and crop of the normalised pixels, CHW, little-endian float32.
  public let pixelHashes: [[String]]
  public let generation: VisionLanguageModel.Generation
  public let decoded: String
  public let methodName: String
  /// What each decoder layer did for the prompt.
  public let layers: [LayerWork]
  public let seconds: (decode: Double, encode: Double, prefill: Double, generate: Double)

  public var text: String { decoded.trimmingCharacters(in: .whitespacesAndNewlines) }

  /// The keys of `expected.json`, then our own counts and seconds.
  public var json: JSONValue {
    var report: JSONValue = [
      "prompt": .string(conversation),
      "input_ids": Self.list(prompt.inputIDs),
      "images": .array(images.map { .string($0) }),
      "image_sizes": .array(imageSizes.map { [.integer($0.width), .integer($0.height)] }),
      "crops_per_image": Self.list(prompt.cropsPerImage),
      "n_crops": .integer(prompt.cropCount),
      "n_full": .integer(prompt.visionCount),
      "n_proxy": .integer(prompt.proxyPositions.count),
      "n_newline": .integer(prompt.cropCount),
      "n_text": .integer(prompt.textCount),
      "packed_len": .integer(prompt.length),
      "position_ids_newline": Self.list(prompt.newlinePositions),
      "position_ids_text": Self.list(prompt.textPositions),
      "position_ids_full_crop_starts": Self.list(cropEdges(first: true)),
      "position_ids_full_crop_ends": Self.list(cropEdges(first: false)),
      "position_ids_proxy_first_last": Self.list(Self.firstLast(prompt.proxyPositions)),
    ]
    report.merge(maskSummary)
    report.merge([
      "pixel_values_f32_chw_sha256": .array(pixelHashes.map { .array($0.map { .string($0) }) }),
      "kv_len_after_prefill": Self.list(generation.cacheLengthsAfterPrefill),
      "generated_ids": Self.list(generation.ids),
      // As the official demo shows it: stripped.
      "decoded_skip_special": .string(PythonString(decoded).strip().text),
      "kv_len_after_generate": Self.list(generation.cacheLengthsAfterGeneration),
      "decode_positions": Self.list(generation.decodePositions),
      "min_top1_gap": .number(Double(generation.smallestTopGap)),
      "logit_std": .number(Self.standardDeviation(generation.prefillLogits)),
      "text": .string(text),
      "stop_reason": .string(generation.stopReason.rawValue),
      "prompt_tokens_cut": .integer(prompt.cutTokenCount),
      "method": .string(methodName),
      "seconds": [
        "decode": .number(seconds.decode), "encode": .number(seconds.encode),
        "prefill": .number(seconds.prefill),
        "generate": .number(seconds.generate),
      ],
    ])
    return report
  }

  /// How many keys the rows of the official masks see, summed and for the newline and the outer
  /// proxy rows.
  private var maskSummary: JSONValue {
    let regular = prompt.regularMask
    let proxy = prompt.proxyMask
    let newlines = prompt.visionCount..<prompt.visionCount + prompt.cropCount
    let proxies = prompt.proxyPositions.count
    return [
      "regular_mask_visible_per_query_sum": .integer(regular.totalVisible),
      "proxy_mask_visible_sum": .integer(proxy.totalVisible),
      "regular_mask_visible_newline_rows": Self.list(newlines.map(regular.visibleCount)),
      "proxy_mask_visible_newline_rows": Self.list(
        (proxies..<proxies + prompt.cropCount).map(proxy.visibleCount)),
      "proxy_mask_visible_proxy_rows_first_last": Self.list(
        Self.firstLast((0..<proxies).map(proxy.visibleCount))),
    ]
  }

  private func cropEdges(first: Bool) -> [Int] {
    (0..<prompt.cropCount).map { crop in
      prompt.visionPositions[crop * prompt.tokensPerCrop + (first ? 0 : prompt.tokensPerCrop - 1)]
    }
  }

  private static func firstLast(_ values: [Int]) -> [Int] {
    guard let first = values.first, let last = values.last else { return [] }
    return [first, last]
  }

  private static func list(_ values: [Int]) -> JSONValue { .array(values.map { .integer($0) }) }

  private static func standardDeviation(_ values: [Float]) -> Double {
    guard values.count > 1 else { return 0 }
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    let squares = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }
}

extension JSONValue {
  /// Adds the members of another object; both must be objects.
  fileprivate mutating func merge(_ other: JSONValue) {
    guard case .object(var members) = self, case .object(let more) = other else { return }
    for (key, value) in more { members[key] = value }
    self = .object(members)
  }
}
