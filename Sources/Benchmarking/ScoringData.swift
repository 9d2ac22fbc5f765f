import DataFormats
import Diagnostics
import Evaluation
import Foundation

/// Made-up predictions and references of the size of the real benchmarks, the same on every
/// machine.
///
/// It can be written to files, so that another program scores the very same texts.
public struct ScoringData: Sendable {
  public struct Item: Sendable, Equatable {
    public var prediction: String
    public var answers: [String]

    public init(prediction: String, answers: [String]) {
      self.prediction = prediction
      self.answers = answers
    }
  }

  /// As DocVQA's validation split: 5,349 predictions, 2.75 answers each.
  public var anls: [Item]
  /// As TextVQA's validation split: 5,000 predictions, ten answers each.
  public var vqa: [Item]
  /// Pages of 5,000 characters with some errors.
  public var pages: [Item]
  /// Pages of 5,000 characters that have nothing in common, as a weak model answers.
  public var unlikePages: [Item]
  /// Documents of 900 words.
  public var documents: [Item]

  /// The texts of a measurement.
  public static func synthesized() -> ScoringData {
    var random = RandomValues(seed: 20)
    func words(_ count: Int) -> String {
      (0..<count).map { _ in word(&random) }.joined(separator: " ")
    }
    func disturbed(_ text: String, oneIn: Int) -> String {
      String(
        String.UnicodeScalarView(
          text.unicodeScalars.map {
            random.below(oneIn) == 0 ? letters[random.below(letters.count)] : $0
          }))
    }
    let anls = (0..<5349).map { index in
      let answer = words(1 + random.below(5))
      let answers = (0..<(index % 4 == 0 ? 2 : 3)).map {
        $0 == 0 ? answer : $0 == 1 ? answer.uppercased() : answer + " " + words(1)
      }
      return Item(
        prediction: index % 3 == 0
          ? answer : index % 3 == 1 ? disturbed(answer, oneIn: 6) : words(1 + random.below(6)),
        answers: answers)
    }
    let vqa = (0..<5000).map { index in
      let answer = words(1 + random.below(3))
      let answers = (0..<10).map { _ in
        random.below(3) == 0 ? "the " + words(1 + random.below(2)) + "." : answer
      }
      return Item(
        prediction: index % 2 == 0 ? answer : words(2) + "'s, " + String(random.below(2000)) + "!",
        answers: answers)
    }
    let pages = (0..<20).map { _ in
      let page = String(words(1100).prefix(5000))
      return Item(prediction: disturbed(page, oneIn: 12), answers: [page])
    }
    let unlikePages = (0..<20).map { _ in
      Item(
        prediction: String(words(1100).prefix(5000)), answers: [String(words(1100).prefix(5000))])
    }
    let documents = (0..<50).map { _ in
      let text = words(900)
      return Item(prediction: disturbed(text, oneIn: 40), answers: [text])
    }
    return ScoringData(
      anls: anls, vqa: vqa, pages: pages, unlikePages: unlikePages, documents: documents)
  }

  private static let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789".unicodeScalars)

  private static func word(_ random: inout RandomValues) -> String {
    let alphabet = random.below(12) == 0 ? letters[26...] : letters[..<26]
    return String(
      String.UnicodeScalarView(
        (0..<1 + random.below(8)).map { _ in
          alphabet[alphabet.startIndex + random.below(alphabet.count)]
        }))
  }

  private static let names = ["anls", "vqa", "pages", "unlike-pages", "documents"]

  /// One JSON Lines file per metric, each line `{"prediction", "answers"}`.
  public func write(to folder: String) throws {
    try DurableFile.createFolder(folder)
    for (name, items) in zip(Self.names, [anls, vqa, pages, unlikePages, documents]) {
      let lines = items.map { item in
        ([
          "prediction": .string(item.prediction),
          "answers": .array(item.answers.map { .string($0) }),
        ] as JSONValue).text() + "\n"
      }
      try DurableFile.replace("\(folder)/\(name).jsonl", with: lines.joined())
    }
    let pairs = ComparisonBenchData()
    let lines = pairs.a.indices.map { place -> String in
      let line: JSONValue = [
        "cluster": .string(pairs.clusters[place]), "a": .number(pairs.a[place]),
        "b": .number(pairs.b[place]),
      ]
      return line.text() + "\n"
    }
    try DurableFile.replace(folder + "/comparison.jsonl", with: lines.joined())
  }
}
