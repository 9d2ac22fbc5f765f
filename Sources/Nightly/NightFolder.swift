import Comparison
import DataFormats
import Diagnostics
import Foundation

/// The folder of one night.
public struct NightFolder: Sendable, Equatable {
  public let path: String
  /// The date, with `.2`, `.3` ... for further nights of a day.
  public let name: String

  var planPath: String { path + "/plan.json" }
  var recordPath: String { path + "/night.json" }

  public var isFinished: Bool { FileManager.default.fileExists(atPath: recordPath) }

  func runPath(_ part: NightPart) -> String { "\(path)/\(part.model)/\(part.benchmark)" }

  /// What a finished night recorded.
  /// - Throws: ``NightlyError`` `damaged-night` where its file was edited or is not there.
  public func record() throws(NightlyError) -> NightRecord {
    guard isFinished else {
      throw NightlyError(
        .damagedNight, "the night is not finished: there is no night.json",
        at: Location(file: path))
    }
    do {
      return try NightRecord(JSONNode(contentsOf: recordPath))
    } catch {
      throw NightlyError(
        .damagedNight,
        "night.json is not what a night writes; run the night again with --night"
          + " \(name), or move its folder away", at: Location(file: path), cause: error)
    }
  }

  /// The plan with which it was begun; nil where there is none.
  func plan() -> (description: String, started: Date, isSharded: Bool)? {
    guard let node = try? JSONNode(contentsOf: planPath),
      let description = try? node["plan"].string(),
      let started = try? Date(node["started"].string(), strategy: .iso8601)
    else { return nil }
    return (description, started, (try? node.optional("sharded")?.bool()) ?? false)
  }

  /// - Parameter isSharded: several processes answer it, and only by its name
  func begin(plan: String, at date: Date, isSharded: Bool = false) throws(NightlyError) {
    try NightlyFile.createFolder(path)
    let content: JSONValue = [
      "started": .string(date.formatted(.iso8601)), "plan": .string(plan),
      "sharded": .bool(isSharded),
    ]
    try NightlyFile.replace(planPath, with: content.text(indented: true))
  }

  // MARK: Names

  /// `2026-11-28`, `2026-11-28.2`.
  static func isName(_ name: String) -> Bool { parts(name) != nil }

  static func precedes(_ a: String, _ b: String) -> Bool {
    guard let a = parts(a), let b = parts(b) else { return a < b }
    return a < b
  }

  /// A number that orders names as their nights were.
  static func place(of name: String) -> Int {
    guard let (date, number) = parts(name) else { return 0 }
    return (Int(date.filter(\.isNumber)) ?? 0) * 10_000 + number
  }

  private static func parts(_ name: String) -> (String, Int)? {
    let pieces = name.split(separator: ".", omittingEmptySubsequences: false)
    guard let date = pieces.first, date.utf8.count == 10, pieces.count <= 2 else { return nil }
    let isDate = date.utf8.enumerated().allSatisfy { place, byte in
      place == 4 || place == 7 ? byte == UInt8(ascii: "-") : (48...57).contains(byte)
    }
    let number = pieces.count == 2 ? Int(pieces[1]) : 1
    guard isDate, let number, number >= 1 else { return nil }
    return (String(date), number)
  }

  /// A name of this machine's date that no night has.
  static func newName(at date: Date, after nights: [NightFolder]) -> String {
    let parts = Calendar(identifier: .gregorian).dateComponents([.year, .month, .day], from: date)
    let day = String(
      format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
    let taken = Set(nights.map(\.name))
    if !taken.contains(day) { return day }
    var number = 2
    while taken.contains("\(day).\(number)") { number += 1 }
    return "\(day).\(number)"
  }
}

/// A model and a benchmark of a night, by name.
public struct NightPart: Sendable, Hashable {
  public var model: String
  public var benchmark: String
}
