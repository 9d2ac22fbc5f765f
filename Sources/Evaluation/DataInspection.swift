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
  /// Questions about no image that do not say so: nearly every question here asks about one.
  public let withoutImages: [String]
  /// Questions without any reference answer.
  public let withoutReferences: [String]
  /// Different ids with the same image and the same question; those without an image cannot be
  /// compared.
  public let repeatedQuestions: [String]
  /// Whether a split was chosen that has no references: only a server has them.
  public let isUnpublished: Bool
  /// Ids that several samples share, and groups or pairs of questions that are broken.
  public let faults: [DataFault]

  /// Reads every question and decodes every image once.
  ///
  /// - Parameter asked: the places of the questions that will be asked; nil: all. Images of others
  ///   are not decoded.
  /// - Throws: ``EvaluationError`` where the folder cannot be read as the benchmark's data at all.
  public init(_ benchmark: any Benchmark, data: OpenedData, asked: [Int]? = nil) {
    self.benchmark = benchmark.name
    path = data.path
    layout = data.layout
    questions = data.samples.count
    publishedCount = data.split == nil ? benchmark.publishedCount : nil
    var seen: Set<String> = []
    var unreadable: [(name: String, reason: String)] = []
    let samples = asked.map { $0.map { data.samples[$0] } } ?? data.samples
    for image in samples.flatMap(\.images) where seen.insert(image.identity).inserted {
      do {
        _ = try ImageDecoder.decode(image.load(), name: image.name)
      } catch {
        unreadable.append((image.name, render(error)))
      }
    }
    images = seen.count
    unreadableImages = unreadable
    withoutImages = data.samples.filter { $0.images.isEmpty && !$0.isTextAlone }.map(\.id)
    withoutReferences = data.samples.filter {
      $0.references.allSatisfy { $0.allSatisfy(\.isWhitespace) }
    }.map(\.id)
    isUnpublished =
      (data.split != nil || benchmark is any AnswersKeptByServer)
      && withoutReferences.count == data.samples.count
    var asked: Set<[String]> = []
    // The prompt and not the question: rotated options make another question of the same words.
    repeatedQuestions = data.samples.filter { sample in
      sample.imageIdentity.map {
        !asked.insert([$0, benchmark.prompt(for: sample).text]).inserted
      } ?? false
    }.map(\.id)
    faults = Self.repeatedIDs(data.samples) + benchmark.structuralFaults(of: data.samples)
  }

  private static func repeatedIDs(_ samples: [Sample]) -> [DataFault] {
    let repeated = Dictionary(grouping: samples, by: \.id).filter { $0.value.count > 1 }
    if repeated.isEmpty { return [] }
    return [
      DataFault(
        kind: "repeated-ids",
        summary:
          "\(repeated.count) ids stand for several samples, whose answers could not be told apart",
        places: repeated.sorted { $0.key < $1.key }.map { "\($0.key) stands for \($0.value.count)" }
      )
    ]
  }

  /// Whether a run over this data would be whole: no holes, and figures that mean what they say.
  /// Fewer questions than published are sound; the table then says so.
  public var isSound: Bool {
    unreadableImages.isEmpty && withoutImages.isEmpty
      && (withoutReferences.isEmpty || isUnpublished) && faults.allSatisfy(\.isHarmless)
  }

  public var json: JSONValue {
    [
      "benchmark": .string(benchmark), "path": .string(path), "format": .string(layout.name),
      "questions": .integer(questions),
      "published_questions": publishedCount.map { .integer($0) } ?? .null,
      "images": .integer(images),
      "unreadable_images": .array(
        unreadableImages.map { ["image": .string($0.name), "reason": .string($0.reason)] }),
      "without_images": .array(withoutImages.map { .string($0) }),
      "without_references": .array(withoutReferences.map { .string($0) }),
      "repeated_questions": .array(repeatedQuestions.map { .string($0) }),
      "faults": .array(
        faults.map {
          [
            "kind": .string($0.kind), "summary": .string($0.summary),
            "places": .array($0.places.map { .string($0) }), "harmless": .bool($0.isHarmless),
          ]
        }),
      "sound": .bool(isSound),
    ]
  }

  public var text: String {
    var lines = [
      "\(benchmark): \(layout.name) (\(layout.summary))",
      "  \(questions) questions" + (publishedCount.map { " of \($0) published" } ?? "")
        + ", on \(images) images",
    ]
    if unreadableImages.count > 10 {
      lines.append("  \(unreadableImages.count) images are unreadable, the first of them:")
    }
    for (name, reason) in unreadableImages.prefix(10) {
      let name = terminalText(name)
      lines.append("  unreadable image: \(reason.hasPrefix(name) ? reason : "\(name): \(reason)")")
    }
    if !withoutImages.isEmpty { lines.append("  without an image: \(Self.listed(withoutImages))") }
    if withoutReferences.count == questions {
      lines.append(
        """
          no question has a reference answer: nothing will be scored, and `export` writes the \
        answers for the server that has them
        """
      )
    } else if !withoutReferences.isEmpty {
      lines.append("  without a reference answer: \(Self.listed(withoutReferences))")
    }
    if !repeatedQuestions.isEmpty {
      lines.append("  asked twice about one image: \(Self.listed(repeatedQuestions))")
    }
    for fault in faults { lines.append("  \(fault.summary): \(Self.listed(fault.places))") }
    if isSound {
      lines.append(
        "  every image decodes" + (isUnpublished ? "" : ", every question has a reference answer"))
    }
    // Names and ids come from the data: none of them may begin a line of its own.
    return lines.map { terminalText($0) }.joined(separator: "\n")
  }

  private static func listed(_ ids: [String]) -> String {
    ids.count <= 8
      ? ids.joined(separator: ", ")
      : ids.prefix(8).joined(separator: ", ") + " and \(ids.count - 8) more"
  }
}
