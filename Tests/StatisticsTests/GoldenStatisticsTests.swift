import DataFormats
import Statistics
import TestSupport
import Testing

/// Every published vector of the statistics that need no benchmark.
@Suite struct GoldenStatisticsTests {
  @Test(arguments: StatisticsVectors.names) func `every vector is reproduced`(
    name: String
  ) throws {
    let lines = try JSONLines.read(TestMaterial.fixtures + "/golden/statistics/\(name).jsonl")
    #expect(!lines.isEmpty)
    for line in lines {
      let id = try line["id"].string()
      let result = try StatisticsVectors.result(name: name, line: line)
      let differences = VectorAgreement.differences(
        result, try line["expected"].value, kind: try line["kind"].string())
      #expect(differences.isEmpty, "\(id): \(differences)")
    }
  }

  /// The generator after twelve draws: that none was drawn too many or too few.
  @Test func `below takes no word more than it must`() throws {
    for line in try JSONLines.read(TestMaterial.fixtures + "/golden/statistics/prng.jsonl")
    where try line["kind"].string() == "below" {
      var generator = Xoshiro256(
        seed: try StatisticsVectors.unsigned(line["seed"]), label: try line["label"].string())
      let bound = try StatisticsVectors.unsigned(line["n"])
      for _ in try line["expected"].list() { _ = generator.below(bound) }
      #expect(generator.next() == (try StatisticsVectors.unsigned(line["then"])))
    }
  }

  @Test func `labels are hashed as the vectors say`() throws {
    for line in try JSONLines.read(TestMaterial.fixtures + "/golden/statistics/prng.jsonl")
    where try line["kind"].string() == "stream" {
      #expect(
        FNV1a.hash(try line["label"].string().utf8)
          == (try StatisticsVectors.unsigned(line["fnv1a64"])))
    }
  }
}
