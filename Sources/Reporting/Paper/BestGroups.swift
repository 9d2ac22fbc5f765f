import Evaluation
import Statistics

/// Per column the best measured row and those that are not shown to be worse: Holm's correction
/// over the sign flips of each row against the best (comparison specification, section 13).
struct BestGroups {
  private var emphasis: [String: [Int: ResultTable.Cell.Emphasis]] = [:]
  private var hasTests = false
  private var hasBest = false

  private static let alpha = 0.05

  init(_ table: PaperTable) {
    for column in table.columns {
      let candidates = table.rows.indices.filter { place in
        guard let entry = table.rows[place].entries[column.key] else { return false }
        return !table.rows[place].isPublished && entry.isWhole && entry.value.isFinite
      }
      guard candidates.count > 1, column.known.isScore else { continue }
      func value(_ place: Int) -> Double { table.rows[place].entries[column.key]?.value ?? .nan }
      let sorted = candidates.sorted {
        value($0) == value($1)
          ? $0 < $1 : (value($0) > value($1)) != column.known.lowerIsBetter
      }
      guard let best = sorted.first else { continue }
      hasBest = true
      let bests = candidates.filter { value($0) == value(best) }
      let others = candidates.filter { value($0) != value(best) }
      let tested = others.map { place in
        (place: place, p: Self.p(place, below: best, column: column, in: table))
      }
      let known = tested.compactMap { test in test.p.map { (place: test.place, p: $0) } }
      let adjusted = Multiplicity.holm(known.map(\.p))
      let tied = zip(known, adjusted).filter { $0.1 > Self.alpha }.map(\.0.place)
      if !known.isEmpty { hasTests = true }
      for place in bests {
        emphasis[column.key, default: [:]][place] = tied.isEmpty ? .best : .bestOfGroup
      }
      for place in tied { emphasis[column.key, default: [:]][place] = .tied }
    }
  }

  func of(row: Int, column: String) -> ResultTable.Cell.Emphasis {
    emphasis[column]?[row] ?? .none
  }

  var sentence: String {
    guard hasBest else { return "" }
    return hasTests
      ? """
      Bold: the best measured row; underlined or italic: the best and all rows not shown to be \
      worse (paired sign flips over images, Holm over the column, 5 %).
      """
      : "Bold: the best measured row."
  }

  /// How surprising it is that a row is so far below the best one, if the two are alike.
  private static func p(
    _ place: Int, below best: Int, column: PaperTable.Column, in table: PaperTable
  ) -> Double? {
    guard let a = table.rows[best].entries[column.key]?.run,
      let b = table.rows[place].entries[column.key]?.run,
      let benchmark = table.benchmarks[column.key],
      case .string(let name) = table.rows[best].entries[column.key]?.source["figure"] ?? .null,
      a.samples.map(\.scored.sample.id) == b.samples.map(\.scored.sample.id)
    else { return nil }
    let samples = a.samples.map(\.scored.sample)
    guard let figure = benchmark.figures(of: samples).first(where: { $0.name == name }) else {
      return nil
    }
    let paired = figure.paired(
      FigureInterval.rows(of: a), a: a.samples.map(\.scored.score),
      b: b.samples.map(\.scored.score))
    guard paired.isDefined else { return nil }
    return paired.figure.signFlips(label: "\(benchmark.name)/\(name)").lowerP
  }
}
