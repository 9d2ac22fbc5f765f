import DataFormats
import Evaluation
import Foundation
import PythonText

/// When two spellings of a question are the same question.
enum QuestionKey {
  enum Comparison {
    /// But for letters' case and the space around words.
    case same
    /// Other punctuation, an added request, dropped last lines.
    case respelt
    case other
    /// The record has no question.
    case unknown
  }

  static func compare(
    _ record: AnswerRecord, with sample: Sample, _ benchmark: any Benchmark
  ) -> Comparison {
    guard let question = record.question, !question.isEmpty else { return .unknown }
    if exact(question) == exact(sample.question) { return .same }
    if let prompt = record.prompt, exact(prompt) == exact(benchmark.prompt(for: sample).text) {
      return .same
    }
    let asked = words(sample.question)
    guard !asked.isEmpty else { return .respelt }
    for text in [question, record.prompt].compactMap({ $0 }) {
      let written = words(text)
      // The question with more around it, or its beginning.
      if written == asked || " \(written) ".contains(" \(asked) ")
        || (written.utf8.count * 2 >= asked.utf8.count && asked.hasPrefix(written + " "))
      {
        return .respelt
      }
    }
    return .other
  }

  /// A question as evaluators change it: letters' case and the space around words.
  static func exact(_ question: String) -> String {
    PythonString(
      PythonString(question).lower().split().reduce(into: []) { $0 += $1.scalars + [" "] }
    ).text
  }

  /// The words of a question without marks, and without the requests that follow it in prompts.
  static func words(_ question: String) -> String {
    var text = exact(question)
    text.removeLast(text.isEmpty ? 0 : 1)
    var isShorter = true
    while isShorter {
      isShorter = false
      for request in requests where text.hasSuffix(request) && text.utf8.count > request.utf8.count
      {
        text = String(text.dropLast(request.count))
        while text.last == " " { text.removeLast() }
        isShorter = true
      }
    }
    let plain = text.unicodeScalars.split { scalar in
      !(scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || scalar.properties.generalCategory == .nonspacingMark)
    }
    // A question of marks alone is told by them.
    return plain.isEmpty ? text : plain.map { String($0) }.joined(separator: " ")
  }

  /// In the form of ``exact(_:)``.
  private static let requests = [
    "answer the question using a single word or phrase.",
    "answer the question with a single word or phrase.",
    "answer the question with a single word.",
    "answer the question using a single word or phrase",
    "answer this question using the text in the image directly.",
    "please answer yes or no.", "please answer the question with yes or no.",
    "answer with the option's letter from the given choices directly.",
    "please select the correct answer from the options above.",
    "please try to answer the question with short words or phrases if possible.", "answer:",
  ]
}

/// The names under which a record and a sample know an image.
enum ImageName {
  /// As a file writes it; nil where it names none.
  static func written(_ record: AnswerRecord) -> String? {
    let names = [
      "image_path", "image", "imgname", "image_name", "img_path", "image_id", "file_name",
    ]
    for name in names {
      guard let text = record.fields[name]?.stringValue, !text.isEmpty, text.utf8.count <= 256,
        text.contains(where: { !$0.isNumber })
      else { continue }
      return text
    }
    return nil
  }

  /// As the data knows it; nil where an image has no name of its own.
  static func known(_ sample: Sample) -> String? {
    if let id = sample.metadata["image_id"]?.stringValue { return id }
    if let pair = sample.metadata["pair"]?.stringValue { return pair }
    guard let identity = sample.imageIdentity, !identity.contains(" "),
      !identity.contains("://")
    else { return nil }
    return identity
  }

  /// Whether they can be the same image: neither names one, or the names are the same but for
  /// folders and ending. Names of another kind (a number, a hash) contradict nothing.
  static func agree(_ record: AnswerRecord, _ sample: Sample) -> Bool {
    guard let written = written(record), let known = known(sample) else { return true }
    let (a, b) = (stem(written), stem(known))
    return a == b || !isComparable(a, b)
  }

  /// Both must look like names of files of one kind, or a page's name in another numbering would
  /// exclude the page.
  private static func isComparable(_ a: String, _ b: String) -> Bool {
    func hasLetters(_ text: String) -> Bool { text.contains { $0.isLetter } }
    return hasLetters(a) == hasLetters(b)
  }

  private static func stem(_ name: String) -> String {
    let last = name.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? name
    guard let dot = last.lastIndex(of: "."), dot != last.startIndex,
      last.distance(from: dot, to: last.endIndex) <= 5
    else { return last.lowercased() }
    return last[..<dot].lowercased()
  }
}

/// When the references of a file and of the data are the same.
enum ReferenceAgreement {
  /// The same texts in any order, or the same numbers up to rounding.
  static func agree(_ a: [String], _ b: [String]) -> Bool {
    if a == b || Set(a) == Set(b) { return true }
    // Some programs keep only the first of several.
    if a.count == 1, b.contains(a[0]) { return true }
    guard a.count == b.count else { return false }
    return zip(a, b).allSatisfy { left, right in
      if left == right { return true }
      // What is no literal is no number, and was compared as a text above.
      guard let x = (try? PythonLiteral.parse(left)).flatMap(numbers),
        let y = (try? PythonLiteral.parse(right)).flatMap(numbers)
      else { return false }
      return x.count == y.count && zip(x, y).allSatisfy { abs($0 - $1) <= 1e-3 * max(1, abs($0)) }
    }
  }

  private static func numbers(_ value: JSONValue) -> [Double]? {
    if let items = value.arrayValue {
      return items.compactMap(\.doubleValue).count == items.count
        ? items.compactMap(\.doubleValue) : nil
    }
    return value.doubleValue.map { [$0] }
  }
}
