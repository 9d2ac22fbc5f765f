import DataFormats

extension StatisticsVectors {
  /// `prng`: what the generator gives. A line says with `expected` how many numbers it wants.
  static func generator(_ line: JSONNode) throws -> JSONValue {
    func many(_ usual: Int) -> Int { line.value["expected"]?.arrayValue?.count ?? usual }
    func stream() throws -> Xoshiro256 {
      Xoshiro256(seed: try unsigned(line["seed"]), label: try line["label"].string())
    }
    func words(_ count: Int, _ next: () -> UInt64) -> JSONValue {
      .array((0..<count).map { _ in .string(String(next())) })
    }
    switch try kind(line) {
    case "splitmix64":
      var generator = SplitMix64(seed: try unsigned(line["seed"]))
      return words(many(8)) { generator.next() }
    case "xoshiro256**":
      let state = try line["state"].list().map(unsigned)
      guard state.count == 4, state.contains(where: { $0 != 0 }) else {
        throw try line["state"].mismatch("four words that are not all 0")
      }
      var generator = Xoshiro256(state: (state[0], state[1], state[2], state[3]))
      return words(many(8)) { generator.next() }
    case "stream":
      var generator = try stream()
      return words(many(4)) { generator.next() }
    case "below":
      let bound = try unsigned(line["n"])
      guard bound >= 1 else { throw try line["n"].mismatch("a bound of at least 1") }
      var generator = try stream()
      return words(many(12)) { generator.below(bound) }
    case "shuffle":
      var items = Array(0..<(try count(line["n"])))
      var generator = try stream()
      generator.shuffle(&items)
      return .array(items.map { .integer($0) })
    default: throw try unknownKind("prng", line)
    }
  }
}
