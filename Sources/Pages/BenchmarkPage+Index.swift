import DataFormats
import Evaluation
import Metrics
import OrderedCollections

/// What a page reads before it shows anything: what lists, filters and sorts need of every row, in
/// columns, without the long texts.
extension BenchmarkPage {
  /// What became of a row in a run, as bits.
  private enum Flag {
    static let failed = 1
    static let missing = 2
    static let notAsked = 4
    static let empty = 8
    static let cutOff = 16
    static let profilesDiffer = 32
    static let asksSomethingElse = 64
  }

  /// - Parameter chunkStarts: the first row of each file of samples
  func index(images: PageImages, chunkStarts: [Int]) -> JSONValue {
    var pictures: OrderedDictionary<String, PageImages.Picture> = [:]
    func place(_ outcome: PageImages.Outcome) -> JSONValue {
      guard case .success(let picture) = outcome else { return -2 }
      pictures[picture.path] = picture
      return .integer(pictures.index(forKey: picture.path) ?? 0)
    }
    // A number, or several of them where a question is about several images.
    let imageColumn = rows.map { row -> JSONValue in
      let places = images.outcomes(of: row.sample, benchmark: name).map(place)
      return places.count > 1 ? .array(places) : places.first ?? -1
    }
    return [
      "name": .string(name), "title": .string(benchmark.title),
      "lowerIsBetter": .bool(lowerIsBetter),
      "grouping": groupScoring.map { .string($0.rawValue) } ?? .null,
      "comparesTexts": .bool((benchmark as? any SamplePresenting)?.comparesWholeTexts ?? false),
      "ids": strings(rows.map(\.sample.id)),
      "questions": strings(
        rows.map { Self.preview($0.presentation.question ?? $0.sample.question, length: 110) }),
      "groups": groupColumn, "facets": facetColumns,
      "image": .array(imageColumn),
      "images": .array(
        pictures.values.map {
          ["path": .string($0.path), "width": .integer($0.width), "height": .integer($0.height)]
        }),
      "chunks": .array(chunkStarts.map { .integer($0) }),
      "runs": .array(runs.indices.map(runColumns)),
      "ruleKinds": strings(Array(ruleKinds.values)),
    ]
  }

  private func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

  private var groupScoring: GroupScoring? { (benchmark as? any SamplePresenting)?.groupScoring }

  /// A number per row, equal within a group; null where rows count alone.
  private var groupColumn: JSONValue {
    guard groupScoring != nil else { return .null }
    var numbers: [String: Int] = [:]
    var count = 0
    return .array(
      rows.map { row in
        if let group = row.presentation.group, let known = numbers[group] {
          return .integer(known)
        }
        defer { count += 1 }
        if let group = row.presentation.group { numbers[group] = count }
        return .integer(count)
      })
  }

  /// Per name the values, and per row the places of its values.
  private var facetColumns: JSONValue {
    var names: OrderedSet<String> = []
    for row in rows { names.formUnion(row.presentation.facets.map(\.name)) }
    return .array(
      names.map { name in
        let values = Set(
          rows.flatMap { $0.presentation.facets.filter { $0.name == name }.map(\.value) }
        ).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let places = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
        return [
          "name": .string(name), "values": strings(values),
          "rows": .array(
            rows.map { row in
              .array(
                row.presentation.facets.filter { $0.name == name }.compactMap {
                  places[$0.value].map { .integer($0) }
                })
            }),
        ]
      })
  }

  /// The kinds of rules that fired, and how each is shown: in full where there is only one of its
  /// kind.
  private var ruleKinds: OrderedDictionary<String, String> {
    var kinds: OrderedDictionary<String, String> = [:]
    for row in rows {
      for outcome in row.outcomes.compactMap({ $0 }) {
        let kind = RuleKind.of(outcome.score.rule)
        if let shown = kinds[kind] {
          if shown != outcome.score.rule { kinds[kind] = kind }
        } else {
          kinds[kind] = outcome.score.rule
        }
      }
    }
    return kinds
  }

  private func runColumns(_ run: Int) -> JSONValue {
    let kinds = ruleKinds
    let outcomes = rows.map { $0.outcomes[run] }
    func column(_ value: (Outcome) -> JSONValue) -> JSONValue {
      .array(outcomes.map { $0.map(value) ?? .null })
    }
    return [
      "name": .string(names[run]), "profile": .string(runs[run].scores.profile.rawValue),
      "figures": .array(
        runs[run].scores.metrics.prefix(1).map {
          ["name": .string($0.name), "value": ScriptData.number($0.value * $0.paperFactor)]
        }),
      "flags": .array(outcomes.map { .integer(Self.flags($0)) }),
      "scores": column { ScriptData.number(Self.rounded($0.score.value, decimals: 6)) },
      "rules": column { .integer(kinds.index(forKey: RuleKind.of($0.score.rule)) ?? 0) },
      "answers": column { .string(Self.preview($0.answer?.text ?? "", length: 70)) },
      // Equal texts have equal digests: whether an answer changed is known without the texts.
      "digests": column { .string(Self.digest($0.answer)) },
      "seconds": column { $0.answer.map { Self.seconds($0.seconds) } ?? .null },
      "tokens": column { $0.answer.map { .integer($0.tokenIDs.count) } ?? .null },
    ]
  }

  private static func flags(_ outcome: Outcome?) -> Int {
    guard let outcome else { return Flag.notAsked }
    var flags = outcome.others.isEmpty ? 0 : Flag.profilesDiffer
    if outcome.asksSomethingElse { flags |= Flag.asksSomethingElse }
    guard let answer = outcome.answer else { return flags | Flag.missing }
    if answer.failure != nil { return flags | Flag.failed }
    if answer.isBlank { flags |= Flag.empty }
    if answer.stopReason == .length { flags |= Flag.cutOff }
    return flags
  }

  /// Whatever was paid for the answer; null where nothing was measured.
  private static func seconds(_ seconds: Answer.Seconds) -> JSONValue {
    let total = seconds.decode + seconds.encode + seconds.prefill + seconds.generate
    return total > 0 ? .number(rounded(total, decimals: 4)) : .null
  }

  static func rounded(_ value: Double, decimals: Int) -> Double {
    var factor = 1.0
    for _ in 0..<decimals { factor *= 10 }
    return (value * factor).rounded() / factor
  }

  /// The start of a text on one line.
  static func preview(_ text: String, length: Int) -> String {
    var start = String.UnicodeScalarView()
    var isSpace = true
    var count = 0
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace {
        if !isSpace { start.append(" ") }
        isSpace = true
      } else {
        start.append(scalar)
        isSpace = false
      }
      count += 1
      if count == length * 2 || start.count == length { return String(start) + "…" }
    }
    return String(start)
  }

  /// 48 bits that tell texts apart, and failures from answers.
  private static func digest(_ answer: Answer?) -> String {
    guard let answer else { return "-" }
    if let failure = answer.failure { return "!" + failure.code }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in answer.text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return String(hash & 0xFFFF_FFFF_FFFF, radix: 36)
  }
}
