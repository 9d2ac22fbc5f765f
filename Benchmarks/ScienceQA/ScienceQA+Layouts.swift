import DataFormats
import Evaluation

/// The image part of the test split, or with `--split full` all 4,241 questions, of which LLaVA's
/// scripts print the accuracy.
extension ScienceQA {
  /// False for a question without a picture; absent for all others.
  static let imageKey = "has_image"

  private static let splits: Set<String> = ["full", "all"]

  static func release(isFull: Bool) -> DataLayout {
    DataLayout(
      name: "original",
      summary: "the original release (problems.json with images/test/); the questions of the test"
        + " split" + (isFull ? "" : " that have an image"),
      recognizes: { NamedFile.find(["problems.json"], in: $0) != nil },
      ofSplit: { release(isFull: splits.contains($0.lowercased())) },
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
      recognizes: { parquet.holds(columns, in: $0) }, files: parquet.shards,
      ofSplit: { self.parquet(isFull: splits.contains($0.lowercased())) },
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
