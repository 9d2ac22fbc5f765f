import Foundation
import ProxyVModel
import Synchronization
import TestSupport
import Testing

@Suite struct PackedWeightsCacheTests {
  /// What a load said.
  private final class Sentences: Sendable {
    private let list = Mutex<[String]>([])
    var all: [String] { list.withLock { $0 } }
    func add(_ sentence: String) { list.withLock { $0.append(sentence) } }
  }

  private struct Loaded {
    let logits: [Float]
    let ids: [Int]
    let sentences: [String]
  }

  private func load(
    _ folder: String?, weights: WeightFormat = .int8, method: String? = nil
  ) throws -> Loaded {
    let golden = try #require(GoldenCase.all(variants: ["vicuna_proxyv_bf16"]).first)
    let sentences = Sentences()
    var options = LoadOptions(method: method)
    options.weights = weights
    options.packedCache = folder
    options.report = { sentences.add($0) }
    let report = try golden.loadModel(options).answer(
      conversation: golden.expected["prompt"].string(), images: golden.images(), maximumNewTokens: 3
    )
    return Loaded(
      logits: report.generation.prefillLogits, ids: report.generation.ids, sentences: sentences.all)
  }

  /// The cache's files.
  private func files(_ folder: String) throws -> [String] {
    let checkpoints = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(checkpoints.count == 1)
    let inside = folder + "/" + (checkpoints.first ?? "")
    return try FileManager.default.contentsOfDirectory(atPath: inside).sorted().map {
      inside + "/" + $0
    }
  }

  private func expectEqual(_ loaded: Loaded, _ expected: Loaded, _ note: String) {
    #expect(loaded.logits == expected.logits && loaded.ids == expected.ids, "\(note)")
  }

  @Test(arguments: [WeightFormat.stored, .f32, .int8])
  func mappedWeightsGiveTheBitsOfPackedOnes(weights: WeightFormat) throws {
    try TestMaterial.withTemporaryFolder { folder in
      let cache = folder + "/deep/cache"
      let plain = try load(nil, weights: weights)
      #expect(plain.sentences.isEmpty)
      let written = try load(cache, weights: weights)
      let count = try files(cache).count
      #expect(
        written.sentences.count == 1 && written.sentences[0].contains("\(count) files written"),
        "\(written.sentences)")
      let mapped = try load(cache, weights: weights)
      #expect(
        mapped.sentences.count == 1 && mapped.sentences[0].contains("\(count) files mapped"),
        "\(mapped.sentences)")
      expectEqual(written, plain, "written")
      expectEqual(mapped, plain, "mapped")
      // The size that is stated is that of the files but for their headers.
      let bytes =
        try files(cache).reduce(0) {
          try $0 + (FileManager.default.attributesOfItem(atPath: $1)[.size] as? Int ?? 0)
        } - 4096 * count
      #expect(
        mapped.sentences[0].contains(String(format: "%.1f MiB", Double(bytes) / Double(1 << 20))),
        "\(mapped.sentences)")
    }
  }

  @Test func aMethodThatNeedsMoreWeightsAddsThem() throws {
    try TestMaterial.withTemporaryFolder { folder in
      _ = try load(folder, method: "baseline")
      let before = try files(folder).count
      let more = try load(folder)
      #expect(try files(folder).count > before)
      #expect(more.sentences.count == 2, "\(more.sentences)")
      expectEqual(more, try load(nil), "more")
    }
  }

  @Test func damagedShortenedAndForeignFilesArePackedAnew() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let plain = try load(folder)
      let names = try files(folder)
      let whole = try Data(contentsOf: URL(fileURLWithPath: names[0]))
      func flipped(_ place: Int) -> Data {
        var data = whole
        data[place] ^= 0x10
        return data
      }
      let spoilt: [(String, Data)] = [
        ("magic", flipped(0)), ("version", flipped(8)), ("layout", flipped(16)),
        ("size", flipped(24)), ("checksum", flipped(32)), ("subject", flipped(40)),
        ("its checksum", flipped(72)), ("padding", flipped(4000)), ("first weight", flipped(4096)),
        ("middle", flipped(4096 + (whole.count - 4096) / 2)), ("empty", Data()),
        ("half a header", whole.prefix(2000)),
        ("header alone", whole.prefix(4096)), ("a byte less", whole.dropLast()),
        ("a byte more", whole + [0]),
        ("another tensor", try Data(contentsOf: URL(fileURLWithPath: names[1]))),
      ]
      for (what, data) in spoilt {
        try data.write(to: URL(fileURLWithPath: names[0]))
        let loaded = try load(folder)
        expectEqual(loaded, plain, what)
        #expect(
          loaded.sentences.count == 3 && loaded.sentences[0].contains(names[0])
            && loaded.sentences[0].hasSuffix("packed anew"), "\(what): \(loaded.sentences)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: names[0])) == whole, "\(what)")
      }
      #expect(try load(folder).sentences.count == 1)
    }
  }

  @Test func whatAKilledProcessLeftIsRemovedAndWhatALivingOneWritesIsNot() throws {
    try TestMaterial.withTemporaryFolder { folder in
      _ = try load(folder)
      let file = try files(folder)[0]
      let left = file + ".partial-1"
      let held = file + ".partial-2"
      for path in [left, held] { try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path)) }
      let descriptor = open(held, O_RDWR)
      defer { close(descriptor) }
      #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
      _ = try load(folder)
      #expect(!FileManager.default.fileExists(atPath: left))
      #expect(FileManager.default.fileExists(atPath: held))
    }
  }

  @Test func aPlaceThatCannotBeWrittenIsSaidOnceAndTheLoadGoesOn() throws {
    try TestMaterial.withTemporaryFolder { folder in
      try Data().write(to: URL(fileURLWithPath: folder + "/file"))
      let loaded = try load(folder + "/file/cache")
      #expect(
        loaded.sentences.count == 1 && loaded.sentences[0].contains("goes on without"),
        "\(loaded.sentences)")
      expectEqual(loaded, try load(nil), "unwritable")
    }
  }
}
