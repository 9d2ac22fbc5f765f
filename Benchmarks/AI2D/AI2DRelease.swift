import DataFormats
import Diagnostics
import Evaluation
import Foundation

/// AI2D's original release: a JSON file of questions per diagram.
extension AI2D {
  /// The lists of the test split's diagrams, which the authors publish beside the archive.
  private static let splitFiles = ["ai2d_test_ids.csv", "test_ids.csv"]

  static func questionFiles(in path: String) -> [String] {
    guard FileManager.default.fileExists(atPath: path + "/images") else { return [] }
    return dataFileNames(in: path + "/questions").filter { $0.hasSuffix(".json") }
  }

  /// The questions of the test split's diagrams; of all where no list of them is there.
  static func releaseSamples(_ path: String) throws -> [Sample] {
    let names = try testNames(in: path)
    return try questionFiles(in: path).sorted(by: isBefore).flatMap { name -> [Sample] in
      let file = "\(path)/questions/\(name)"
      let root = try JSONNode(contentsOf: file)
      let image = try root["imageName"].string()
      guard names.map({ $0.contains(stem(image)) }) ?? true else { return [] }
      return try root["questions"].members().map { text, entry in
        let options = try entry["answerTexts"].strings()
        let answer = try entry["correctAnswer"]
        let index = try answer.int()
        guard options.indices.contains(index) else {
          throw EvaluationError(
            .invalidData, "the answer is none of the \(options.count) options", at: answer.location)
        }
        return try sample(
          id: entry.optional("questionId")?.string() ?? "\(image): \(text)",
          image: DataFolder.image(
            folder(of: image, entry: entry, in: path) + "/" + image, in: path,
            at: root["imageName"].location),
          question: text, options: options, answer: String(index), category: nil,
          at: answer.location)
      }
    }
  }

  /// Diagrams whose labels are replaced by letters lie in a folder of their own, where they are
  /// there at all.
  private static func folder(of image: String, entry: JSONNode, in path: String) throws -> String {
    let isLettered = try entry.optional("abcLabel")?.bool() ?? false
    let lettered = "abc_images/" + image
    return isLettered && FileManager.default.fileExists(atPath: "\(path)/\(lettered)")
      ? "abc_images" : "images"
  }

  private static func testNames(in path: String) throws -> Set<String>? {
    guard let file = NamedFile.find(splitFiles, in: path) else { return nil }
    let names = try TextFile.lines(of: file).map { stem($0.text.filter { !$0.isWhitespace }) }
    return Set(names.filter { !$0.isEmpty })
  }

  private static func stem(_ name: String) -> String {
    name.split(separator: ".").first.map(String.init) ?? name
  }

  /// `9.png.json` before `10.png.json`.
  private static func isBefore(_ a: String, _ b: String) -> Bool {
    switch (Int(stem(a)), Int(stem(b))) {
    case (let x?, let y?) where x != y: x < y
    default: a < b
    }
  }
}
