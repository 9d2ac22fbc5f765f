import Foundation
import TestSupport
import Testing

/// Data files that lie, as a user meets them: the program names the file and the row in one
/// sentence, and nothing traps.
@Suite struct BadDataTests {
  // MARK: Parquet

  /// DocVQA's columns with two rows; one of them may lie.
  private static func docVQA(
    _ change: (inout [ParquetBuilder.Column]) -> Void = { _ in }
  ) -> [UInt8] {
    func texts(_ name: String, _ values: [String]) -> ParquetBuilder.Column {
      ParquetBuilder.Column(
        schema: [ParquetBuilder.element(name, type: 6, converted: 0)],
        pages: ParquetBuilder.page(ParquetBuilder.strings(values), valueCount: values.count),
        valueCount: values.count)
    }
    let answers = ParquetBuilder.Column(
      schema: [
        ParquetBuilder.element("answers", repetition: 0, children: 1, converted: 3),
        ParquetBuilder.element("list", repetition: 2, children: 1),
        ParquetBuilder.element("element", type: 6, converted: 0),
      ],
      pages: ParquetBuilder.page(
        ParquetBuilder.levels([0, 0]) + ParquetBuilder.levels([1, 1])
          + ParquetBuilder.strings(["a", "b"]), valueCount: 2), valueCount: 2)
    let image = ParquetBuilder.Column(
      schema: [
        ParquetBuilder.element("image", children: 1), ParquetBuilder.element("bytes", type: 6),
      ],
      pages: ParquetBuilder.page(ParquetBuilder.strings(["", ""]), valueCount: 2), valueCount: 2)
    var columns = [
      texts("questionId", ["1", "2"]), texts("question", ["first?", "second?"]), answers, image,
    ]
    change(&columns)
    return ParquetBuilder.bytes(columns, rowCount: 2)
  }

  private static func page(claiming count: Int) -> [UInt8] {
    ParquetBuilder.page(ParquetBuilder.strings(["x", "y"]), valueCount: count)
  }

  @Test func theFileWithoutALieIsRead() throws {
    let outcome = try inspect("validation-00000-of-00001.parquet", Self.docVQA())
    #expect(outcome.output.contains("2 questions of 5349"), "\(outcome.errors)")
  }

  static let parquets: [(name: String, bytes: [UInt8], mentions: [String])] = [
    (
      "a wrong footer",
      Array(docVQA().dropLast(8)) + [0xFF, 0xFF, 0xFF, 0x7F] + Array("PAR1".utf8),
      ["the footer claims 2147483647 bytes"]
    ),
    (
      "a damaged footer", Array(docVQA().dropLast(8)) + [9, 0, 0, 0] + Array("PAR1".utf8),
      ["the footer is damaged"]
    ),
    ("a cut file", Array(docVQA().dropLast(30)), ["does not end with PAR1"]),
    (
      "a corrupt page",
      docVQA {
        $0[1].pages = ParquetBuilder.page([0xFF, 0xFF, 0, 0] + Array("first?".utf8), valueCount: 2)
      },
      ["column question, row group 1", "claims 65535 bytes"]
    ),
    (
      "a page of 2^40 values", docVQA { $0[1].pages = page(claiming: 1 << 40) },
      ["column question, row group 1", "the number 1099511627776 where 32 bits are allowed"]
    ),
    (
      "a chunk of 2^40 values", docVQA { $0[1].valueCount = 1 << 40 },
      ["column question, row group 1", "claims 1099511627776 values"]
    ),
    ("the codec LZ4", docVQA { $0[1].codec = 5 }, ["column question, row group 1", "LZ4"]),
    ("the codec Brotli", docVQA { $0[2].codec = 4 }, ["column answers, row group 1", "Brotli"]),
    (
      "text that is not UTF-8",
      docVQA {
        $0[1].pages = ParquetBuilder.page([1, 0, 0, 0, 0xFF, 1, 0, 0, 0, 65], valueCount: 2)
      }, ["column question, row 1"]
    ),
  ]

  @Test(arguments: parquets.map(\.name))
  func aLyingParquetFileIsRefused(name: String) throws {
    let (_, bytes, mentions) = try #require(Self.parquets.first { $0.name == name })
    let file = "validation-00000-of-00001.parquet"
    expectOneSentence(try run("docvqa", file, bytes), status: 1, mentions: [file + ": "] + mentions)
    let doctor = try inspect(file, bytes)
    #expect(doctor.status == 1 && mentions.allSatisfy(doctor.output.contains), "\(doctor.output)")
  }

  // MARK: Tables

  private static let image = Data(repeating: 7, count: 60).base64EncodedString()
  private static let header = "index\timage\tquestion\tanswer\n"

  @Test(arguments: [
    (
      "1\t\(image)\tq\ta\n2\t1\t\"open\ta\n3\t1\tq\ta\n",
      "line 3: a quote is opened here and never closed"
    ),
    (
      "1\t\(image)\tq\ta\n2\t99\tq\ta\n",
      """
      row 2 (line 3), column image: the image refers to the row with index \"99\", which does \
      not exist
      """
    ),
    (
      "1\t2\tq\ta\n2\t1\tq\ta\n",
      """
      row 1 (line 2), column image: the image refers to the row with index \"2\", which holds \
      no image itself
      """
    ),
    (
      "1\t\(image)\tq\ta\n2\t['1', '1']\tq\ta\n",
      "row 2 (line 3), column image: the cell lists 2 images"
    ),
    ("1\t\(image)\tq\t['a', open('x')]\n", "row 1 (line 2), column answer: "),
    ("1\t\(image)\tq\n", "line 2: the row has 3 cells"),
  ])
  func aBrokenTableIsRefused(rows: String, mentioned: String) throws {
    expectOneSentence(
      try run("docvqa", "DocVQA_VAL.tsv", Array((Self.header + rows).utf8)), status: 1,
      mentions: ["DocVQA_VAL.tsv: " + mentioned])
  }

