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
    split.flatMap { Self.isSame($0, benchmark.split) ? nil : $0 }
  }

  /// A layout for the split that is meant.
  func layout(_ layout: DataLayout, of benchmark: any Benchmark) -> DataLayout {
    guard let split = otherSplit(of: benchmark), let make = layout.ofSplit else { return layout }
    return make(split)
  }

  /// The one of several files that is meant; the folder itself where there is at most one.
  func file(
    among files: [String], of benchmark: any Benchmark, in place: String
  ) throws(EvaluationError) -> String {
    func name(_ file: String) -> String {
      file.split(separator: "/").last.map(String.init) ?? file
    }
    var left = files
    if let split {
      left = files.filter { Self.words(of: name($0)).contains { Self.isSame($0, split) } }
      guard files.isEmpty || !left.isEmpty else {
        throw EvaluationError(
          .unknownName,
          """
          none of the files here is of the split \"\(split)\": \
          \(files.map(name).joined(separator: ", "))
          """,
          at: Location(file: place))
      }
    }
    guard left.count > 1 else { return left.first ?? place }
    throw EvaluationError(
      .ambiguous,
      "\(left.count) files here are \(benchmark.title): \(left.map(name).joined(separator: ", "));"
        + " choose one with --file\(split == nil ? " or --split" : "")", at: Location(file: place))
  }

  private static func words(of name: String) -> [String] {
    name.split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  /// Splits have several names.
  private static func isSame(_ a: String, _ b: String) -> Bool {
    func plain(_ name: String) -> String {
      let lowered = name.lowercased()
      return ["validation", "val", "dev"].contains(lowered) ? "val" : lowered
    }
    return plain(a) == plain(b)
  }
}
