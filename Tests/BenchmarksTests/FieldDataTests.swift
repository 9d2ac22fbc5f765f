import Benchmarks
import Diagnostics
import Evaluation
import Foundation
import TestSupport
import Testing

/// Data folders as people have them.
@Suite struct FieldDataTests {
  static let folder = TestMaterial.fixtures + "/field"

  private func isSound(_ benchmark: any Benchmark, _ path: String) throws -> Bool {
    DataInspection(benchmark, data: try OpenedData(benchmark, path: path)).isSound
  }

  @Test func `Windows' line ends and macOS' files do not spoil MME's release`() throws {
    for name in ["mme-crlf", "mme-applefiles"] {
      let copy = try TemporaryFolder()
      let path = copy.path + "/data"
      try FileManager.default.copyItem(atPath: "\(Self.folder)/\(name)/data", toPath: path)
      // What Finder leaves in every folder that it shows.
      for place in ["", "/count"] {
        try copy.write(
          [0, 0, 0, 1] + Array("Bud1".utf8),
          to: "data/MME_Benchmark_release_version\(place)/.DS_Store")
      }
      let data = try OpenedData(MME(), path: path)
      #expect(data.samples.count >= 8)
      for sample in data.samples {
        #expect(["Yes", "No"].contains(sample.references.first ?? ""))
      }
      #expect(try isSound(MME(), path))
    }
  }

  @Test func `base64 may have line ends`() throws {
    #expect(try isSound(DocVQA(), Self.folder + "/base64-newlines"))
  }

  @Test(arguments: [
    "", "/elsewhere/LMUData/images/DocVQA_VAL/", "C:\\LMU\\images\\DocVQA_VAL\\", "HERE",
  ])
  func `the images of a local table are found beside it`(prefix: String) throws {
    let copy = try TemporaryFolder()
    let source = Self.folder + "/local-tsv/relative"
    for name in ["images/DocVQA_VAL/0.jpg", "images/DocVQA_VAL/1.jpg"] {
      try copy.write([UInt8](Data(contentsOf: URL(fileURLWithPath: "\(source)/\(name)"))), to: name)
    }
    let table = try String(contentsOfFile: source + "/DocVQA_VAL_local.tsv", encoding: .utf8)
    let written = prefix == "HERE" ? copy.path + "/images/DocVQA_VAL/" : prefix
    try copy.write(
      table.replacing("\"0.jpg\"", with: "\"\(written)0.jpg\"")
        .replacing("\"1.jpg\"", with: "\"\(written)1.jpg\""), to: "DocVQA_VAL_local.tsv")
    #expect(try isSound(DocVQA(), copy.path))
  }

  @Test func `a path that leaves the data folder is refused`() throws {
    let copy = try TemporaryFolder()
    try copy.write(
      "index\tquestion\tanswer\timage_path\n0\tq\ta\t/etc/images/../../passwd\n",
      to: "DocVQA_VAL_local.tsv")
    #expect(throws: (any Error).self) { try OpenedData(DocVQA(), path: copy.path) }
  }

  @Test func `a missing shard is named`() {
    #expect {
      try OpenedData(ChartQA(), path: Self.folder + "/missing-shard/data")
    } throws: { error in
      render(error).contains("test-00001-of-00003.parquet is missing of 3 shards")
    }
  }

  @Test(arguments: ["hub-cache/hub/datasets--lmms-lab--ChartQA", "hub-cache/hub", "hub-cache"])
  func `the cache of the hub is data`(path: String) throws {
    let data = try OpenedData(ChartQA(), path: "\(Self.folder)/\(path)")
    #expect(data.path.hasSuffix("snapshots/61aa5f4a") && !data.samples.isEmpty)
    #expect(data.files.map { $0.hasSuffix("data/test-00000-of-00001.parquet") } == [true])
  }

  @Test func `the hub's own conversion is data`() throws {
    let copy = try TemporaryFolder()
    let shard = try Data(
      contentsOf: URL(
        fileURLWithPath: Self.folder
          + "/hub-cache/hub/datasets--lmms-lab--ChartQA/blobs/aa11"
      ))
    try copy.write([UInt8](shard), to: "default/test/0000.parquet")
    #expect(!(try OpenedData(ChartQA(), path: copy.path)).samples.isEmpty)
    try copy.write([UInt8](shard), to: "default/test/0002.parquet")
    #expect {
      try OpenedData(ChartQA(), path: copy.path)
    } throws: { error in
      render(error).contains("0001.parquet is missing of 3 shards")
    }
  }
}

