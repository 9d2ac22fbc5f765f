import DataFormats
import Evaluation

/// SEED-Bench as lmms-lab publishes it: image and video questions in one split, each with a list of
/// images, one of an image question and eight frames of a video.
extension SEEDBench {
  /// `image` or `video`; kept with video questions only.
  static let typeKey = "data_type"

  private static let parquet = HuggingFaceParquet(split: "test")
  private static let columns = [
    "question", "choice_a", "choice_b", "choice_c", "choice_d", "answer", "data_type",
    "question_id",
  ]

  private static let parts = ["image", "video", "all"]

  /// - Parameter part: `image`, which the figure is about; `video` or `all`, by `--split`
  static func parquetLayout(of part: String) -> DataLayout {
    DataLayout(
      name: "parquet",
      summary: "Hugging Face parquet (data/test-*.parquet with choice_a, data_type, a list of"
        + " images); \(part == "all" ? "all" : part) questions",
      recognizes: { parquet.holds(columns, in: $0) }, files: parquet.shards,
      ofSplit: { parts.contains($0.lowercased()) ? parquetLayout(of: $0.lowercased()) : nil },
      splits: { _ in parts },
      samples: { try samples(in: $0, part: part) })
  }

  private static func samples(in path: String, part: String) throws -> [Sample] {
    var ids = RepeatedIDs()
    return try parquet.samplesWithImages(in: path, columns: columns, optional: ["data_id"]) {
      row, _, images in
      let type = try row.string("data_type")
      guard part == "all" || type == part else { return [] }
      let id = ids.next(try row.id("question_id"))
      let count = try images.count()
      let known = try row.ifText("data_id") ?? "question \(id)"
      var sample = sample(
        id: id,
        images: (0..<count).map { place in
          ImageReference(
            identity: count == 1 ? known : "\(id)/\(place + 1)",
            name: "\(count == 1 ? "image" : "frame \(place + 1)") of question \(id) in \(row.path)"
          ) { try images.load(place: place) }
        },
        question: try row.string("question"),
        options: try ["a", "b", "c", "d"].map { try row.string("choice_\($0)") },
        answer: try row.string("answer"), category: nil)
      if type != "image" { sample.metadata[typeKey] = .string(type) }
      return [sample]
    }
  }
}

/// Ids of data that use some of them more than once: the second row of an id is told by its place.
struct RepeatedIDs {
  /// How often the published data use an id, where that is more than once.
  ///
  /// In a file of answers an id that comes more often is a question that is answered twice: it
  /// keeps its id, and is refused. nil: these are the data themselves, whatever they hold.
  var known: [String: Int]?

  private var seen: [String: Int] = [:]

  init(known: [String: Int]? = nil) { self.known = known }

  mutating func next(_ id: String) -> String {
    let occurrence = seen[id, default: 0] + 1
    seen[id] = occurrence
    if let known, occurrence > known[id, default: 1] { return id }
    return occurrence == 1 ? id : "\(id)#\(occurrence)"
  }
}
