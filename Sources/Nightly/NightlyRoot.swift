import DataFormats
import Diagnostics
import Foundation

/// The folder under which nights are kept.
///
/// ```
/// nights/2026-11-28/            a night: MODEL/BENCHMARK run directories, plan.json, and when it is
///                               finished night.json, night.md, night.xml, night.html
/// baseline.json                 the pinned night; baselines.jsonl: every pin with its reason
/// alarms.jsonl                  alarms that were raised; acknowledged.jsonl: those that were seen
/// history.sqlite                derived from the nights; may be deleted at any time
/// nightly.lock                  held while a night runs
/// ```
public struct NightlyRoot: Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  public var nightsFolder: String { path + "/nights" }
  public var historyPath: String { path + "/history.sqlite" }
  var baselinePath: String { path + "/baseline.json" }
  var baselineLogPath: String { path + "/baselines.jsonl" }
  var alarmsPath: String { path + "/alarms.jsonl" }
  var acknowledgedPath: String { path + "/acknowledged.jsonl" }

  /// All nights by name, which is by time; renamed folders and others are left out.
  public func nights() -> [NightFolder] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: nightsFolder)) ?? []
    return names.filter(NightFolder.isName).sorted(by: NightFolder.precedes).map {
      NightFolder(path: nightsFolder + "/" + $0, name: $0)
    }
  }

  /// A night that is not there yet, named by this machine's date.
  func newNight(at date: Date) -> NightFolder {
    let name = NightFolder.newName(at: date, after: nights())
    return NightFolder(path: nightsFolder + "/" + name, name: name)
  }

  public func finishedNights() -> [NightFolder] { nights().filter(\.isFinished) }

  /// The night with a name.
  /// - Throws: ``NightlyError`` `unknown-night` with the nearest or the last ones.
  public func night(_ name: String) throws(NightlyError) -> NightFolder {
    let all = nights()
    if let night = all.first(where: { $0.name == name }) { return night }
    let known =
      all.isEmpty
      ? "there are no nights yet" : suggestion(for: name, among: all.suffix(5).map(\.name))
    throw NightlyError(
      .unknownNight, "no night \"\(name)\"; \(known)", at: Location(file: nightsFolder))
  }

  // MARK: The pinned baseline

  /// The night that gates, and why.
  public struct Baseline: Sendable, Equatable {
    public var night: String
    public var reason: String
    public var set: String
  }

  /// - Returns: nil where none was pinned
  /// - Throws: ``NightlyError`` where the file is not what `baseline set` writes.
  public func baseline() throws(NightlyError) -> Baseline? {
    guard FileManager.default.fileExists(atPath: baselinePath) else { return nil }
    do {
      let node = try JSONNode(contentsOf: baselinePath)
      return Baseline(
        night: try node["night"].string(), reason: try node["because"].string(),
        set: try node["set"].string())
    } catch {
      throw NightlyError(
        .damagedNight, "the pin cannot be read; set it again with `nightly baseline set`",
        at: Location(file: baselinePath), cause: error)
    }
  }

  /// Pins a night; every pin is also kept in a log.
  /// - Throws: for a night that is not finished or not complete, and for an empty reason.
  public func setBaseline(
    _ night: NightFolder, because reason: String, at date: Date = Date()
  ) throws {
    guard !reason.allSatisfy(\.isWhitespace) else {
      throw NightlyError(.invalidRequest, "--because must say why")
    }
    let record = try night.record()
    guard record.isComplete else {
      throw NightlyError(
        .invalidRequest,
        "the night \(night.name) is not complete and cannot be a baseline;"
          + " finish it with `nightly run FILE --night \(night.name)`, or pin another",
        at: Location(file: night.path))
    }
    let pin: JSONValue = [
      "night": .string(night.name), "because": .string(reason),
      "set": .string(date.formatted(.iso8601)),
    ]
    try append(pin, to: baselineLogPath)
    try NightlyFile.replace(baselinePath, with: pin.text(indented: true))
  }

  // MARK: Alarms

  /// A change of level that was raised once.
  public struct Alarm: Sendable, Hashable {
    public var series: String
    public var night: String
    public var description: String
  }

  public func alarms() throws -> [Alarm] { try alarms(in: alarmsPath) }

  /// The alarms that nobody has acknowledged.
  public func openAlarms() throws -> [Alarm] {
    let seen = Set(try alarms(in: acknowledgedPath).map { [$0.series, $0.night] })
    return try alarms().filter { !seen.contains([$0.series, $0.night]) }
  }

  func raise(_ alarms: [Alarm]) throws {
    for alarm in alarms { try append(Self.json(alarm), to: alarmsPath) }
  }

  /// Acknowledges every open alarm of a night, or all.
  /// - Returns: what was acknowledged
  public func acknowledge(
    night: String?, because reason: String, at date: Date = Date()
  ) throws -> [Alarm] {
    guard !reason.allSatisfy(\.isWhitespace) else {
      throw NightlyError(.invalidRequest, "--because must say why")
    }
    let open = try openAlarms().filter { night == nil || $0.night == night }
    for alarm in open {
      var line = Self.json(alarm)
      if case .object(var members) = line {
        members["because"] = .string(reason)
        members["acknowledged"] = .string(date.formatted(.iso8601))
        line = .object(members)
      }
      try append(line, to: acknowledgedPath)
    }
    return open
  }

  private static func json(_ alarm: Alarm) -> JSONValue {
    [
      "series": .string(alarm.series), "night": .string(alarm.night),
      "description": .string(alarm.description),
    ]
  }

  private func alarms(in file: String) throws -> [Alarm] {
    guard FileManager.default.fileExists(atPath: file) else { return [] }
    return try JSONLines.read(file).map { line in
      Alarm(
        series: try line["series"].string(), night: try line["night"].string(),
        description: try line["description"].string())
    }
  }

  private func append(_ line: JSONValue, to file: String) throws(NightlyError) {
    let old = FileManager.default.contents(atPath: file) ?? Data()
    // A line that a killed process tore off is cut.
    let whole = old.lastIndex(of: 0x0A).map { old[...$0] } ?? Data()
    try NightlyFile.replace(
      file, with: String(decoding: whole, as: UTF8.self) + line.text() + "\n")
  }
}

/// Files of a night, each whole or not at all.
enum NightlyFile {
  static func replace(_ path: String, with text: String) throws(NightlyError) {
    let temporary = "\(path).writing-\(UUID().uuidString)"
    guard let stream = fopen(temporary, "wb") else { throw failure("cannot be created", path) }
    let bytes = Array(text.utf8)
    let isWritten =
      fwrite(bytes, 1, bytes.count, stream) == bytes.count && fflush(stream) == 0
      && fsync(fileno(stream)) == 0
    let number = errno
    fclose(stream)
    guard isWritten, rename(temporary, path) == 0 else {
      let error = isWritten ? errno : number
      unlink(temporary)
      errno = error
      throw failure("cannot be written", path)
    }
  }

  static func createFolder(_ path: String) throws(NightlyError) {
    if let code = WriteFailure.createFolder(path) {
      errno = code
      throw failure("the folder cannot be created", path)
    }
  }

  /// An error with the system's reason for the last failed call.
  static func failure(_ what: String, _ path: String) -> NightlyError {
    let reason = WriteFailure.reason(
      errno, whenFull: "everything answered so far is kept, free some space and run again")
    return NightlyError(.writeFailed, "\(what): \(reason)", at: Location(file: path))
  }
}
