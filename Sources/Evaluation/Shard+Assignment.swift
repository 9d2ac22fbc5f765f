import Diagnostics
import Foundation

extension Shard {
  /// `3/16`: the third of sixteen parts.
  /// - Throws: ``EvaluationError`` `invalid-selection` saying what a part must look like.
  public init(_ text: String) throws(EvaluationError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]) else {
      throw EvaluationError(
        .invalidSelection, "a shard is written as its number and their count, 3/16; not \"\(text)\""
      )
    }
    guard count >= 1, count <= Self.mostShards else {
      throw EvaluationError(
        .invalidSelection, "there can be 1 to \(Self.mostShards) shards, not \(count)")
    }
    guard let shard = Shard(index: number - 1, count: count) else {
      throw EvaluationError(
        .invalidSelection,
        "there is no shard \(number) of \(count); they are 1/\(count) to \(count)/\(count)")
    }
    self = shard
  }

  static let mostShards = 100_000

  /// As it is written on the command line: counted from 1.
  public var description: String { "\(index + 1)/\(count)" }

  /// The part of a log by its name, `answers.2-of-16.jsonl` for 3/16; nil for other names.
  init?(logName: String) {
    let parts = logName.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "answers", parts[2] == "jsonl" else { return nil }
    let numbers = parts[1].split(separator: "-", omittingEmptySubsequences: false)
    guard numbers.count == 3, numbers[1] == "of", let index = Int(numbers[0]),
      let count = Int(numbers[2])
    else { return nil }
    self.init(index: index, count: count)
  }

  /// The part to which each question of the data belongs, as an index from 0.
  ///
  /// All questions on an image belong together. Images are dealt out in the order in which the data
  /// first name them, whatever part of the data is selected, so that a question's shard never
  /// depends on `--limit`.
  /// - Parameter images: the image of each question; nil: about none, a part of its own
  public static func assignment(of images: [String?], count: Int) -> [Int] {
    var places: [String: Int] = [:]
    var next = 0
    return images.map { image in
      if let image, let place = places[image] { return place % count }
      defer { next += 1 }
      if let image { places[image] = next }
      return next % count
    }
  }
}

extension RunDirectory {
  /// The parts whose logs are there, by number.
  /// - Throws: ``EvaluationError`` `unreadable-folder`: parts that cannot be seen are not absent.
  public func shardsPresent() throws(EvaluationError) -> [Shard] {
    guard FileManager.default.fileExists(atPath: answersFolder) else { return [] }
    return try Self.listing(answersFolder).compactMap(Shard.init(logName:)).sorted {
      ($0.count, $0.index) < ($1.count, $1.index)
    }
  }

  /// A run in one piece may complete one in parts, and the other way round.
  ///
  /// - Throws: ``EvaluationError`` `run-changed` where the run is split into another number of
  ///   parts: two processes would ask the same questions.
  func checkSplit(for shard: Shard) throws(EvaluationError) {
    let others = try shardsPresent().filter { $0.count > 1 && $0.count != shard.count }
    guard shard.count > 1, let other = others.first else { return }
    throw EvaluationError(
      .runChanged,
      "this run is split into \(other.count) shards, so that shard \(shard.description) does not"
        + " fit; continue it with --shard 1/\(other.count) to \(other.count)/\(other.count),"
        + " or choose another --output and merge both", at: Location(file: path))
  }
}
