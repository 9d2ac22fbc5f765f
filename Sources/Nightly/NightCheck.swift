public import DataFormats
import Diagnostics
import Evaluation
import Foundation

/// What can be known of a night before its long part: data, models, room, and how long it may take.
///
///     let check = NightCheck(configuration, source: source)
///     for line in check.lines { print(line) }
public struct NightCheck {
  /// What would keep a part of the night from running, one sentence each.
  public private(set) var problems: [String] = []
  /// What is good to know.
  public private(set) var notes: [String] = []
  /// Questions and images that all models together are asked about.
  public private(set) var questions = 0
  public private(set) var images = 0
  /// What earlier nights took for the same parts; nil where one of them is new.
  public private(set) var seconds: Double?
  /// Questions by benchmark.
  private var counts: [String: Int] = [:]

  public init(_ configuration: NightlyConfiguration, source: ModelSource) {
    let root = NightlyRoot(configuration.output)
    for benchmark in configuration.benchmarks {
      do {
        let run = try BenchmarkRun(
          benchmark.benchmark, data: benchmark.data, layoutName: benchmark.format)
        let samples = run.data.samples
        let selected = try benchmark.selection.indices(in: samples.map(\.id))
        notes.append("\(run.dataSummary), \(selected.count) asked")
        // A question may be about none, or about several.
        let names = selected.flatMap { samples[$0].images.map(\.identity) }
        questions += selected.count * configuration.models.count
        images += Set(names.map { Array($0.utf8) }).count * configuration.models.count
        counts[benchmark.benchmark.name] = selected.count
      } catch {
        problems.append("\(benchmark.benchmark.title): \(render(error))")
      }
    }
    for model in configuration.models {
      do {
        try source.check(model)
        notes.append("\(model.name): \(model.arguments.joined(separator: " "))")
      } catch {
        problems.append("\(model.name): \(render(error))")
      }
    }
    checkBaseline(configuration, root)
    checkRoom(root)
    estimate(configuration, root)
  }

  public var json: JSONValue {
    [
      "problems": .array(problems.map { .string($0) }),
      "notes": .array(notes.map { .string($0) }), "questions": .integer(questions),
      "images": .integer(images), "seconds": seconds.map { .number($0) } ?? .null,
    ]
  }

  /// Everything, problems first.
  public var lines: [String] { problems.map { "problem: \($0)" } + notes }

  private mutating func checkBaseline(_ configuration: NightlyConfiguration, _ root: NightlyRoot) {
    do {
      guard let night = try BaselineNight.find(configuration, in: root) else {
        notes.append("no baseline is pinned: the night will not be gated")
        return
      }
      notes.append("baseline: \(night.name)")
    } catch {
      problems.append(render(error))
    }
  }

  /// A night needs about as much room as the last one.
  private mutating func checkRoom(_ root: NightlyRoot) {
    var folder = root.path
    while folder.count > 1, !FileManager.default.fileExists(atPath: folder) {
      folder = URL(fileURLWithPath: folder).deletingLastPathComponent().path
    }
    guard access(folder, W_OK) == 0 else {
      problems.append("\(root.path): the folder cannot be written")
      return
    }
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
    guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue else { return }
    let needed = root.finishedNights().last.map { Self.size(of: $0.path) } ?? 16 << 20
    if free < needed + needed / 10 {
      problems.append(
        "\(root.path): \(readableSize(free)) are free, and a night needs about"
          + " \(readableSize(needed)); free some space")
    } else {
      notes.append("room: \(readableSize(free)) free, about \(readableSize(needed)) needed")
    }
  }

  private static func size(of folder: String) -> Int {
    let files = FileManager.default.enumerator(atPath: folder)
    var size = 0
    while files?.nextObject() != nil {
      size += (files?.fileAttributes?[.size] as? NSNumber)?.intValue ?? 0
    }
    return size
  }

  /// The seconds per question of the last night that asked a benchmark, else of any that the model
  /// answered, times the questions now.
  private mutating func estimate(_ configuration: NightlyConfiguration, _ root: NightlyRoot) {
    let records = root.finishedNights().suffix(10).reversed().compactMap { try? $0.record() }
    let parts = records.flatMap(\.parts).filter { $0.answered > 0 && $0.seconds > 0 }
    guard !parts.isEmpty else {
      notes.append("no estimate of the time: no night is finished yet")
      return
    }
    var seconds = 0.0
    var unknown: [String] = []
    var foreign: [String] = []
    for model in configuration.models {
      for benchmark in configuration.benchmarks {
        let name = benchmark.benchmark.name
        let own = parts.filter { $0.model == model.name }
        guard let part = own.first(where: { $0.benchmark == name }) ?? own.first else {
          unknown.append("\(model.name)/\(name)")
          continue
        }
        if part.benchmark != name { foreign.append("\(model.name)/\(name)") }
        seconds += part.seconds / Double(part.answered) * Double(counts[name] ?? part.answered)
      }
    }
    guard seconds > 0 else {
      notes.append(
        "no estimate of the time: no night has \(configuration.models.map(\.name).joined(separator: ", "))"
      )
      return
    }
    if unknown.isEmpty { self.seconds = seconds }
    let missing = unknown.isEmpty ? "" : ", without \(unknown.joined(separator: ", "))"
    let guessed =
      foreign.isEmpty
      ? "" : "; \(foreign.joined(separator: ", ")) by what the model took for another benchmark"
    notes.append("estimate from earlier nights: \(Self.duration(seconds))\(missing)\(guessed)")
  }

  static func duration(_ seconds: Double) -> String {
    if seconds < 90 { return String(format: "%.0f s", seconds) }
    if seconds < 5400 { return String(format: "%.0f min", seconds / 60) }
    return String(format: "%.1f h", seconds / 3600)
  }
}

/// The night that gates.
enum BaselineNight {
  /// The night of the configuration, else the pinned one; nil where neither is named.
  /// - Throws: ``NightlyError`` where the night that is named is gone.
  static func find(
    _ configuration: NightlyConfiguration, in root: NightlyRoot
  ) throws(NightlyError) -> NightFolder? {
    var pinned = configuration.baseline
    if pinned == nil { pinned = try root.baseline()?.night }
    guard let name = pinned else { return nil }
    guard let night = root.nights().first(where: { $0.name == name }) else {
      throw NightlyError(
        .unknownNight,
        "the baseline \(name) is gone; put it back, or pin another with"
          + " `nightly baseline set NIGHT --because TEXT`",
        at: Location(file: root.nightsFolder + "/" + name))
    }
    return night
  }
}
