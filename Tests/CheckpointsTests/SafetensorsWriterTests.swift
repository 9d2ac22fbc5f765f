import Checkpoints
import Foundation
import TestSupport
import Testing

struct SafetensorsWriterTests {
  @Test func `a rewritten official file has the same bytes`() throws {
    let original = TestData.fixtures + "/official-all-dtypes.safetensors"
    let file = try SafetensorsFile(path: original)
    let folder = try TemporaryFolder()
    let copy = folder.path + "/copy.safetensors"
    let tensors = file.tensors.reversed().map { tensor in
      NamedTensor(
        name: tensor.name, dtype: tensor.dtype, shape: tensor.shape,
        bytes: tensor.withBytes { $0.withUnsafeBytes { [UInt8]($0) } })
    }
    try SafetensorsWriter.write(tensors, to: copy)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: copy))
        == Data(contentsOf: URL(fileURLWithPath: original)))
    #expect(folder.names == ["copy.safetensors"])
  }

  @Test(arguments: DType.allCases)
  func `what is written is read back`(_ dtype: DType) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/x.safetensors"
    let writer = try SafetensorsWriter(
      path: path,
      tensors: [
        TensorDeclaration(name: "x", dtype: dtype, shape: [3, 1]),
        TensorDeclaration(name: "none", dtype: dtype, shape: [0, 4]),
      ])
    if dtype.isFloatingPoint {
      try writer.append([1.5], to: "x")
      try writer.append([-2, 0.25], to: "x")
      try writer.finish()
      #expect(try SafetensorsFile(path: path).tensor(named: "x").floats() == [1.5, -2, 0.25])
    } else {
      let bytes = (0..<3 * dtype.size).map { UInt8($0 % dtype.size == 0 ? 1 : 0) }
      try writer.append(bytes.span.bytes, to: "x")
      try writer.finish()
      #expect(try SafetensorsFile(path: path).tensor(named: "x").ints() == [1, 1, 1])
    }
    #expect(try SafetensorsFile(path: path).tensor(named: "none").count == 0)
  }

  @Test
  func
    `an incomplete tensor, too many bytes and an undeclared name are refused, and no file appears`()
    throws
  {
    let folder = try TemporaryFolder()
    let path = folder.path + "/x.safetensors"
    do {
      let writer = try SafetensorsWriter(
        path: path, tensors: [TensorDeclaration(name: "x", dtype: .f32, shape: [2])])
      try writer.append([1], to: "x")
      #expect(sentence { try writer.finish() }.contains("tensor x: 4 bytes given, 8 declared"))
      #expect(
        sentence { try writer.append([1, 2], to: "x") }.contains("12 bytes given, 8 declared"))
      #expect(
        sentence { try writer.append([1], to: "y") }.contains(
          "tensor y: the tensor was not declared"))
    }
    #expect(folder.names.isEmpty)
  }

  @Test func `a repeated or reserved name, an impossible shape and a missing folder are refused`()
    throws
  {
    let folder = try TemporaryFolder()
    func open(_ tensors: [TensorDeclaration], at path: String) -> String {
      sentence { _ = try SafetensorsWriter(path: path, tensors: tensors) }
    }
    let x = TensorDeclaration(name: "x", dtype: .f32, shape: [2])
    #expect(open([x, x], at: folder.path + "/a").contains("used twice"))
    #expect(
      open([TensorDeclaration(name: "__metadata__", dtype: .u8, shape: [])], at: folder.path + "/a")
        .contains("used twice"))
    #expect(
      open(
        [TensorDeclaration(name: "x", dtype: .f32, shape: [Int.max, 3])], at: folder.path + "/a"
      ).contains("is impossible"))
    #expect(
      open(
        [TensorDeclaration(name: "x", dtype: .f32, shape: [Int.max / 4 - 1])],
        at: folder.path + "/a"
      ).contains(
        "is impossible"))
    #expect(
      open([x], at: folder.path + "/none/a").contains(
        "cannot be created: no such file or directory"))
  }

  @Test func `shards hold at most the given bytes, a larger tensor alone, and the index names all`()
    throws
  {
    let folder = try TemporaryFolder()
    let tensors = [("a", 3), ("b", 2), ("c", 9), ("d", 1), ("e", 4)].map {
      TensorDeclaration(name: $0.0, dtype: .f32, shape: [$0.1])
    }
    let writer = try ShardedSafetensorsWriter(folder: folder.path, tensors: tensors, shardSize: 20)
    #expect(writer.shards.map { $0.map(\.name) } == [["a", "b"], ["c"], ["d", "e"]])
    for tensor in tensors {
      try writer.append((0..<tensor.shape[0]).map { Float($0) }, to: tensor.name)
    }
    try writer.finish()
    #expect(
      folder.names == (1...3).map { "model-0000\($0)-of-00003.safetensors" } + [
        "model.safetensors.index.json"
      ])
    let store = try TensorStore(folder: folder.path)
    #expect(store.names == ["a", "b", "c", "d", "e"])
    #expect(try store.tensor(named: "c", shape: [9]).floats() == [0, 1, 2, 3, 4, 5, 6, 7, 8])
  }

  @Test func `a shard that was closed cannot be written again`() throws {
    let folder = try TemporaryFolder()
    let tensors = ["a", "b"].map { TensorDeclaration(name: $0, dtype: .f32, shape: [1]) }
    let writer = try ShardedSafetensorsWriter(folder: folder.path, tensors: tensors, shardSize: 4)
    try writer.append([1], to: "a")
    try writer.append([2], to: "b")
    #expect(sentence { try writer.append([1], to: "a") }.contains("its shard is closed"))
  }
}
