import DataFormats
import Diagnostics
import Foundation

/// What a series of many runs reads of a logged answer: not how it was computed, nor how long it
/// took, which is most of a line.
package struct BriefAnswer: Sendable {
  package let id: String
  package let text: String
  package let stopReason: String
  /// Nil: answered.
  package let failureCode: String?
  package let imageHash: String?
  /// The ids as written, separated by commas.
  package let tokens: [UInt8]

  init(_ id: String, _ answer: Answer) {
    self.id = id
    text = answer.text
    stopReason = answer.stopReason.rawValue
    failureCode = answer.failure?.code
    imageHash = answer.imageHash
    tokens = Array(answer.tokenIDs.map { String($0) }.joined(separator: ",").utf8)
  }

  private init?(_ node: JSONNode, tokens: [UInt8]) throws {
    guard let text = try node.optional("text")?.string(),
      let reason = try node.optional("stop_reason")?.string()
    else { return nil }
    id = try node["id"].string()
    self.text = text
    stopReason = reason
    failureCode = nil
    imageHash = try node.optional("image_sha256")?.string()
    self.tokens = tokens
  }

  /// Quotes are escaped inside of texts, so that these bytes stand for nothing else.
  private static let mark = Array(",\"token_ids\":[".utf8)

  /// Reads a line, as far as it must be read.
  static func parse(_ line: ArraySlice<UInt8>, file: String, number: Int) throws -> BriefAnswer {
    if let (start, end) = tokens(in: line) {
      let head = Array(line[..<start]) + [UInt8(ascii: "}")]
      let value = try JSONValue.parse(head, file: file, firstLine: number)
      let given = line[(start + mark.count)..<end].filter { $0 != 0x20 }
      let node = JSONNode(value, file: file, path: "line \(number)")
      if let brief = try BriefAnswer(node, tokens: given) { return brief }
    }
    let value = try JSONValue.parse(Array(line), file: file, firstLine: number)
    let (id, answer) = try Answer.parse(JSONNode(value, file: file, path: "line \(number)"))
    return BriefAnswer(id, answer)
  }

  /// Where the list of tokens begins with its name, and its bracket closes.
  private static func tokens(in line: ArraySlice<UInt8>) -> (start: Int, end: Int)? {
    line.withUnsafeBufferPointer { bytes -> (Int, Int)? in
      guard let base = bytes.baseAddress else { return nil }
      func next(_ byte: Int32, from place: Int) -> Int? {
        memchr(base + place, byte, bytes.count - place).map {
          UnsafeRawPointer($0) - UnsafeRawPointer(base)
        }
      }
      var place = 0
      while let bracket = next(0x5B, from: place) {
        place = bracket + 1
        let start = place - mark.count
        guard start >= 0, memcmp(base + start, mark, mark.count) == 0 else { continue }
        guard let end = next(0x5D, from: place) else { return nil }
        return (line.startIndex + start, line.startIndex + end)
      }
      return nil
    }
  }
}

extension RunDirectory {
  /// Opens a run that most likely asks the same questions as another one: they are not parsed
  /// again.
  package init(opening path: String, like other: RunDirectory?) throws {
    guard let other, let manifest = try Self.manifest(at: path),
      manifest.questionsHash == other.manifest.questionsHash,
      manifest.sampleCount == other.manifest.sampleCount,
      try Self.hash(ofQuestionsAt: path) == manifest.questionsHash
    else {
      try self.init(opening: path)
      return
    }
    self.init(path: path, manifest: manifest, questions: other.questions)
  }

  /// The last answer to each question, by id: one that failed is replaced by a later one, one that
  /// did not is not.
  package func briefAnswers() throws -> [[UInt8]: BriefAnswer] {
    var answers: [[UInt8]: BriefAnswer] = [:]
    answers.reserveCapacity(questions.count)
    for name in try Self.logNames(in: answersFolder) {
      try RunLog.forEachBrief(of: answersFolder + "/" + name) { brief in
        let id = Array(brief.id.utf8)
        if let known = answers[id], known.failureCode == nil { return }
        answers[id] = brief
      }
    }
    return answers
  }
}

extension RunLog {
  /// Reads a log without writing to it; a torn tail is passed over.
  static func forEachBrief(of path: String, _ body: (BriefAnswer) -> Void) throws {
    let bytes = try readFile(path)
    var start = 0
    var number = 0
    while start < bytes.count {
      number += 1
      guard let newline = bytes[start...].firstIndex(of: 0x0A) else { return }
      do {
        body(try BriefAnswer.parse(bytes[start..<newline], file: path, number: number))
      } catch {
        if newline == bytes.count - 1 { return }
        throw damage(path, error)
      }
      start = newline + 1
    }
  }
}
