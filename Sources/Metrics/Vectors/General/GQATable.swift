import DataFormats
import PythonText

/// The table that GQA's `eval.py` prints: percent over all questions, by kind, by type, by length,
/// and how far the answers' distribution is from that of the references.
struct GQATable {
  let json: JSONValue

  /// - Parameters:
  ///   - items: with `structural`, `semantic`, `group`, `question`, `prediction`, `answer`
  ///   - values: their scores
  init(_ items: [JSONNode], _ values: [Double], _ profile: Profile) throws {
    func percent(_ values: [Double]) -> Double {
      values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count) * 100
    }
    func share(where matches: (JSONNode) throws -> Bool) throws -> JSONValue {
      .number(percent(try zip(items, values).filter { try matches($0.0) }.map(\.1)))
    }
    func table(by key: (JSONNode) throws -> String) throws -> JSONValue {
      var groups: [String: [Double]] = [:]
      for (item, value) in zip(items, values) { groups[try key(item), default: []].append(value) }
      return .object(
        .init(
          uniqueKeysWithValues: groups.sorted { $0.key < $1.key }.map {
            ($0.key, [.number(percent($0.value)), .integer($0.value.count)])
          }))
    }
    json = [
      "accuracy": .number(percent(values)),
      "binary": try share { try $0["structural"].string() != "query" },
      "open": try share { try $0["structural"].string() == "query" },
      "distribution": try Self.distribution(items, profile),
      "structural": try table { try $0["structural"].string() },
      "semantic": try table { try $0["semantic"].string() },
      "words": try table {
        String(PythonString(try $0["question"].string()).split().count)
      },
    ]
  }

  /// χ² of the answers given against the references, a mean over groups weighted by their size, per
  /// hundred.
  private static func distribution(_ items: [JSONNode], _ profile: Profile) throws -> JSONValue {
    var gold: [String: [PythonString: Int]] = [:]
    var given: [String: [PythonString: Int]] = [:]
    for item in items {
      guard let group = try item.optional("group")?.string() else { continue }
      let prediction = PythonString(try item["prediction"].string())
      let answer = PythonString(try item["answer"].string())
      gold[group, default: [:]][answer, default: 0] += 1
      let written = profile.evaluator == .llava ? GQAScore.converted(prediction) : prediction
      given[group, default: [:]][written, default: 0] += 1
    }
    guard !gold.isEmpty else { throw EvaluatorException(name: "ZeroDivisionError") }
    var weighted = 0.0
    var total = 0
    for (group, answers) in gold.sorted(by: { $0.key < $1.key }) {
      let count = answers.values.reduce(0, +)
      let sum = answers.sorted { $0.key.text < $1.key.text }.reduce(0.0) { sum, entry in
        let difference = Double((given[group]?[entry.key] ?? 0) - entry.value)
        return sum + difference * difference / Double(entry.value)
      }
      weighted += sum * Double(count)
      total += count
    }
    return .number(weighted / Double(total) / 100)
  }
}
