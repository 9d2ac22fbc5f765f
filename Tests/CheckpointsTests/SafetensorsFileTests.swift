import Checkpoints
import DataFormats
import Foundation
import TestSupport
import Testing

struct SafetensorsFileTests {
  struct Damage: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var bytes: [UInt8]
    var code: CheckpointError.Code
    var words: String

    init(_ name: String, _ bytes: [UInt8], _ code: CheckpointError.Code, _ words: String) {
      (testDescription, self.bytes, self.code, self.words) = (name, bytes, code, words)
    }
  }

  static let good =
    #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[2,2],"data_offsets":[8,16]}}"#

  static func tensor(
    _ dtype: String = "F32", _ shape: String = "[2]", _ offsets: String = "[0,8]"
  ) -> String {
    #"{"a":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}}"#
  }

  static let damages: [Damage] = [
    Damage("zero length", [], .truncatedFile, "the file is empty"),
    Damage("five bytes", [1, 2, 3, 4, 5], .truncatedFile, "only 5 bytes"),
    Damage(
      "header length beyond the file", safetensors(header: good, data: 16, length: 500),
      .truncatedFile,
      "said to be 500 bytes long"),
    Damage(
      "header length of 2^63", safetensors(header: good, data: 16, length: 1 << 63), .truncatedFile,
      "9223372036854775808"),
    Damage(
      "header length of 2^64 - 1", safetensors(header: good, data: 16, length: .max),
      .truncatedFile, "18446744073709551615"),
    Damage(
      "header length one short",
      safetensors(header: good, data: 16, length: UInt64(good.utf8.count - 1)), .invalidHeader,
      "not valid JSON"),
    Damage(
      "header length zero", safetensors(header: "", data: 16), .invalidHeader, "not a JSON object"),
    Damage(
      "header is a list", safetensors(header: "[1,2]", data: 0), .invalidHeader, "not a JSON object"
    ),
    Damage(
      "header is no JSON", safetensors(header: "{\"a\":", data: 0), .invalidHeader, "not valid JSON"
    ),
    Damage(
      "header has invalid UTF-8",
      [7, 0, 0, 0, 0, 0, 0, 0] + Array("{\"".utf8) + [0xFF] + Array("\":1}".utf8), .invalidHeader,
      "not valid UTF-8"),
    Damage(
      "repeated name",
      safetensors(header: good.replacingOccurrences(of: "\"b\"", with: "\"\\u0061\""), data: 16),
      .invalidHeader,
      "names \"a\" twice"),
    Damage(
      "unknown dtype", safetensors(header: tensor("F8_E4M3"), data: 8), .unknownDType,
      "tensor a: the dtype \"F8_E4M3\""),
    Damage(
      "dtype of another size", safetensors(header: tensor("F64"), data: 8), .sizeMismatch,
      "needs 16 bytes"),
    Damage(
      "dtype is a number",
      safetensors(header: #"{"a":{"dtype":3,"shape":[],"data_offsets":[0,4]}}"#, data: 4),
      .invalidHeader,
      "a.dtype"),
    Damage(
      "dtype is missing", safetensors(header: #"{"a":{"shape":[],"data_offsets":[0,4]}}"#, data: 4),
      .invalidHeader,
      "\"dtype\" is missing"),
    Damage(
      "negative dimension", safetensors(header: tensor("F32", "[-2,-1]"), data: 8), .sizeMismatch,
      "[-2, -1] is impossible"),
    Damage(
      "fractional dimension", safetensors(header: tensor("F32", "[1.5]"), data: 8), .invalidHeader,
      "a.shape[0]"),
    Damage(
      "shape overflows",
      safetensors(header: tensor("F32", "[4294967296,4294967296,4294967296]"), data: 8),
      .sizeMismatch,
      "is impossible"),
    Damage(
      "bytes overflow", safetensors(header: tensor("F64", "[2305843009213693952]"), data: 8),
      .sizeMismatch, "is impossible"),
    Damage(
      "shape too small", safetensors(header: tensor("F32", "[1]"), data: 8), .sizeMismatch,
      "needs 4 bytes"),
    Damage(
      "offsets beyond the file", safetensors(header: tensor("F32", "[4]", "[0,16]"), data: 8),
      .truncatedFile,
      "beyond the data section of 8"),
    Damage(
      "offsets backwards", safetensors(header: tensor("F32", "[2]", "[8,0]"), data: 8),
      .invalidOffsets, "not a range"),
    Damage(
      "offsets negative", safetensors(header: tensor("F32", "[2]", "[-8,0]"), data: 8),
      .invalidOffsets, "not a range"),
    Damage(
      "three offsets", safetensors(header: tensor("F32", "[2]", "[0,8,8]"), data: 8),
      .invalidOffsets, "not a range"),
    Damage(
      "huge offset", safetensors(header: tensor("F32", "[2]", "[0,9223372036854775807]"), data: 8),
      .truncatedFile, "beyond"),
    Damage(
      "overlapping offsets",
      safetensors(header: good.replacingOccurrences(of: "[8,16]", with: "[4,12]"), data: 16),
      .invalidOffsets,
      "tensor b: its bytes overlap those of the tensor a"),
    Damage(
      "hole between tensors",
      safetensors(header: good.replacingOccurrences(of: "[8,16]", with: "[12,20]"), data: 20),
      .invalidOffsets,
      "4 bytes before it belong to no tensor"),
    Damage(
      "hole at the start", safetensors(header: tensor("F32", "[2]", "[4,12]"), data: 12),
      .invalidOffsets, "4 bytes before it"),
    Damage(
      "bytes after the last tensor", safetensors(header: good, data: 20), .invalidOffsets,
      "the last 4 bytes"),
    Damage("truncated data", safetensors(header: good, data: 15), .truncatedFile, "tensor b"),
    Damage(
      "metadata is no object", safetensors(header: #"{"__metadata__":3}"#, data: 0), .invalidHeader,
      "__metadata__"),
    Damage(
      "nesting bomb",
      safetensors(header: "{\"a\":" + String(repeating: "[", count: 100_000), data: 0),
      .invalidHeader,
      "512 levels"),
  ]

  @Test(arguments: damages)
  func `a damaged file is refused with its name and the place`(_ damage: Damage) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(damage.bytes, to: "x.safetensors")
    let error = try #require(checkpointError { _ = try SafetensorsFile(path: path) })
    #expect(error.code == damage.code)
    #expect(error.location?.file == path)
    #expect("\(error)".contains(damage.words), "\(error)")
  }

  @Test func `a header longer than the format allows is refused before it is read`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      safetensors(header: "{", data: 0, length: 150_000_000), to: "x.safetensors")
    #expect(truncate(path, 200_000_000) == 0)  // a sparse file; no bytes are written
    let error = try #require(checkpointError { _ = try SafetensorsFile(path: path) })
    #expect(error.code == .invalidHeader)
    #expect(error.message.contains("the format allows 100000000"))
  }

  @Test func `a missing file, a folder and a device are refused`() throws {
    let folder = try TemporaryFolder()
    #expect(
      sentence { _ = try SafetensorsFile(path: folder.path + "/none") }.contains("no such file"))
    #expect(checkpointError { _ = try SafetensorsFile(path: folder.path) }?.code == .unreadableFile)
    #expect(checkpointError { _ = try SafetensorsFile(path: "/dev/zero") }?.code == .unreadableFile)
  }

  @Test(arguments: 0..<8)
  func `data at any alignment reads the same`(_ padding: Int) throws {
    let folder = try TemporaryFolder()
    let header = Self.good + String(repeating: " ", count: padding)
    let path = try folder.write(safetensors(header: header, data: 16), to: "x.safetensors")
    let file = try SafetensorsFile(path: path)
    #expect(file.names == ["a", "b"])
    #expect(try file.tensor(named: "a").floats().map(\.bitPattern) == [0x0302_0100, 0x0706_0504])
    #expect(
      try file.tensor(named: "b").floats().map(\.bitPattern) == [
        0x0908_0000, 0x0B0A_0000, 0x0D0C_0000, 0x0F0E_0000,
      ])
    #expect(
      try file.tensor(named: "b").floats(rows: 1..<2).map(\.bitPattern) == [
        0x0D0C_0000, 0x0F0E_0000,
      ])
    #expect(try file.tensor(named: "b").floats(rows: 1..<9).count == 2)
  }

  @Test func `every dtype of a file by the official writer has the values that Python reads`()
    throws
  {
    let file = try SafetensorsFile(path: TestData.fixtures + "/official-all-dtypes.safetensors")
    let expected = try TestData.json("official-all-dtypes.json").members()
    #expect(file.names == expected.map(\.key).sorted())
    #expect(file.metadata == ["format": "pt"])
    for (name, node) in expected {
      let tensor = try file.tensor(named: name)
      #expect(tensor.dtype.rawValue == (try node["dtype"].string()))
      #expect(tensor.shape == (try node["shape"].list().map { try $0.int() }))
      if tensor.dtype.isFloatingPoint {
        #expect(
          try tensor.floats() == node["values"].list().map { Float(try $0.double()) }, "\(name)")
      } else {
        #expect(try tensor.ints() == node["values"].list().map { try $0.int() }, "\(name)")
      }
    }
  }

  @Test func `floats of integers and integers of floats are refused`() throws {
    let file = try SafetensorsFile(path: TestData.fixtures + "/official-all-dtypes.safetensors")
    let long = try file.tensor(named: "long")
    let zeta = try file.tensor(named: "zeta")
    #expect(
      sentence { _ = try long.floats() }.contains(
        "tensor long: expected floating-point values, found I64"))
    #expect(sentence { _ = try zeta.ints() }.contains("tensor zeta: expected integers, found F32"))
    #expect(sentence { _ = try file.tensor(named: "zetta") }.contains("did you mean \"zeta\""))
  }

  @Test func `values stay readable after their pages were dropped`() throws {
    let file = try SafetensorsFile(path: TestData.fixtures + "/official-all-dtypes.safetensors")
    let before = try file.tensor(named: "zeta").floats()
    for tensor in file.tensors { tensor.dropCachedPages() }
    #expect(try file.tensor(named: "zeta").floats() == before)
  }

  @Test(arguments: TestData.modelNames)
  func `tensors of the reference models have the values that Python reads`(_ model: String) throws {
    let store = try TensorStore(folder: TestData.models + "/" + model)
    let expected = try TestData.json("tensor-values.json")[model].members()
    #expect(expected.count >= 4)
    for (name, node) in expected {
      let shape = try node["shape"].list().map { try $0.int() }
      let tensor = try store.tensor(named: name, shape: shape)
      #expect(tensor.dtype.rawValue == (try node["dtype"].string()))
      let floats = try tensor.floats()
      let found = try node["at"].list().map { floats[try $0.int()] }
      #expect(found == (try node["values"].list().map { Float(try $0.double()) }), "\(name)")
    }
  }
}
