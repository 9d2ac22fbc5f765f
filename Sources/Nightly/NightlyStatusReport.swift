import DataFormats
import Diagnostics
import Evaluation
import Foundation
import Reporting

/// The state of a root in a few lines.
///
///     for line in try NightlyStatusReport(root).lines { print(line) }
public struct NightlyStatusReport {
  public let lines: [String]

  public init(_ root: NightlyRoot) throws {
    try root.checkExists()
    var lines: [String] = []
    let nights = root.nights()
    if let last = nights.last(where: \.isFinished) {
      let record = try last.record()
      lines.append("last night: \(record.night), \(record.verdict.words): \(record.sentence)")
    } else {
      lines.append("no night is finished yet")
    }
    for night in nights where !night.isFinished {
      lines.append("not finished: \(night.name)")
      lines += night.progress.map { "  \($0)" }
    }
    if let pin = try root.baseline() {
      let gone = nights.contains { $0.name == pin.night } ? "" : ", and is gone"
      lines.append("baseline: \(pin.night), pinned \(pin.set) because \(pin.reason)\(gone)")
    } else {
      lines.append("baseline: none; pin one with `nightly baseline set NIGHT --because TEXT`")
    }
    let alarms = try root.openAlarms()
    lines += alarms.map { "alarm, not acknowledged: \($0.description)" }
    if alarms.isEmpty { lines.append("no open alarms") }
    // Sentences may quote data and models, which must not steer a terminal.
    self.lines = lines.map { ShownText.visible($0) }
  }
}

extension NightFolder {
  /// How far every part is that has been begun, and which shards are not.
  var progress: [String] {
    let files = FileManager.default
    return ((try? files.contentsOfDirectory(atPath: path)) ?? []).sorted().flatMap { model in
      ((try? files.contentsOfDirectory(atPath: "\(path)/\(model)")) ?? []).sorted()
        .compactMap { benchmark -> String? in
          let part = NightPart(model: model, benchmark: benchmark)
          guard files.fileExists(atPath: runPath(part) + "/run.json") else { return nil }
          guard let run = try? RunDirectory(opening: runPath(part)), let state = try? RunStatus(run)
          else { return "\(model)/\(benchmark): cannot be read" }
          let failed = state.failed > 0 ? ", \(state.failed) failed" : ""
          let open = state.parts.filter { $0.open > 0 }
          let shards =
            state.parts.count > 1 && !open.isEmpty
            ? "; shards to go: " + open.map(\.shard.description).joined(separator: ", ") : ""
          return "\(model)/\(benchmark): \(state.answered) of \(state.selected) answered"
            + failed + shards
        }
    }
  }
}

extension NightlyRoot {
  /// - Throws: ``NightlyError`` for a root that is not there.
  public func checkExists() throws(NightlyError) {
    guard !FileManager.default.fileExists(atPath: path) else { return }
    throw NightlyError(
      .unknownNight, "there are no nights here; `nightly run FILE` makes the first",
      at: Location(file: path))
  }

  /// A file of a night's report as it was written.
  /// - Parameter name: nil: the last finished one
  func report(of name: String?, file: String) throws -> String {
    let folder = try finishedNight(name)
    // Read as a record first: a file that was edited is named, not printed.
    _ = try folder.record()
    return String(decoding: try readFile(folder.path + "/" + file), as: UTF8.self)
  }

  /// - Parameter name: nil: the last finished one
  func finishedNight(_ name: String?) throws -> NightFolder {
    try checkExists()
    if let name { return try night(name) }
    if let last = finishedNights().last { return last }
    throw NightlyError(
      .unknownNight, "no night is finished yet", at: Location(file: nightsFolder))
  }

  /// The root and the name of a night that was given by its folder; nil for a plain name.
  public static func located(
    night: String
  ) throws(NightlyError) -> (root: NightlyRoot, name: String)? {
    guard night.contains("/") else { return nil }
    let folder = URL(fileURLWithPath: night).standardizedFileURL
    let nights = folder.deletingLastPathComponent()
    guard nights.lastPathComponent == "nights" else {
      throw NightlyError(
        .invalidRequest, "a night's folder is ROOT/nights/NAME", at: Location(file: night))
    }
    let root = nights.deletingLastPathComponent()
    return (NightlyRoot(root.path), folder.lastPathComponent)
  }
}

extension HistorySeries {
  /// Writes one drawing per series.
  /// - Returns: the files
  public static func write(_ series: [HistorySeries], toFolder folder: String) throws -> [String] {
    try NightlyFile.createFolder(folder)
    var files: [String] = []
    for one in series {
      let name = one.key.map { $0.isLetter || $0.isNumber || "-_.@".contains($0) ? $0 : "-" }
      let file = "\(folder)/\(String(name)).svg"
      try NightlyFile.replace(file, with: one.svg)
      files.append(file)
    }
    return files
  }
}
