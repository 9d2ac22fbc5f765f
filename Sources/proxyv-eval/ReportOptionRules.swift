import ArgumentParser
import Reporting

/// Which options of `report` go together: what would have no effect is refused.
struct ReportOptionRules {
  /// Only the paper's layout has them.
  static let ofPaper = [
    "--columns", "--rename", "--sort", "--efficiency", "--sources", "--published",
  ]
  private static let ofFigures = ["--details"]

  private let given: GivenOptions
  private let layout: ReportLayout?
  private let hasRuns: Bool
  private let profile: String

  init(_ given: GivenOptions, layout: ReportLayout?, hasRuns: Bool, profile: String) {
    self.given = given
    self.layout = layout
    self.hasRuns = hasRuns
    self.profile = profile
  }

  /// - Throws: `ValidationError` that names the options and what they exclude.
  func check() throws {
    try given.refuse(["--format"], "with --json, which prints JSON", where: "--json")
    if given.contains("--published-table") { return try checkPublishedTable() }
    if !hasRuns {
      try given.refuse(
        [
          "--profile", "--box-space", "--with-published", "--details", "--intervals",
          "--no-intervals",
        ], "without a run")
    }
    switch layout {
    case .paper:
      try given.refuse(Self.ofFigures, "with --layout paper; use --layout figures")
    case .figures:
      try given.refuse(Self.ofPaper, "with --layout figures; use --layout paper")
    case nil:
      let (paper, figures) = (given.given(of: Self.ofPaper), given.given(of: Self.ofFigures))
      if let first = paper.first, let other = figures.first {
        throw ValidationError(
          "\(first) goes with --layout paper and \(other) with --layout figures; leave out one")
      }
    }
    let isPaper = layout == .paper || !given.given(of: Self.ofPaper).isEmpty
    if isPaper {
      if profile.lowercased() == "all" {
        throw ValidationError(
          "--profile all goes with --layout figures; the paper's layout shows one rule set")
      }
    } else {
      try given.refuse(
        ["--details", "--no-intervals"], "with --json, which holds all figures with intervals",
        where: "--json")
    }
  }

  private func checkPublishedTable() throws {
    let reason = "with --published-table, which prints a table as it stands in the paper"
    try given.refuse(
      Self.ofPaper + Self.ofFigures + [
        "--layout", "--intervals", "--no-intervals", "--with-published", "--profile", "--box-space",
      ], reason)
    if hasRuns { throw ValidationError("runs have no place \(reason)") }
  }
}
