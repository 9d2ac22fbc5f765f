import DataFormats
import Diagnostics
import Evaluation
import Exchange

extension MMBench: Submitted {
  public var submissions: [AnswerExport] { [Self.table] }

  /// The table that MMBench's server takes for its test split.
  private static let table = AnswerExport(
    name: "mmbench", summary: "an xlsx table for MMBench's server"
  ) { source, path in
    let columns =
      ["index", "question"] + letters + ["hint", "category", "l2-category", "prediction"]
    let rows = source.scores.samples.map { scored, answer in
      let sample = scored.sample
      return columns.map { column -> String in
        switch column {
        case "index": sample.id
        case "question": sample.question
        case "prediction": answer?.text ?? ""
        // Parquet files write a missing option or hint as `nan`.
        default: sample.metadata[column]?.stringValue.flatMap { $0 == "nan" ? nil : $0 } ?? ""
        }
      }
    }
    try DurableFile.replace(path, with: XLSXDocument(columns: columns, rows: rows).bytes)
    return [path]
  }
}
