import DataFormats
import Diagnostics
import Evaluation
import Foundation

/// The files of MME's release: a folder per category with images, and per image a text of
/// `question<TAB>answer` lines, beside it or in `questions_answers_YN/` with the images in
/// `images/`.
enum MMERelease {
  static let names = [
    "existence", "count", "position", "color", "posters", "celebrity", "scene", "landmark",
    "artwork", "OCR", "commonsense_reasoning",
    "numerical_calculation", "text_translation", "code_reasoning",
  ]

  /// Where the categories' folders may lie.
  private static func roots(_ path: String) -> [String] {
    [path, path + "/MME_Benchmark_release_version", path + "/MME_Benchmark"]
  }

  /// The folder of a category's images, for a folder of results inside or beside the release; nil
  /// where there is none.
  static func imageFolder(of category: String, near path: String) -> String? {
    (roots(path) + roots(path + "/..")).lazy.map { "\($0)/\(category)" }.first {
      FileManager.default.fileExists(atPath: $0)
    }
    .map { FileManager.default.fileExists(atPath: $0 + "/images") ? $0 + "/images" : $0 }
  }

  /// The folders of the categories that are there.
  static func categories(in path: String) -> [(name: String, folder: String)] {
    for root in roots(path) {
      let found = names.filter { name in
        let folder = "\(root)/\(name)"
        return FileManager.default.fileExists(atPath: folder)
          && !texts(in: textFolder(folder)).isEmpty
      }
      if !found.isEmpty { return found.map { ($0, "\(root)/\($0)") } }
    }
    return []
  }

  static func samples(_ path: String) throws -> [Sample] {
    var asked: [String: Int] = [:]
    return try categories(in: path).flatMap { category, folder -> [Sample] in
      let imageFolder =
        FileManager.default.fileExists(atPath: folder + "/images") ? folder + "/images" : folder
      let images = Dictionary(
        dataFileNames(in: imageFolder).filter { !$0.hasSuffix(".txt") }.map { (stem($0), $0) },
        uniquingKeysWith: { first, _ in first })
      return try texts(in: textFolder(folder)).flatMap { text -> [Sample] in
        let file = textFolder(folder) + "/" + text
        guard let image = images[stem(text)] else {
          throw EvaluationError(
            .invalidData, "no image has this text's name", at: Location(file: file))
        }
        return try lines(of: file).map { number, line in
          let halves = line.split(separator: "\t", omittingEmptySubsequences: false)
          guard halves.count == 2 else {
            throw EvaluationError(
              .invalidData, "a line must be a question, a tab and an answer",
              at: Location(file: file, place: "line \(number)"))
          }
          return MME.sample(
            category: category, file: image,
            image: ImageReference(identity: "\(category)/\(image)", name: "\(imageFolder)/\(image)")
            { try readFile("\(imageFolder)/\(image)") },
            question: String(halves[0]), answer: String(halves[1]), asked: &asked)
        }
      }
    }
  }

  private static func textFolder(_ folder: String) -> String {
    let inner = folder + "/questions_answers_YN"
    return FileManager.default.fileExists(atPath: inner) ? inner : folder
  }

  private static func texts(in folder: String) -> [String] {
    dataFileNames(in: folder).filter { $0.hasSuffix(".txt") }
  }

  private static func stem(_ name: String) -> String {
    name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
  }

  /// The lines that are not blank, with their numbers counted from 1.
  static func lines(of file: String) throws -> [(number: Int, text: String)] {
    try TextFile.lines(of: file)
  }
}
