import DataFormats
import Diagnostics
import Foundation

/// A benchmark's data folder whose layout is known and whose questions are read; images are not.
public struct OpenedData: Sendable {
  public let path: String
  public let layout: DataLayout
  public let samples: [Sample]

  /// Data that is in memory already.
  public init(path: String, layout: DataLayout, samples: [Sample]) {
    self.path = path
    self.layout = layout
    self.samples = samples
  }

  /// Recognises the layout of a folder (or file) and reads its questions.
  ///
  /// - Parameter layoutName: forces a layout; nil recognises it. A folder that is not the data
  ///   itself but holds a folder named like the benchmark is entered.
  /// - Parameter allowsRepeatedIDs: lets data through that can be looked at and not run.
  /// - Throws: ``EvaluationError``: no such folder, an unknown layout name, nothing recognised
  ///   (with what was looked for), two samples with one id; or what is wrong inside the files.
  public init(
    _ benchmark: any Benchmark, path: String, layoutName: String? = nil,
    allowsRepeatedIDs: Bool = false
  ) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw EvaluationError(
        .missingFolder,
        "no such folder; --data must name the \(benchmark.title) data as downloaded",
        at: Location(file: path))
    }
    let places = [path, path + "/" + benchmark.name, path + "/" + benchmark.title]
    if let layoutName {
      guard let layout = benchmark.formats.first(where: { $0.name == layoutName }) else {
        throw EvaluationError(
          .unknownName,
          "\(benchmark.title) has no format \"\(layoutName)\"; \(suggestion(for: layoutName, among: benchmark.formats.map(\.name)))"
        )
      }
      self.layout = layout
      self.path = places.first(where: layout.recognizes) ?? path
    } else {
      let found = places.lazy.flatMap { place in benchmark.formats.lazy.map { (place, $0) } }.first
      { $1.recognizes($0) }
      guard let (place, layout) = found else {
        throw EvaluationError(
          .unknownFormat,
          "no \(benchmark.title) data was recognised here; looked for "
            + benchmark.formats.map(\.summary).joined(separator: "; "),
          at: Location(file: path))
      }
      self.path = place
      self.layout = layout
    }
    samples = try layout.samples(self.path)
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
          "no \(benchmark.title) data in the format \"\(layout.name)\" is here; looked for \(layout.summary)",
          at: Location(file: self.path))
      }
      throw EvaluationError(
        .invalidData, "the data holds no questions", at: Location(file: self.path))
    }
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