  /// A cell of 40 MB is refused as one; the bound is below it.
  @Test func aCellOf40MegabytesIsRefused() throws {
    var bytes = Array((Self.header + "1\t\(Self.image)\tq\ta\n2\t").utf8)
    bytes += [UInt8](repeating: UInt8(ascii: "A"), count: 40_000_000) + Array("\tq\ta\n".utf8)
    expectOneSentence(
      try run("docvqa", "DocVQA_VAL.tsv", bytes), status: 1,
      mentions: ["DocVQA_VAL.tsv: line 3: a cell of 40000000 bytes is larger than the limit"])
  }

  @Test func invalidBase64IsFoundBeforeTheRun() throws {
    let rows = "1\t\(String(repeating: "*", count: 80))\tq\ta\n"
    let outcome = try inspect("DocVQA_VAL.tsv", Array((Self.header + rows).utf8))
    #expect(outcome.status == 1)
    #expect(
      outcome.output.contains(
        "DocVQA_VAL.tsv: row 1 (line 2), column image: the image is not valid base64"),
      "\(outcome.output)")
  }

  // MARK: JSON

  private static func release(image: String = "documents/a.png", question: String = "q") -> [UInt8]
  {
    Array(
      #"{"data": [{"questionId": 1, "question": "\#(question)", "answers": ["a"], "image": "\#(image)"}]}"#
        .utf8)
  }

  @Test(arguments: [
    (
      "../secret.png", "q", "data[0].image: the image path \"../secret.png\" leaves the data folder"
    ),
    ("/etc/passwd", "q", "data[0].image: the image path \"/etc/passwd\" leaves the data folder"),
    ("documents/a.png", #"broken \ud800 text"#, "line 1, column"),
    ("documents/a.png", #"\udc00"#, "a lone surrogate escape is not text"),
  ])
  func aBrokenReleaseIsRefused(image: String, question: String, mentioned: String) throws {
    let bytes = Self.release(image: image, question: question)
    expectOneSentence(
      try run("docvqa", "val_v1.0.json", bytes), status: 1,
      mentions: ["val_v1.0.json: ", mentioned])
  }

  @Test func aLoneSurrogateInAnswersIsRefused() throws {
    try withFile("answers.json", Array(#"[{"questionId": 1, "answer": "\ud83d"}]"#.utf8)) {
      folder in
      let outcome = try Program.run([
        "score", "docvqa", "--answers", folder + "/answers.json", "--data",
        TestMaterial.fixtures + "/answers/data",
      ])
      expectOneSentence(
        outcome, status: 1, mentions: ["answers.json: line 1, column", "lone surrogate"])
    }
  }

  // MARK: What doctor counts

  @Test func doctorNamesEveryKindOfFault() throws {
    let table =
      "index\timage\tquestion\tA\tB\tanswer\tcategory\n"
      + "1\t\(Self.image)\tq\tx\ty\t\tc\n2\t\(Self.image)\tq\tx\ty\tA\tc\n1000002\t2\tq\ty\tx\tB\tc\n"
    let broken = try inspect("MMBench_DEV_EN.tsv", Array(table.utf8), benchmark: "mmbench")
    #expect(broken.status == 1)
    for sentence in [
      "vlmevalkit-tsv", "3 questions of 4329 published", "unreadable image: ",
      "without a reference answer: 1", "1 lacks 1000001",
    ] { #expect(broken.output.contains(sentence), "\(broken.output)") }
    let twice =
      #"{"questionId": 7, "question": "q", "answers": ["a"], "image": "documents/none.png"}"#
    let release = try inspect("val_v1.0.json", Array("{\"data\": [\(twice), \(twice)]}".utf8))
    #expect(
      release.status == 1 && release.output.contains("7 stands for 2")
        && release.output.contains("no such file"), "\(release.output)")
    let pair = try inspect(
      "MME.tsv",
      Array(
        """
        index\timage\timage_path\tquestion\tanswer\tcategory\n0\t\(Self.image)\ta.jpg\tIs \
        it?\tYes\tcount\n
        """
        .utf8), benchmark: "mme")
    #expect(pair.status == 1 && pair.output.contains("count/a.jpg has 1"), "\(pair.output)")
  }

  // MARK: Running the program

  private func withFile<R>(
    _ name: String, _ bytes: [UInt8], _ body: (String) throws -> R
  ) throws -> R {
    try TestMaterial.withTemporaryFolder { folder in
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
      return try body(folder)
    }
  }

  /// A model that needs no files: its own faults would be told first.
  private func run(_ benchmark: String, _ name: String, _ bytes: [UInt8]) throws -> Program.Outcome
  {
    try withFile(name, bytes) {
      try Program.run([
        "run", benchmark, "--model", "tesseract", "--data", $0, "--output", $0 + "/run",
      ])
    }
  }

  private func inspect(
    _ name: String, _ bytes: [UInt8], benchmark: String = "docvqa"
  ) throws -> Program.Outcome {
    try withFile(name, bytes) { try Program.run(["doctor", "data", $0, "--benchmark", benchmark]) }
  }
}
