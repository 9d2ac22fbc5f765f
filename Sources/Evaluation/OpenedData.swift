import DataFormats
import Diagnostics
import Foundation

/// A benchmark's data folder whose layout is known and whose questions are read; images are not.
public struct OpenedData: Sendable {
  public let path: String
  public let layout: DataLayout
  public let samples: [Sample]
  /// The files that were read, where the layout can tell.
  public let files: [String]
  /// The split that was chosen in place of the benchmark's own.
  public let split: String?

  /// Data that is in memory already.
  public init(path: String, layout: DataLayout, samples: [Sample]) {
    self.path = path
    self.layout = layout
    self.samples = samples
    files = []
    split = nil
  }

  /// Recognises the layout of a folder (or file) and reads its questions.
  ///
  /// - Parameter layoutName: forces a layout; nil recognises it. A folder that is not the data
  ///   itself but holds a folder named like the benchmark is entered, and so is a folder of the
  ///   Hugging Face cache.
  /// - Parameter choice: of several files or splits, the one that is meant
  /// - Parameter allowsRepeatedIDs: lets data through that can be looked at and not run.
  /// - Throws: ``EvaluationError``: no such folder, an unknown layout name, nothing recognised
  ///   (with what was looked for), several files or splits that match, or a split that is not there
  ///   (with the names of what is), two samples with one id; or what is wrong inside the files.
  public init(
    _ benchmark: any Benchmark, path: String, layoutName: String? = nil,
    choice: DataChoice = DataChoice(), allowsRepeatedIDs: Bool = false
  ) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw EvaluationError(
        .missingFolder,
        "no such folder; --data must name the \(benchmark.title) data as downloaded",
        at: Location(file: path))
    }
    let named = try choice.places(in: path)
    let snapshots = try named.flatMap { try HubCache.snapshots(in: $0) }
    let places = (snapshots.isEmpty ? named : snapshots).flatMap {
      [$0, $0 + "/" + benchmark.name, $0 + "/" + benchmark.title]
    }
    var layouts = benchmark.formats
    if let layoutName {
      layouts = layouts.filter { $0.name == layoutName }
      guard !layouts.isEmpty else {
        throw EvaluationError(
          .unknownName,
          """
          \(benchmark.title) has no format \"\(layoutName)\"; \
          \(suggestion(for: layoutName, among: benchmark.formats.map(\.name)))
          """
        )
      }
    }
    let reading = try DataReading.chosen(
      choice, of: benchmark, in: path, places: places, layouts: layouts,
      isForced: layoutName != nil, isCache: snapshots.count > 1)
    layout = reading.layout
    self.path = reading.path
    samples = reading.samples
    files = layout.files(self.path)
    split = reading.split
    var seen: Set<String> = []
    for sample in samples where !allowsRepeatedIDs && !seen.insert(sample.id).inserted {
      throw EvaluationError(
        .invalidData, "two samples have the id \"\(sample.id)\"; answers could not be told apart",
        at: Location(file: self.path))
    }
    guard !samples.isEmpty else {
      guard layout.recognizes(self.path) else {
        throw EvaluationError(
          .unknownFormat,
          """
          no \(benchmark.title) data in the format \"\(layout.name)\" is here; looked for \
          \(layout.summary)
          """,
          at: Location(file: self.path))
      }
      throw EvaluationError(
        .invalidData, "the data holds no questions", at: Location(file: self.path))
    }
  }

  /// What was read, in words: `20 questions in data/DocVQA_VAL.tsv (VLMEvalKit's table ...)`.
  public var summary: String {
    let names = files.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    let place =
      switch files.count {
      case 0: path
      case 1: files[0]
      case 2...4: "\(path): \(names.joined(separator: ", "))"
      default: "\(path): \(names[0]) to \(names[names.count - 1])"
      }
    return "\(samples.count) questions in \(place) (\(layout.summary))"
  }
}

/// Files that data files name: they must lie inside the data folder.
public enum DataFolder {
  /// The path of `name` below `folder`.
  /// - Throws: ``EvaluationError`` `invalid-data` for an absolute path or one that leaves the
  ///   folder.
  public static func path(
    of name: String, in folder: String, at location: Location
  ) throws(EvaluationError) -> String {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !name.hasPrefix("/"), !parts.contains(".."), !name.isEmpty, !name.contains("\0") else {
      throw EvaluationError(
        .invalidData, "the image path \"\(name)\" leaves the data folder", at: location)
    }
    return folder + "/" + name
  }

  /// A reference to an image file named by a data file; that it exists is found out when it is
  /// loaded.
  ///
  /// Its identity is the name inside the folder, so that moving the data does not make it other
  /// data.
  /// - Throws: ``EvaluationError`` `invalid-data` for a name that leaves the folder.
  public static func image(
    _ name: String, in folder: String, at location: Location
  ) throws(EvaluationError) -> ImageReference {
    let path = try path(of: name, in: folder, at: location)
    return ImageReference(identity: name, name: path) {
      do {
        return try readFile(path)
      } catch {
        throw EvaluationError(
          .unreadableImage, "the image cannot be read", at: Location(file: path), cause: error)
      }
    }
  }
}
