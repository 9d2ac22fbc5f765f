import DataFormats
import Evaluation
import Metrics
import OrderedCollections

/// The samples' texts, in files of a size that is read at once.
extension BenchmarkPage {
  /// A file of samples ends when it has so many rows or bytes.
  private static let rowsPerChunk = 250
  private static let bytesPerChunk = 400_000

  /// - Returns: the first row of each chunk, and its rows as JSON
  func sampleChunks() -> [(start: Int, rows: JSONValue)] {
    var chunks: [(start: Int, rows: JSONValue)] = []
    var current: [JSONValue] = []
    var start = 0
    var size = 0
    for (place, row) in rows.enumerated() {
      current.append(json(row))
      size += Self.size(row)
      if current.count == Self.rowsPerChunk || size >= Self.bytesPerChunk
        || place == rows.count - 1
      {
        chunks.append((start, .array(current)))
        start = place + 1
        current = []
        size = 0
      }
    }
    return chunks
  }

  private static func size(_ row: Row) -> Int {
    row.sample.question.utf8.count + row.sample.references.reduce(0) { $0 + $1.utf8.count }
      + row.outcomes.reduce(0) { $0 + ($1?.answer?.text.utf8.count ?? 0) }
  }

  private func json(_ row: Row) -> JSONValue {
    var members: OrderedDictionary<String, JSONValue> = [
      "question": .string(row.presentation.question ?? row.sample.question),
      "references": .array(row.sample.references.map { .string($0) }),
      "prompt": .string(benchmark.prompt(for: row.sample).text),
      "runs": .array(row.outcomes.map { $0.map(json) ?? .null }),
    ]
    if !row.presentation.choices.isEmpty {
      members["choices"] = .array(
        row.presentation.choices.map { .array([.string($0.letter), .string($0.text)]) })
    }
    if !row.presentation.referenceBoxes.isEmpty {
      members["boxes"] = Self.boxes(row.presentation.referenceBoxes)
    }
    return .object(members)
  }

  private func json(_ outcome: Outcome) -> JSONValue {
    var members: OrderedDictionary<String, JSONValue> = ["rule": .string(outcome.score.rule)]
    if let answer = outcome.answer {
      if let failure = answer.failure {
        members["error"] = .string(failure.message)
        members["code"] = .string(failure.code)
      } else {
        members["text"] = .string(answer.text)
        members["stop"] = .string(answer.stopReason.rawValue)
        members["counts"] = Self.counts(answer.counts)
        members["seconds"] = Self.seconds(answer.seconds)
      }
    }
    if let extracted = outcome.score.extracted { members["extracted"] = .string(extracted) }
    if !outcome.score.parts.isEmpty {
      members["parts"] = .array(
        outcome.score.parts.sorted { $0.key < $1.key }.map {
          .array([.string($0.key), ScriptData.number(Self.rounded($0.value, decimals: 6))])
        })
    }
    if !outcome.others.isEmpty {
      members["verdicts"] = .array(
        outcome.others.map { profiles, score in
          [
            "profiles": .string(profiles.map(\.rawValue).joined(separator: ", ")),
            "score": ScriptData.number(Self.rounded(score.value, decimals: 6)),
            "rule": .string(score.rule),
            "extracted": score.extracted.map { .string($0) } ?? .null,
          ]
        })
    }
    if !outcome.boxes.isEmpty { members["boxes"] = Self.boxes(outcome.boxes) }
    return .object(members)
  }

  /// A box that is not finite cannot be drawn.
  private static func boxes(_ boxes: [BoundingBox]) -> JSONValue {
    .array(
      boxes.filter { $0.numbers.allSatisfy(\.isFinite) }.map { box in
        .array(box.numbers.map { ScriptData.number(rounded($0, decimals: 5)) })
      })
  }

  private static func counts(_ counts: Answer.Counts) -> JSONValue {
    .array(
      [
        (counts.crops == 1 ? "crop" : "crops", counts.crops),
        ("vision tokens", counts.visionTokens),
        ("text tokens", counts.textTokens),
      ].filter { $0.1 > 0 }.map { .array([.string($0.0), .integer($0.1)]) })
  }

  private static func seconds(_ seconds: Answer.Seconds) -> JSONValue {
    .array(
      [
        ("image read", seconds.decode), ("image encoded", seconds.encode),
        ("prefill", seconds.prefill), ("answer", seconds.generate),
      ].filter { $0.1 > 0 }.map {
        .array([.string($0.0), ScriptData.number(rounded($0.1, decimals: 4))])
      })
  }
}
