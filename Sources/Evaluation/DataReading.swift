import Diagnostics
import Foundation

/// A place in a data folder with a layout that recognises it.
struct DataReading {
  let place: String
  let layout: DataLayout
  /// Whether the layout itself is that of the split that is meant.
  let isOfSplit: Bool

  /// What was read, of which split where it is another than the benchmark's.
  typealias Chosen = (layout: DataLayout, path: String, samples: [Sample], split: String?)

  /// Reads the first place that is data, with the first layout that has the split that is meant.
  /// - Throws: ``EvaluationError``: nothing recognised, several data sets of one cache, several
  ///   files, a split that is not there; or what is wrong inside the files.
  static func chosen(
    _ choice: DataChoice, of benchmark: any Benchmark, in path: String, places: [String],
    layouts: [DataLayout], isForced: Bool, isCache: Bool
  ) throws -> Chosen {
    let split = choice.otherSplit(of: benchmark)
    if split == nil, let found = try namesake(choice, of: benchmark, places, layouts) {
      return found
    }
    // No split has the name of the whole.
    let isOwnName = split?.lowercased() == benchmark.name
    let found = places.map { place in
      all(of: place, layouts: layouts, otherSplit: split, benchmark)
        .filter { !isOwnName || !$0.isOfSplit }
    }
    .filter { !$0.isEmpty }
    let forced =
      isForced ? [DataReading(place: path, layout: layouts[0], isOfSplit: false)] : nil
    guard let readings = found.first ?? forced else {
      let summaries = layouts.map { layout in
        (split.flatMap { layout.ofSplit?($0) } ?? layout).summary
      }
      throw EvaluationError(
        .unknownFormat,
        "no \(benchmark.title) data was recognised here; looked for "
          + summaries.joined(separator: "; "), at: Location(file: path))
    }
    if isCache, found.count > 1 {
      throw EvaluationError(
        .ambiguous,
        "\(found.count) data sets of the cache are \(benchmark.title); name one with --data:"
          + " \(found.map { $0[0].place }.joined(separator: ", "))", at: Location(file: path))
    }
    var missing: EvaluationError?
    for reading in readings {
      do {
        let read = try reading.read(choice, of: benchmark)
        return (reading.layout, read.path, read.samples, split)
      } catch let error as EvaluationError where error.code == .unknownSplit {
        missing = missing ?? error
      }
    }
    throw missing ?? EvaluationError(.unknownFormat, "nothing was recognised here")
  }

  /// `dev` is most often the validation split, and in some data another one beside it.
  private static func namesake(
    _ choice: DataChoice, of benchmark: any Benchmark, _ places: [String], _ layouts: [DataLayout]
  ) throws -> Chosen? {
    guard let split = choice.split?.lowercased(), split == "dev", benchmark.split != split else {
      return nil
    }
    for place in places {
      for layout in layouts {
        guard let other = layout.ofSplit?(split), other.recognizes(place) else { continue }
        let path = try choice.file(among: other.alternatives(place), of: benchmark, in: place).path
        let samples = try other.samples(path)
        if !samples.isEmpty { return (other, path, samples, split) }
      }
    }
    return nil
  }

  /// All readings of a place, the most specific first; one of another split than is meant comes
  /// last, since its rows may name their splits.
  private static func all(
    of place: String, layouts: [DataLayout], otherSplit: String?, _ benchmark: any Benchmark
  ) -> [DataReading] {
    let own = layouts.filter { $0.recognizes(place) }
    guard let otherSplit else {
      return own.prefix(1).map { DataReading(place: place, layout: $0, isOfSplit: true) }
    }
    let others = layouts.flatMap { layout in
      SplitName.spellings(otherSplit).filter { !SplitName.isOwn($0, of: benchmark) }
        .compactMap { layout.ofSplit?($0) }.filter { $0.recognizes(place) }
    }
    return others.map { DataReading(place: place, layout: $0, isOfSplit: true) }
      + own.map { DataReading(place: place, layout: $0, isOfSplit: false) }
  }

  /// The samples, of the split that is meant.
  /// - Throws: ``EvaluationError`` `unknown-split` with the names of those that are there, where
  ///   this one is not, `ambiguous` for several files; or what is wrong inside the files.
  private func read(
    _ choice: DataChoice, of benchmark: any Benchmark
  ) throws -> (path: String, samples: [Sample]) {
    let (path, isNamed) = try choice.file(
      among: layout.alternatives(place), of: benchmark, in: place)
    let samples = try layout.samples(path)
    guard let split = choice.otherSplit(of: benchmark) else { return (path, samples) }
    var names: [String] = []
    for sample in samples {
      guard let name = sample.metadata["split"]?.stringValue, !name.isEmpty,
        !names.contains(name)
      else { continue }
      names.append(name)
    }
    let meant = SplitName.meant(
      split, among: names.filter { !SplitName.isOwn($0, of: benchmark) })
    if !meant.isEmpty {
      return (path, samples.filter { meant.contains($0.metadata["split"]?.stringValue ?? "") })
    }
    if !samples.isEmpty, isOfSplit || isNamed { return (path, samples) }
    // A layout that was forced on something else says that.
    if samples.isEmpty, !layout.recognizes(path) { return (path, samples) }
    throw missing(split, rows: names, of: benchmark, in: path)
  }

  private func missing(
    _ split: String, rows: [String], of benchmark: any Benchmark, in path: String
  ) -> EvaluationError {
    // A file's own name says more than the split that the benchmark asks by itself.
    let isFile = layout.alternatives(place) == [path]
    let known = layout.splits(path) + rows
    let names = known.isEmpty && !isFile ? [benchmark.split] : known
    let unique = names.enumerated().filter { names.firstIndex(of: $1) == $0 }
      .map { "\"\($1)\"" }
    let file = isFile ? "it is \(path.split(separator: "/").last ?? "")" : nil
    let list =
      unique.isEmpty
      ? nil
      : "it has "
        + (unique.count == 1
          ? unique[0] : unique.dropLast().joined(separator: ", ") + " and \(unique.last ?? "")")
    return EvaluationError(
      .unknownSplit,
      "the \(benchmark.title) data here has no split \"\(split)\"; "
        + [file, list].compactMap { $0 }.joined(separator: " and "), at: Location(file: path))
  }
}
