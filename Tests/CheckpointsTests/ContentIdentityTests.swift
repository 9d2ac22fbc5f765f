import Checkpoints
import Foundation
import TestSupport
import Testing

struct ContentIdentityTests {
  static let tensors = [("a", [4]), ("b", [2, 3]), ("c", [1])].map {
    TensorDeclaration(name: $0.0, dtype: .f32, shape: $0.1)
  }

  func write(
    _ tensors: [TensorDeclaration] = tensors, shardSize: Int? = nil, first: Float = 0
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let writer = try ShardedSafetensorsWriter(
      folder: folder.path, tensors: tensors, shardSize: shardSize)
    for (index, tensor) in tensors.enumerated() {
      let count = tensor.shape.reduce(1, *)
      try writer.append(
        (0..<count).map { $0 == 0 ? first : Float($0 * 3 + index) }, to: tensor.name)
    }
    try writer.finish()
    return folder
  }

  func identity(_ folder: TemporaryFolder, _ cache: ContentIdentity.Cache = .none) throws -> String
  {
    try ContentIdentity(tensors: TensorStore(folder: folder.path), cache: cache).hex
  }

  @Test func `the identity is the documented hash`() throws {
    let folder = try TemporaryFolder()
    try SafetensorsWriter.write(
      [NamedTensor(name: "ab", dtype: .u8, shape: [3], bytes: [1, 2, 3])],
      to: folder.path + "/model.safetensors")
    // Computed with Python's hashlib and struct from the description of the type.
    #expect(
      try identity(folder) == "cb9ab3024917ee5ddbe62436bd643783bc3f6d5d700411a7ee2c8bb0f94492e9")
  }

  @Test func `sharded and single copies have the same identity`() throws {
    let single = try identity(write())
    #expect(single.count == 64)
    #expect(try identity(write(shardSize: 16)) == single)
    #expect(try identity(write(shardSize: 28)) == single)
  }

  @Test func `a byte, a name, a shape or a dtype changes the identity`() throws {
    var identities: Set<String> = [try identity(write())]
    identities.insert(try identity(write(first: Float(bitPattern: 1))))
    identities.insert(
      try identity(
        write(
          Self.tensors.map {
            TensorDeclaration(name: $0.name + "x", dtype: $0.dtype, shape: $0.shape)
          })))
    identities.insert(
      try identity(
        write(
          Self.tensors.map {
            TensorDeclaration(name: $0.name, dtype: $0.dtype, shape: $0.shape.reversed())
          })))
    identities.insert(
      try identity(
        write(Self.tensors.map { TensorDeclaration(name: $0.name, dtype: .f16, shape: $0.shape) })))
    identities.insert(try identity(write(Array(Self.tensors.dropLast()))))
    #expect(identities.count == 6)
  }

  @Test func `the cache answers for unchanged files and not for changed ones`() throws {
    let cacheFolder = try TemporaryFolder()
    let cache = ContentIdentity.Cache(folder: cacheFolder.path + "/new/identities")
    let model = try write()
    let names = model.names
    let first = try identity(model, cache)
    #expect(model.names == names)  // nothing beside the user's files
    let entries = try FileManager.default.contentsOfDirectory(
      atPath: cacheFolder.path + "/new/identities")
    #expect(entries.count == 1)
    // What stands in the cache is believed: the files are not hashed again.
    let entry = cacheFolder.path + "/new/identities/" + entries[0]
    let fake = String(repeating: "0", count: 64)
    let text = try String(contentsOfFile: entry, encoding: .utf8).replacingOccurrences(
      of: first, with: fake)
    try text.write(toFile: entry, atomically: true, encoding: .utf8)
    #expect(try identity(model, cache) == fake)
    // A changed modification time makes the entry useless.
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)],
      ofItemAtPath: model.path + "/model.safetensors")
    #expect(try identity(model, cache) == first)
  }

  @Test func `a damaged or unwritable cache is no error`() throws {
    let cacheFolder = try TemporaryFolder()
    let model = try write()
    let plain = try identity(model)
    let file = try cacheFolder.write("x", to: "file")
    #expect(try identity(model, ContentIdentity.Cache(folder: file + "/below/a/file")) == plain)
    let cache = ContentIdentity.Cache(folder: cacheFolder.path)
    _ = try identity(model, cache)
    for name in cacheFolder.names where name.hasSuffix(".json") {
      _ = try cacheFolder.write("{\"identity\": 7", to: name)
    }
    #expect(try identity(model, cache) == plain)
  }
}
