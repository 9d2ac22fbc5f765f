import DataFormats
import Evaluation

/// The image part of the test split, or with `--split full` all 4,241 questions, of which LLaVA's
/// scripts print the accuracy.
extension ScienceQA {
  /// False for a question without a picture; absent for all others.
  static let imageKey = Sample.imageKey

  private static let splits = ["image test", "full"]

  private static func asksAll(_ split: String) -> Bool {
    ["full", "all"].contains(split.lowercased())
  }

  static func release(isFull: Bool) -> DataLayout {
    DataLayout(
      name: "original",
      summary: "the original release (problems.json with images/test/); the questions of the test"
        + " split" + (isFull ? "" : " that have an image"),
      recognizes: { NamedFile.find(["problems.json"], in: $0) != nil },
      ofSplit: { asksAll($0) ? release(isFull: true) : nil }, splits: { _ in splits },
      samples: { try releaseSamples($0, isFull: isFull) })
  }

  private static func releaseSamples(_ path: String, isFull: Bool) throws -> [Sample] {
    guard let file = NamedFile.find(["problems.json"], in: path) else { return [] }
    return try JSONNode(contentsOf: file).members().compactMap { id, entry in
      let picture = try entry.optional("image")?.string()
      guard try entry["split"].string() == "test", isFull || picture != nil else { return nil }
      var sample = try sample(
        id: id,
        image: picture.map {
          try DataFolder.image(
            "images/test/\(id)/\($0)", in: NamedFile.folder(of: file), at: entry["image"].location)
        },
        question: entry["question"].string(), hint: entry.optional("hint")?.string() ?? "",
        choices: entry["choices"].strings(), answer: entry["answer"].int(),
        subject: entry.optional("subject")?.string(), at: entry["answer"].location)
      if picture == nil { sample.metadata[imageKey] = false }
      return sample
    }
  }

  static func parquet(isFull: Bool) -> DataLayout {
    let parquet = HuggingFaceParquet(
      split: "test", configuration: isFull ? "ScienceQA-FULL" : "ScienceQA-IMG")
    let columns = ["question", "choices", "answer"]
    return DataLayout(
      name: "parquet",
      summary: "Hugging Face parquet (\(parquet.configuration ?? "")/test-*.parquet with"
        + " \(columns.joined(separator: ", ")))",
      // The folder of the one configuration is not that of the other.
      recognizes: {
        !(isFull && $0.hasSuffix("ScienceQA-IMG")) && parquet.holds(columns, in: $0)
      }, files: parquet.shards,
      ofSplit: { asksAll($0) ? self.parquet(isFull: true) : nil },
      splits: { path in
        (parquet.holds(columns, in: path) ? [splits[0]] : [])
          + (HuggingFaceParquet(split: "test", configuration: "ScienceQA-FULL").holds(
            columns, in: path) ? [splits[1]] : [])
      },
      samples: { path in
        try parquet.samplesWithImages(in: path, columns: columns, optional: ["hint", "subject"]) {
          row, place, images in
          let isPictured = try !isFull || images.count() > 0
          var sample = try sample(
            id: String(place),
            image: isPictured
              ? ImageReference(
                identity: "row \(place)", name: "image of row \(place + 1) in \(row.path)"
              ) { try images.loadOnly() } : nil,
            question: row.string("question"), hint: row.ifPresent("hint") ?? "",
            choices: row.strings("choices"), answer: row.integer("answer"),
            subject: row.ifPresent("subject"), at: row.location("answer"))
          if !isPictured { sample.metadata[imageKey] = false }
          return [sample]
        }
      })
  }
}
