import Checkpoints
import DataFormats
import Foundation

extension ActivationRecorder.Rows {
  /// Every row of every group.
  public static let all = ActivationRecorder.Rows(
    visionTokens: Array(0..<1 << 16), full: Array(0..<1 << 20), proxy: Array(0..<1 << 16),
    cache: Array(0..<1 << 20))

  /// Reads the value of `--dump-rows`: `all`, a list such as `0,7,100-120`, or a safetensors file
  /// with the index tensors `vision_sample_tokens`, `full_sample`, `proxy_sample` and `kv_sample`
  /// (an absent one keeps every row).
  public init(specification: String) throws {
    if specification == "all" {
      self = .all
    } else if specification.hasSuffix(".safetensors") {
      let file = try SafetensorsFile(path: specification)
      func rows(_ name: String, or fallback: [Int]) throws -> [Int] {
        try file[name]?.ints().filter { $0 >= 0 } ?? fallback
      }
      self.init(
        visionTokens: try rows("vision_sample_tokens", or: Self.all.visionTokens),
        full: try rows("full_sample", or: Self.all.full),
        proxy: try rows("proxy_sample", or: Self.all.proxy),
        cache: try rows("kv_sample", or: Self.all.cache))
    } else {
      let list = try Self.list(specification)
      self.init(visionTokens: list, full: list, proxy: list, cache: list)
    }
  }

  private static func list(_ text: String) throws -> [Int] {
    try text.split(separator: ",", omittingEmptySubsequences: false).flatMap { part -> [Int] in
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard ends.count <= 2, let first = ends[0], let last = ends.last ?? nil, 0 <= first,
        first <= last, last < 1 << 20
      else {
        throw ModelError(
          .invalidRequest,
          """
          \"\(text)\" names no rows; use \"all\", a list such as 0,7,100-120, or a safetensors \
          file
          """
        )
      }
      return Array(first...last)
    }
  }
}

extension ActivationRecorder {
  /// Writes everything recorded about an answer as safetensors, with the names of the golden files.
  public func write(to path: String, report: AnswerReport) throws {
    let prompt = report.prompt
    let usesProxies = tensors["proxy_init"] != nil
    var floats = tensors
    floats["logits_prefill"] = Tensor(
      shape: [report.generation.prefillLogits.count], values: report.generation.prefillLogits)
    floats["logits_steps"] = Tensor(
      shape: [report.generation.stepLogits.count, report.generation.prefillLogits.count],
      values: report.generation.stepLogits.flatMap { $0 })
    let integers: [String: [Int]] = [
      "position_ids": prompt.positions,
      "position_ids_proxy": prompt.proxyPositions,
      "vision_sample_tokens": rows.visionTokens.filter { $0 < prompt.tokensPerCrop },
      "full_sample": rows.full.filter { $0 < prompt.visionCount },
      "proxy_sample": rows.proxy.filter { $0 < prompt.proxyPositions.count },
      "kv_sample": rows.cache.filter { $0 < prompt.length },
    ].filter { usesProxies || !$0.value.isEmpty || $0.key == "position_ids" }
    let named =
      floats.map { NamedTensor(name: $0.key, shape: $0.value.shape, floats: $0.value.values) }
      + integers.map {
        NamedTensor(name: $0.key, shape: [$0.value.count], int32s: $0.value.map { Int32($0) })
      }
    try SafetensorsWriter.write(named, to: path)
  }
}
