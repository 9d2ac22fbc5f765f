public import DataFormats
import Diagnostics
import Images

/// What is wrong with a data folder, found before a ten-hour run and not during it.
public struct DataInspection: Sendable {
  public let benchmark: String
  public let path: String
  public let layout: DataLayout
  public let questions: Int
  public let publishedCount: Int?
  public let images: Int
  /// Images that cannot be read or decoded, with the reason.
  public let unreadableImages: [(name: String, reason: String)]
  /// Questions without any reference answer.
  public let withoutReferences: [String]
  /// Different ids with the same image and the same question.
  public let repeatedQuestions: [String]

  /// Reads every question and decodes every image once.
  /// - Throws: ``EvaluationError`` where the folder cannot be read as the benchmark's data at all.
  public init(_ benchmark: any Benchmark, data: OpenedData) {
    self.benchmark = benchmark.name
    path = data.path
    layout = data.layout
    questions = data.samples.count
    publishedCount = benchmark.publishedCount
    var seen: Set<String> = []
    var unreadable: [(name: String, reason: String)] = []
    for image in data.samples.compactMap(\.image) where seen.insert(image.identity).inserted {
      do {
        _ = try ImageDecoder.decode(image.load(), name: image.name)
      } catch {
        unreadable.append((image.name, render(error)))
      }
    }
    images = seen.count
    unreadableImages = unreadable
    withoutReferences = data.samples.filter(\.references.isEmpty).map(\.id)
    var asked: Set<[String]> = []
    repeatedQuestions = data.samples.filter { !asked.insert([$0.image?.identity ?? "", $0.question]).inserted }.map(\.id)
  }

  /// Whether a run over this data would have holes.
  public var isSound: Bool { unreadableImages.isEmpty && withoutReferences.isEmpty }

  public var json: JSONValue {
    [
      "benchmark": .string(benchmark), "path": .string(path), "format": .string(layout.name), "questions": .integer(questions),
      "published_questions": publishedCount.map { .integer($0) } ?? .null, "images": .integer(images),
      "unreadable_images": .array(unreadableImages.map { ["image": .string($0.name), "reason": .string($0.reason)] }),
      "without_references": .array(withoutReferences.map { .string($0) }),
      "repeated_questions": .array(repeatedQuestions.map { .string($0) }),
    ]
  }

  public var text: String {
    var lines = [
      "\(benchmark): \(layout.name) (\(layout.summary))",
      "  \(questions) questions" + (publishedCount.map { " of \($0) published" } ?? "") + ", on \(images) images",
    ]
    if unreadableImages.count > 10 { lines.append("  \(unreadableImages.count) images are unreadable, the first of them:") }
    for (name, reason) in unreadableImages.prefix(10) { lines.append("  unreadable image: \(reason.hasPrefix(name) ? reason : "\(name): \(reason)")") }
    if !withoutReferences.isEmpty { lines.append("  without a reference answer: \(Self.listed(withoutReferences))") }
    if !repeatedQuestions.isEmpty { lines.append("  asked twice about one image: \(Self.listed(repeatedQuestions))") }
    if isSound { lines.append("  every image decodes, every question has a reference answer") }
    return lines.joined(separator: "\n")
  }

  private static func listed(_ ids: [String]) -> String {
    ids.count <= 8 ? ids.joined(separator: ", ") : ids.prefix(8).joined(separator: ", ") + " and \(ids.count - 8) more"
  }
}
