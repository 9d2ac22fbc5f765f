import Diagnostics
import Foundation

/// Of several files or splits of one benchmark's data, the one that is meant: `--file`, `--split`.
public struct DataChoice: Sendable, Equatable {
  /// A path, or a name inside the data folder.
  public var file: String?
  public var split: String?

  public init(file: String? = nil, split: String? = nil) {
    self.file = file
    self.split = split
  }

  /// The paths that may be the data: the folder, or the file in it.
  func places(in path: String) throws(EvaluationError) -> [String] {
    guard let file else { return [path] }
    for candidate in [path + "/" + file, file] + (path.hasSuffix("/" + file) ? [path] : [])
    where FileManager.default.fileExists(atPath: candidate) { return [candidate] }
    throw EvaluationError(
      .missingFolder, "there is no file \"\(file)\" here, which --file names",
      at: Location(file: path))
  }

  /// The split that is meant, where it is another one than the benchmark's.
  func otherSplit(of benchmark: any Benchmark) -> String? {
    split.flatMap { SplitName.isOwn($0, of: benchmark) ? nil : $0 }
  }

  /// The one of several files that is meant; the folder itself where there is at most one.
  ///
  /// - Returns: the path, and whether the file's name says that it is of the split that is meant
  func file(
    among files: [String], of benchmark: any Benchmark, in place: String
  ) throws(EvaluationError) -> (path: String, isNamed: Bool) {
    func name(_ file: String) -> String {
      file.split(separator: "/").last.map(String.init) ?? file
    }
    var left = files
    var isNamed = false
    if let split {
      let named = files.filter { SplitName.stands(split, in: name($0), of: benchmark) }
      isNamed = !named.isEmpty
      // One file may hold the split without saying so, unless it says that it is of another.
      let isSilent =
        files.count == 1
        && (otherSplit(of: benchmark) != nil
          || !SplitName.contradicts(name(files[0]), benchmark.split))
      guard files.isEmpty || isNamed || isSilent else {
        throw EvaluationError(
          .unknownSplit,
          """
          none of the files here is of the split \"\(split)\": \
          \(files.map(name).joined(separator: ", "))
          """,
          at: Location(file: place))
      }
      if isNamed { left = named }
    }
    guard left.count > 1 else { return (left.first ?? place, isNamed) }
    throw EvaluationError(
      .ambiguous,
      "\(left.count) files here are \(benchmark.title): \(left.map(name).joined(separator: ", "));"
        + " choose one with --file\(split == nil ? " or --split" : "")", at: Location(file: place))
  }
}

/// How splits are called: by several names, and inside the names of files.
enum SplitName {
  private static let validation = ["validation", "val", "dev"]

  static func isSame(_ a: String, _ b: String) -> Bool { plain(a) == plain(b) }

  /// Whether a name means the split that the benchmark asks by itself.
  static func isOwn(_ name: String, of benchmark: any Benchmark) -> Bool {
    if let named = benchmark as? any SplitNamed {
      return named.splitNames.contains(name.lowercased())
    }
    return isSame(name, benchmark.split)
  }

  /// The ways in which a data set may write the name, as given first.
  static func spellings(_ name: String) -> [String] {
    var spellings = [name]
    let others = validation.contains(name.lowercased()) ? validation : [name.lowercased()]
    for other in others where !spellings.contains(other) { spellings.append(other) }
    return spellings
  }

  /// Those of the names that are meant: the very one, else one that means the same.
  static func meant(_ name: String, among names: [String]) -> [String] {
    let exact = names.filter { $0.lowercased() == name.lowercased() }
    return exact.isEmpty ? names.filter { isSame($0, name) } : exact
  }

  /// Whether a file's name has every word of the split: `MMBench_DEV_EN.tsv` is `en dev`.
  static func stands(_ split: String, in file: String, of benchmark: any Benchmark) -> Bool {
    let own = Set(words(of: benchmark.name) + words(of: benchmark.title))
    let there = Set(words(of: stem(file))).subtracting(own)
    let wanted = words(of: split)
    return !wanted.isEmpty && wanted.allSatisfy(there.contains)
  }

  /// Whether a file's name says another split than this.
  static func contradicts(_ file: String, _ split: String) -> Bool {
    let known: Set<String> = ["train", "val", "test", "testa", "testb", "testdev", "minitest"]
    return !Set(words(of: stem(file))).intersection(known).isSubset(of: Set(words(of: split)))
  }

  private static func plain(_ name: String) -> [String] { words(of: name) }

  private static func words(of name: String) -> [String] {
    name.lowercased().split { !$0.isLetter && !$0.isNumber }.map {
      validation.contains(String($0)) ? "val" : String($0)
    }
  }

  private static func stem(_ file: String) -> String {
    var stem = file
    for ending in [".gz", ".tsv", ".jsonl", ".json", "_local"] where stem.hasSuffix(ending) {
      stem.removeLast(ending.count)
    }
    return stem
  }
}