/// Several tables or splits of one benchmark in one folder.
@Suite struct DataChoiceTests {
  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (split, answer) in [("VAL", "a"), ("TEST", "b")] {
      try folder.write(
        "index\tquestion\tanswer\timage_path\n0\tq\t\(answer)\tx.png\n", to: "DocVQA_\(split).tsv")
    }
    return folder
  }

  @Test func `several tables are refused with their names`() throws {
    let folder = try Self.folder()
    #expect {
      try OpenedData(DocVQA(), path: folder.path)
    } throws: { error in
      render(error).contains(
        """
        2 files here are DocVQA: DocVQA_TEST.tsv, DocVQA_VAL.tsv; choose one with --file or \
        --split
        """
      )
    }
  }

  @Test(arguments: [
    (DataChoice(file: "DocVQA_VAL.tsv"), "a"), (DataChoice(file: "DocVQA_TEST.tsv"), "b"),
    (DataChoice(split: "val"), "a"), (DataChoice(split: "validation"), "a"),
    (DataChoice(split: "TEST"), "b"),
  ])
  func `the one that is chosen is read and said`(choice: DataChoice, answer: String) throws {
    let folder = try Self.folder()
    let data = try OpenedData(DocVQA(), path: folder.path, choice: choice)
    #expect(data.samples.map(\.references) == [[answer]])
    let name = answer == "a" ? "DocVQA_VAL.tsv" : "DocVQA_TEST.tsv"
    #expect(data.files == [folder.path + "/" + name])
    #expect(data.summary.hasPrefix("1 questions in \(folder.path)/\(name)"))
  }

  @Test(arguments: [
    (DataChoice(file: "DocVQA_DEV.tsv"), "no file \"DocVQA_DEV.tsv\""),
    (DataChoice(split: "train"), "none of the files here is of the split \"train\""),
  ])
  func `what is not there cannot be chosen`(choice: DataChoice, message: String) throws {
    let folder = try Self.folder()
    #expect {
      try OpenedData(DocVQA(), path: folder.path, choice: choice)
    } throws: { error in
      render(error).contains(message)
    }
  }

  @Test func `English and Chinese are two`() throws {
    let folder = try TemporaryFolder()
    for name in ["MMBench_DEV_EN.tsv", "MMBench_DEV_CN.tsv"] {
      try folder.write(
        "index\tquestion\tA\tB\tanswer\timage_path\n0\tq\ta\tb\tA\tx.png\n", to: name)
    }
    #expect {
      try OpenedData(MMBench(), path: folder.path)
    } throws: { error in
      render(error).contains("MMBench_DEV_CN.tsv, MMBench_DEV_EN.tsv; choose one with --file")
    }
    #expect(
      try OpenedData(
        MMBench(), path: folder.path, choice: DataChoice(file: "MMBench_DEV_EN.tsv")
      ).samples.count == 1)
  }

  @Test func `a local table and its whole are one table`() throws {
    let folder = try TemporaryFolder()
    for name in ["DocVQA_VAL.tsv", "DocVQA_VAL_local.tsv"] {
      try folder.write("index\tquestion\tanswer\timage_path\n0\tq\ta\tx.png\n", to: name)
    }
    let data = try OpenedData(DocVQA(), path: folder.path)
    #expect(data.files.map { $0.hasSuffix("/DocVQA_VAL.tsv") } == [true])
  }
}
