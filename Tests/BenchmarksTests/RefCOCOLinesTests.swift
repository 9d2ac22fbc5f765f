import Benchmarks
import Evaluation
import Foundation
import TestSupport
import Testing

/// The forms in which RefCOCO's expressions are passed around as JSON Lines.
@Suite struct RefCOCOLinesTests {
  static let size = #""height": 480, "width": 640"#
  /// The keys of both splits: UNC's, and the half of COCO that its images come from.
  static func split(_ unc: String) -> String {
    let split = unc == "val" ? "validation" : "test"
    return #""split": "\#(split)", "unc_split": "\#(unc)""#
  }
  static let files = [
    "refcoco_testB.jsonl": [
      #"{"image": "train2014/a.jpg", "sent": "cup", "bbox": [10.5, 20, 110.5, 220], \#(size)}"#,
      #"{"image": "train2014/a.jpg", "sent": "left cup", "bbox": [10.5, 20, 110.5, 220], \#(size)}"#,
    ],
    "REC_refcoco_unc.jsonl": [
      #"{"img_path": "b.jpg", "expression": "hat", "bbox": [0, 0, 5, 5], \#(split("val")), \#(size)}"#,
      #"{"img_path": "a.jpg", "expression": "cup", "bbox": [10.5, 20, 110.5, 220], \#(split("testB")), \#(size)}"#,
      #"{"img_path": "a.jpg", "expression": "left cup", "bbox": [10.5, 20, 110.5, 220], \#(split("testB")), \#(size)}"#,
    ],
    "refcoco_lmmslab_rows.jsonl": [
      #"{"question_id": "9", "answer": ["cup", "left cup"], "bbox": [10.5, 20, 100, 200], "#
        + #""file_name": "a.jpg", "split": "testB", \#(size)}"#
    ],
  ]

  @Test(
    arguments: zip(
      ["refcoco_testB.jsonl", "REC_refcoco_unc.jsonl", "refcoco_lmmslab_rows.jsonl"],
      ["jsonl", "rec-jsonl", "lmms-lab-jsonl"]))
  func everyFormGivesTheSameExpressionsBoxesAndImages(file: String, layout: String) throws {
    try TestMaterial.withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/train2014", withIntermediateDirectories: true)
      try Data([1, 2, 3]).write(to: URL(fileURLWithPath: folder + "/train2014/a.jpg"))
      try Data((Self.files[file] ?? []).joined(separator: "\n").utf8).write(
        to: URL(fileURLWithPath: folder + "/" + file))
      let data = try OpenedData(RefCOCO(), path: folder)
      #expect(data.layout.name == layout)
      #expect(data.samples.map(\.question) == ["cup", "left cup"])
      #expect(
        data.samples.map(\.references) == Array(repeating: ["[10.5, 20.0, 110.5, 220.0]"], count: 2)
      )
      #expect(
        data.samples.allSatisfy {
          $0.metadata["split"]?.stringValue == "testB" && $0.image?.identity == "train2014/a.jpg"
        })
      #expect(try data.samples[1].image?.load() == [1, 2, 3])
    }
  }

  @Test func aFileWithoutTestSplitsIsAskedWhole() throws {
    try TestMaterial.withTemporaryFolder { folder in
      try Data((Self.files["REC_refcoco_unc.jsonl"] ?? [])[0].utf8).write(
        to: URL(fileURLWithPath: folder + "/REC_refcoco_unc.jsonl"))
      #expect(try OpenedData(RefCOCO(), path: folder).samples.map(\.question) == ["hat"])
    }
  }

  @Test func anImageOutsideTheFolderIsRefused() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let line = (Self.files["REC_refcoco_unc.jsonl"] ?? [])[0].replacingOccurrences(
        of: "b.jpg", with: "../b.jpg")
      try Data(line.utf8).write(to: URL(fileURLWithPath: folder + "/REC_refcoco_unc.jsonl"))
      #expect(throws: (any Error).self) { try OpenedData(RefCOCO(), path: folder) }
    }
  }
}
