import DataFormats
import Evaluation
import Foundation

/// References as the DUE benchmark's evaluator reads them: a line per document with `annotations`,
/// each a question (`key`) with the accepted answers (`value_variants`). The files have no images:
/// they are for scoring answers that are there.
enum DocVQADUE {
  static func recognizes(_ path: String) -> Bool {
    guard [".jsonl", ".jsonl.gz"].contains(where: path.hasSuffix) else { return false }
    // A damaged file counts as recognised, so that its error is told and not "unknown format".
    guard let documents = try? JSONLines.read(path) else { return true }
    return documents.first?.value["annotations"]?.arrayValue != nil
  }

  static func samples(_ path: String) throws -> [Sample] {
    try JSONLines.read(path).flatMap { document in
      try document["annotations"].list().enumerated().map { place, annotation in
        let values = try annotation["values"].list()
        return Sample(
          id: try annotation.optional("id")?.string() ?? "\(document["name"].string())-\(place)",
          image: nil,
          question: try annotation["key"].string(),
          references: try values.flatMap { value in
            try value.optional("value_variants")?.strings() ?? [value["value"].string()]
          })
      }
    }
  }
}
