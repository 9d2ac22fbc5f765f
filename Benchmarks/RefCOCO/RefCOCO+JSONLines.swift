import DataFormats
import Diagnostics
import Evaluation
import Foundation
import Images

/// RefCOCO as JSON Lines, in three forms that are passed around.
extension RefCOCO {
  /// - Parameter splits: those that are read, a file of each
  static func splitLines(of splits: [String]) -> DataLayout {
    let names = splits.map { "refcoco_\($0).jsonl" }.joined(separator: " and ")
    return DataLayout(
      name: "jsonl", summary: "one expression per line (\(names), corners in pixels)",
      recognizes: { !splitFiles(in: $0, splits).isEmpty },
      ofSplit: { splitLines(of: [$0]) },
      splits: { NamedFile.splits(in: $0, from: "refcoco_", to: [".jsonl"]) },
      samples: { path in
        try splitFiles(in: path, splits).flatMap {
          try expressions($0.file, in: path, split: $0.split)
        }
      })
  }

  /// - Parameter split: the one that is read; nil: the two that the benchmark asks
  static func expressionLines(of split: String?) -> DataLayout {
    oneFile(
      name: "rec-jsonl",
      summary:
        """
        one expression per line with its split (REC_refcoco*.jsonl: img_path, expression, bbox \
        as corners)
        """, prefix: "REC_refcoco_", split: split, ofSplit: { expressionLines(of: $0) },
      splitName: { try ($0.optional("unc_split") ?? $0["split"]).string() },
      samples: { try expressions($0, in: folder(of: $0), split: nil) })
  }

  /// - Parameter split: the one that is read; nil: the two that the benchmark asks
  static func objectLines(of split: String?) -> DataLayout {
    oneFile(
      name: "lmms-lab-jsonl",
      summary:
        """
        lmms-lab's rows as lines (refcoco_lmmslab*.jsonl: file_name, answer, bbox as corner and \
        size)
        """, prefix: "refcoco_lmmslab", split: split, ofSplit: { objectLines(of: $0) },
      splitName: { try $0["split"].string() }, samples: { try objects($0, in: folder(of: $0)) })
  }

  /// A layout of one file whose lines name their splits.
  private static func oneFile(
    name: String, summary: String, prefix: String, split: String?,
    ofSplit: @escaping @Sendable (String) -> DataLayout?,
    splitName: @escaping @Sendable (JSONNode) throws -> String,
    samples: @escaping @Sendable (_ file: String) throws -> [Sample]
  ) -> DataLayout {
    DataLayout(
      name: name, summary: summary, recognizes: { !files(in: $0, prefix: prefix).isEmpty },
      alternatives: { files(in: $0, prefix: prefix) }, ofSplit: ofSplit,
      splits: { path in
        // Lines that cannot be read say why when they are read.
        let lines = files(in: path, prefix: prefix).first.flatMap { try? JSONLines.read($0) } ?? []
        return Set(lines.compactMap { try? splitName($0) }).sorted()
      },
      samples: { path in
        let all = try files(in: path, prefix: prefix).prefix(1).flatMap(samples)
        guard let split else { return testSplits(all) }
        return all.filter { $0.refCOCOSplit?.lowercased() == split.lowercased() }
      })
  }

  private static func splitFiles(
    in path: String, _ splits: [String]
  ) -> [(split: String, file: String)] {
    splits.map { ($0, path + "/refcoco_\($0).jsonl") }.filter {
      FileManager.default.fileExists(atPath: $0.1)
    }
  }

  /// The files of a folder, or the path itself, whose names begin so.
  private static func files(in path: String, prefix: String) -> [String] {
    func matches(_ name: String) -> Bool { name.hasPrefix(prefix) && name.hasSuffix(".jsonl") }
    let url = URL(fileURLWithPath: path)
    if matches(url.lastPathComponent) { return [path] }
    return dataFileNames(in: path).filter(matches).map { path + "/" + $0 }
  }

  private static func folder(of file: String) -> String {
    URL(fileURLWithPath: file).deletingLastPathComponent().path
  }

  /// testA and testB are what the benchmark asks; a file without either is asked whole.
  private static func testSplits(_ samples: [Sample]) -> [Sample] {
    let tests = samples.filter { splits.contains($0.refCOCOSplit ?? "") }
    return tests.isEmpty ? samples : tests
  }

  /// A line per expression; boxes are corners in pixels.
  private static func expressions(
    _ file: String, in path: String, split: String?
  ) throws -> [Sample] {
    try JSONLines.read(file).enumerated().map { place, line in
      let split = try split ?? (line.optional("unc_split") ?? line["split"]).string()
      let sentence = try line.optional("sent") ?? line["expression"]
      return sample(
        id: "\(split)-\(place)",
        image: try image(line.optional("image") ?? line["img_path"], in: path),
        sentence: try sentence.string(),
        box: try fourNumbers(line["bbox"]), size: try size(line), split: split)
    }
  }

  /// A line per object with all its expressions; boxes are corner and size in pixels.
  private static func objects(_ file: String, in path: String) throws -> [Sample] {
    try JSONLines.read(file).enumerated().flatMap { place, line in
      let split = try line["split"].string()
      let box = try fourNumbers(line["bbox"])
      let image = try image(line["file_name"], in: path)
      let size = try size(line)
      return try line["answer"].strings().enumerated().map { index, sentence in
        sample(
          id: "\(split)-\(place)-\(index)", image: image, sentence: sentence,
          box: [box[0], box[1], box[0] + box[2], box[1] + box[3]],
          size: size, split: split)
      }
    }
  }

  private static func fourNumbers(_ node: JSONNode) throws -> [Double] {
    let numbers = try node.list().map { try $0.double() }
    guard numbers.count == 4 else { throw node.mismatch("four numbers") }
    return numbers
  }

  private static func size(_ line: JSONNode) throws -> PixelSize {
    PixelSize(width: try line["width"].int(), height: try line["height"].int())
  }

  /// Images lie where the line says, or in COCO's own folder beside the file.
  private static func image(_ name: JSONNode, in path: String) throws -> ImageReference {
    let text = try name.string()
    _ = try DataFolder.path(of: text, in: path, at: name.location)
    let places = ["", "train2014/", "images/train2014/", "images/"].map { $0 + text }
    let found = places.first { FileManager.default.fileExists(atPath: path + "/" + $0) } ?? text
    return try DataFolder.image(found, in: path, at: name.location)
  }
}
